/**
 * What the person that stays of a merge takes over of the others. It is written down when the merge is asked for, because afterwards nobody can
 * say what they had, and becomes an edit of the one that stays once they are one. Values are text, as the columns write them (MAP16).
 */
import type { MergePeople } from '@syncline/contract/actions';
import pg from 'pg';
import type { Transaction } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import { loadFieldMap } from '../mapping/open-field-store.ts';
import { type ChoosableColumn, choosableColumns } from '../mapping/plan-merge.ts';

type Value = string | null;

interface MergedPerson {
  readonly personId: number;
  readonly values: Readonly<Record<string, Value>>;
}

/** Of one person that goes. */
interface Chosen {
  /** What the one that stays gets of it. */
  readonly take: Readonly<Record<string, Value>>;
  /** What the one that stays is to have, and what of this person could have come instead: an edit that waited moves by itself (ID15). */
  readonly keep: Readonly<Record<string, readonly [Value, Value]>>;
}

const isEmpty = (value: Value | undefined): boolean => value === undefined || value === null || value === '';

/** By person that goes. What nobody chose is the winner's, else the first one's that has it; an opt-out of anybody stays. Pure. */
const chosenOf = (
  columns: readonly ChoosableColumn[],
  winner: MergedPerson,
  losers: readonly MergedPerson[],
  wished: Readonly<Record<string, number>>,
): ReadonlyMap<number, Chosen> => {
  const people = [winner, ...losers];
  const sources = columns.map((column) => ({ ...column, source: sourceOf(column, people, wished) ?? winner }));
  return new Map(
    losers.map((loser) => {
      const take: Record<string, Value> = {};
      const keep: Record<string, readonly [Value, Value]> = {};
      for (const { column, source } of sources) {
        const [wanted, own] = [source.values[column] ?? null, loser.values[column] ?? null];
        if (source === loser) take[column] = wanted;
        else if (own !== wanted) keep[column] = [wanted, own];
      }
      return [loser.personId, { take, keep }];
    }),
  );
};

const sourceOf = (
  { column, isOptOut }: ChoosableColumn,
  people: readonly MergedPerson[],
  wished: Readonly<Record<string, number>>,
): MergedPerson | undefined => {
  if (isOptOut) return people.find(({ values }) => values[column] === 'true');
  const wish = wished[column];
  return wish === undefined
    ? people.find(({ values }) => !isEmpty(values[column]))
    : people.find(({ personId }) => personId === wish);
};

interface Row {
  readonly id: number;
  readonly salesforce_id: string | null;
  readonly salesforce_type: 'Lead' | 'Contact' | null;
  readonly values: Readonly<Record<string, Value>>;
}

const VALUES = `
select p.id, p.salesforce_id, p.salesforce_type,
       (select coalesce(jsonb_object_agg(e.key, e.value), '{}') from jsonb_each_text(to_jsonb(p)) e) as values
  from marketing.person p where p.id = any($1)`;

/** Errors: `person-not-found`, `merge-value-wrong`. */
export const prepareChosen = async (tx: Transaction, actionId: number, wish: MergePeople): Promise<void> => {
  const { winnerId, ids, values = {} } = wish;
  const rows = await tx.query<Row>(VALUES, [[winnerId, ...ids]]);
  const winner = rows.find(({ id }) => id === winnerId);
  if (!winner) throw new Problem('person-not-found', { id: winnerId });
  const columns = choosableColumns(await loadFieldMap(tx), winner.salesforce_type);
  for (const [field, personId] of Object.entries(values)) {
    const isKnown = columns.some(({ column }) => column === field) && (personId === winnerId || ids.includes(personId));
    if (!isKnown) throw new Problem('merge-value-wrong', { field });
  }
  const losers = [...new Set(ids)].flatMap((id) => rows.find((row) => row.id === id) ?? []);
  const chosen = chosenOf(columns, personOf(winner), losers.map(personOf), values);
  await tx.run(
    `update sync.action_person a set chosen = jsonb_build_object('record', $3::text) || w.value
       from jsonb_each($2::jsonb) w where a.action_id = $1 and a.person_id = w.key::bigint`,
    [actionId, JSON.stringify(Object.fromEntries(chosen)), winner.salesforce_id],
  );
};

const personOf = ({ id, values }: Row): MergedPerson => ({ personId: id, values });

/**
 * In the urgent lane, as an edit. Where another record than the winner's stayed, because Salesforce merged the other way meanwhile, nothing
 * is taken over: its winner wins (RACE22).
 */
export const applyChosen = async (
  tx: Transaction,
  actionId: number,
  people: readonly number[],
  winnerId: number,
): Promise<void> => {
  const [survivor] = await tx.query<Row>(
    `${VALUES.replace('any($1)', `coalesce((select survivor_id from sync.person_redirect where person_id = $1), $1::bigint)`)} for no key update of p`,
    [winnerId],
  );
  if (!survivor) return;
  const rows = await tx.query<{ chosen: Chosen }>(
    `select chosen from sync.action_person
      where action_id = $1 and person_id = any($2) and chosen is not null and coalesce(chosen ->> 'record', $3) is not distinct from $3 order by place`,
    [actionId, people, survivor.salesforce_id],
  );
  const columns = choosableColumns(await loadFieldMap(tx), survivor.salesforce_type).map(({ column }) => column);
  const edits = editsOf(
    survivor.values,
    rows.map(({ chosen }) => chosen),
    columns,
  );
  const names = Object.keys(edits);
  if (names.length === 0) return;
  const list = names.map((name) => pg.escapeIdentifier(name));
  await tx.run(`select set_config('syncline.lane', 'urgent', true)`);
  await tx.run(
    `update marketing.person p set ${list.map((name) => `${name} = r.${name}`).join(', ')}
       from jsonb_populate_record(null::marketing.person, $2::jsonb) r where p.id = $1`,
    [survivor.id, JSON.stringify(edits)],
  );
};

/** Of columns that still are some. Pure. */
const editsOf = (
  now: Readonly<Record<string, Value>>,
  chosen: readonly Chosen[],
  columns: readonly string[],
): Readonly<Record<string, Value>> => {
  const edits: Record<string, Value> = {};
  for (const { take, keep } of chosen) {
    for (const column of columns) {
      const [taken, kept, has] = [take[column], keep[column], now[column] ?? null];
      if (taken !== undefined) {
        if (taken !== has) edits[column] = taken;
      } else if (kept !== undefined && kept[1] === has) edits[column] = kept[0];
    }
  }
  return edits;
};
