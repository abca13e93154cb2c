/** What a change of the map would do, found out by the statements that would do it, without their writing. */
import type { ChangeSample, DryRun } from '@syncline/contract/mappings';
import type { Connection, Transaction } from '../db/db.ts';
import { priceOf } from '../lib/send-price.ts';
import {
  compileBackfill,
  compileCopied,
  compileDifferences,
  compileMisfits,
  compileMoved,
  compileMoves,
  compileRetypes,
  compileWithdrawals,
  compileWithdrawn,
} from '../mapping/compile-change.ts';
import type { FieldMap } from '../mapping/mapping.ts';
import type { MapPlan } from '../mapping/plan-edits.ts';
import { type FilterThere, NOBODY, readLeaving } from './filter-effects.ts';

const SAMPLES = 20;

export interface DryRunFacts {
  readonly dryRun: Omit<DryRun, 'ranAt' | 'ms'>;
  /** Of everything that the change would touch: another one means other data. */
  readonly fingerprint: string;
}

/** `there`: what the org said of each other filter; it is asked before, outside of the transaction. */
export const runDry = async (
  tx: Transaction,
  plan: MapPlan,
  there: readonly FilterThere[] = [],
): Promise<DryRunFacts> => {
  const moved = await readRows(tx, plan, compileMoved(plan));
  const misfits = await readRows(tx, plan, compileMisfits(plan));
  const compared = await readCompared(tx, plan);
  const copied = await countOf(tx, compileCopied(plan));
  const withdrawn = await countOf(tx, compileWithdrawn(plan));
  const reads = await countReads(tx, plan);
  const sent = compared.there.changed;
  const left = await readLeaving(tx, plan);
  return {
    dryRun: {
      atOnce: { ...moved.side, copied, withdrawn, misfits: misfits.side },
      backfill: { ...compared, reads, ...priceOf(sent, reads, compared.here.changed) },
      filters: there.map((effect) => ({ ...effect, ...(left.get(effect.object) ?? NOBODY) })),
      statements: statementsOf(plan),
    },
    fingerprint: JSON.stringify([
      moved.sum,
      moved.side.changed,
      misfits.side.changed,
      compared.sum,
      compared.here.changed,
      sent,
      copied,
      withdrawn,
      reads,
      ...[...left.values()].map(({ people }) => people),
    ]),
  };
};

/** How many people or records two fingerprints differ by: at least one where they differ at all. */
export const distanceOf = (one: string, other: string): number => {
  if (one === other) return 0;
  const [a, b] = [JSON.parse(one) as readonly unknown[], JSON.parse(other) as readonly unknown[]];
  const counts = a.flatMap((value, at) => {
    const [left, right] = [value, b[at]];
    return typeof left === 'number' && typeof right === 'number' ? [Math.abs(left - right)] : [];
  });
  return Math.max(1, ...counts);
};

interface Compared {
  readonly here: DryRun['backfill']['here'];
  readonly there: DryRun['backfill']['there'];
  readonly conflicts: DryRun['backfill']['conflicts'];
  readonly sum: string;
}

const NOTHING: Compared = {
  here: { changed: 0, samples: [] },
  there: { changed: 0, samples: [] },
  conflicts: { salesforce: 0, marketing: 0, held: 0 },
  sum: '0',
};

interface Totals {
  readonly here: number;
  readonly there: number;
  readonly lost: number;
  readonly kept: number;
  readonly held: number;
  readonly sum: string;
}

/** A value in a fingerprint; the sum does not depend on the order in which Postgres finds the rows. */
const sumOf = (parts: readonly string[]): string =>
  `coalesce(sum(hashtextextended(concat_ws('|', ${parts.join(', ')}), 0)::numeric), 0)::text`;

const readCompared = async (tx: Transaction, plan: MapPlan): Promise<Compared> => {
  const differences = compileDifferences(plan, 'before');
  if (differences === null) return NOTHING;
  await tx.run('drop table if exists pg_temp.difference');
  await tx.run(`create temp table difference on commit drop as ${differences}`);
  const [totals] = await tx.query<Totals>(
    `select count(distinct person_id) filter (where class in ('take', 'lost'))::int as here,
            count(distinct person_id) filter (where class in ('send', 'kept'))::int as there,
            (count(*) filter (where class = 'lost'))::int as lost, (count(*) filter (where class = 'kept'))::int as kept,
            (count(*) filter (where class = 'held'))::int as held,
            ${sumOf(['person_id', 'field', 'class', 'ours', 'theirs'])} as sum
       from pg_temp.difference`,
  );
  if (!totals) return NOTHING;
  return {
    here: {
      changed: totals.here,
      samples: await samplesOf(tx, `class in ('take', 'lost')`, 'ours', 'theirs', plan.map),
    },
    there: {
      changed: totals.there,
      samples: await samplesOf(tx, `class in ('send', 'kept')`, 'theirs', 'ours', plan.map),
    },
    conflicts: { salesforce: totals.lost, marketing: totals.kept, held: totals.held },
    sum: totals.sum,
  };
};

const samplesOf = (
  tx: Transaction,
  where: string,
  before: string,
  after: string,
  map: FieldMap,
): Promise<ChangeSample[]> =>
  readSamples(
    tx,
    `select person_id, field, ${before} as before, ${after} as after from pg_temp.difference where ${where}`,
    map,
  );

/** `rows`: SQL of `person_id, field, before, after`; null: nobody. */
const readRows = async (
  tx: Transaction,
  plan: MapPlan,
  rows: string | null,
): Promise<{ readonly side: { readonly changed: number; readonly samples: ChangeSample[] }; readonly sum: string }> => {
  if (rows === null) return { side: { changed: 0, samples: [] }, sum: '0' };
  const [totals] = await tx.query<{ changed: number; sum: string }>(
    `select count(distinct person_id)::int as changed, ${sumOf(['person_id', 'field', 'before', 'after'])} as sum from (${rows}) found`,
  );
  return {
    side: { changed: totals?.changed ?? 0, samples: await readSamples(tx, rows, plan.map) },
    sum: totals?.sum ?? '0',
  };
};

/** Numbers leave as text (MAP16). */
const asText = (json: string): string =>
  `case when jsonb_typeof(${json}) in ('boolean', 'null') then ${json} else to_jsonb(${json} #>> '{}') end`;

const readSamples = async (tx: Transaction, rows: string, map: FieldMap): Promise<ChangeSample[]> => {
  const nameColumn = map.objects.Lead.fields.find(({ name }) => name === 'Name')?.column;
  const found = await tx.query<{
    person_id: number;
    person_name: string | null;
    field: string;
    before: ChangeSample['before'];
    after: ChangeSample['after'];
  }>(
    `select s.person_id, to_jsonb(p) ->> $1 as person_name, s.field, ${asText('s.before')} as before, ${asText('s.after')} as after
       from (select * from (${rows}) found order by person_id, field limit ${SAMPLES}) s
       join marketing.person p on p.id = s.person_id order by s.person_id, s.field`,
    [nameColumn ?? ''],
  );
  return found.map((row) => ({
    personId: row.person_id,
    personName: row.person_name,
    field: row.field,
    before: row.before ?? null,
    after: row.after ?? null,
  }));
};

const countOf = async (tx: Pick<Connection, 'query'>, sql: string | null): Promise<number> =>
  sql === null ? 0 : ((await tx.query<{ people: number }>(sql))[0]?.people ?? 0);

/** An added field was never read: every record of its object is. */
const countReads = async (tx: Transaction, { added }: MapPlan): Promise<number> => {
  const objects = [...new Set(added.filter(({ column }) => column !== null).map(({ object }) => object))];
  let reads = 0;
  for (const object of objects) {
    const [row] = await tx.query<{ rows: number }>(`select count(*)::int as rows from salesforce."${object}"`);
    reads += row?.rows ?? 0;
  }
  return reads;
};

const statementsOf = (plan: MapPlan): string[] => {
  const differences = compileDifferences(plan, 'after');
  return [
    ...compileRetypes(plan),
    ...compileMoves(plan),
    ...compileWithdrawals(plan),
    ...(differences === null ? [] : [compileBackfill(differences, comparedColumns(plan)).trim()]),
  ];
};

/** Columns of ours that a backfill may write. */
export const comparedColumns = ({ comparable }: Pick<MapPlan, 'comparable'>): readonly string[] => [
  ...new Set(
    comparable.flatMap(({ object, column }) =>
      column !== null && (object === 'Lead' || object === 'Contact') ? [column] : [],
    ),
  ),
];
