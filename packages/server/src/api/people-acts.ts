/** What the app does to people is what anybody may do by SQL: ordinary transactions, noted by the triggers like every other (OUT1). */
import type { MadePerson, NewPerson } from '@syncline/contract/people';
import type { FieldValue } from '@syncline/contract/shared';
import pg from 'pg';
import type { Database, Transaction } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import { OWN_MORE, refusalOf } from '../people/people.ts';
import { OURS_AS_JSON } from './take-back.ts';

interface Column {
  readonly column: string;
  readonly type: string;
  readonly is_editable: boolean;
  /** MRG20: of contacts it is the company's, and `marketing.person_company` knows whose. */
  readonly is_of_company: boolean;
  /** MAP14: it has no column of its own. */
  readonly is_in_more: boolean;
}

const COLUMNS = `
select column_name as "column", min(mirror_type) as type, bool_or(direction in ('both', 'to_salesforce')) as is_editable,
       exists (select from pg_attribute a where a.attrelid = to_regclass('marketing.person_company') and a.attname = column_name) as is_of_company,
       bool_or(is_in_more) as is_in_more
  from sync.field
 where object in ('Lead', 'Contact') and column_name = any($1) and not is_hidden
 group by column_name`;

/** Where a field of a person is written. */
const PLACES = [
  { table: 'marketing.person', key: 'id', isOfCompany: false },
  { table: 'marketing.person_company', key: 'person_id', isOfCompany: true },
] as const;

/** SQLSTATEs of a value that does not fit its column: class 22, and text that its type does not read. */
const isValueFault = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  typeof error.code === 'string' &&
  error.code.startsWith('22');

/**
 * An ordinary edit; in the urgent lane where somebody is looking, and not where a program edits. The journal says whose it is, and its line is
 * returned, by which it can be put back (SAFE6); null: nothing of the person's own changed. Errors: `person-not-found`, `field-unknown`,
 * `field-read-only`, `value-wrong`. One field that does not fit refuses the whole.
 */
export const editPerson = async (
  db: Database,
  personId: number,
  fields: Readonly<Record<string, FieldValue>>,
  { lane, by, reason = '' }: EditOptions,
): Promise<number | null> => {
  const names = Object.keys(fields);
  if (names.length === 0) throw new Problem('bad-request', { where: 'body.fields' });
  return db.transaction(async (tx) => {
    const columns = new Map((await tx.query<Column>(COLUMNS, [names])).map((column) => [column.column, column]));
    const wanted = names.map((name) => editableColumn(columns, name));
    await tx.run(`select set_config('syncline.lane', $1, true), set_config('syncline.reason', $2, true)`, [
      lane,
      reason,
    ]);
    await checkValues(tx, wanted, fields);
    const before = await holdPerson(tx, personId);
    for (const place of PLACES) {
      const columns = wanted.filter(({ is_of_company }) => is_of_company === place.isOfCompany);
      if (columns.length > 0 && (await assign(tx, place, columns, personId, fields)) === 0)
        throw new Problem('person-not-found', { id: personId });
    }
    return noteEdit(tx, personId, { before, columns: wanted.map(({ column }) => column), by });
  });
};

export interface EditOptions {
  readonly lane: 'urgent' | 'normal';
  /** A user's or a program's name. */
  readonly by: string;
  readonly reason?: string | undefined;
}

/** The person as JSON, held, so that what the journal calls the value before is what the edit replaces. */
const holdPerson = async (tx: Transaction, personId: number): Promise<string> => {
  const [row] = await tx.query<{ person: string }>(
    `select ${OURS_AS_JSON}::text as person from marketing.person p where p.id = $1 for no key update`,
    [personId],
  );
  if (!row) throw new Problem('person-not-found', { id: personId });
  return row.person;
};

/** What really changed of the person's own columns; a company's edit has a line of its own (MRG20). */
const noteEdit = async (
  tx: Transaction,
  personId: number,
  { before, columns, by }: { readonly before: string; readonly columns: readonly string[]; readonly by: string },
): Promise<number | null> => {
  const [line] = await tx.query<{ journal_id: number }>(
    `insert into sync.journal (object, row_id, sf_id, cause, said_by, fields)
     select coalesce(p.salesforce_type, 'Person'), p.id, p.salesforce_id, 'edited', $4, jsonb_object_agg(c.name, jsonb_build_array(v.before, v.now))
       from marketing.person p
      cross join lateral (select $2::jsonb as before, ${OURS_AS_JSON} as now offset 0) j
      cross join unnest($3::text[]) c (name)
      cross join lateral (select coalesce(j.before -> c.name, 'null') as before, coalesce(j.now -> c.name, 'null') as now) v
      where p.id = $1 and v.before <> v.now
      group by p.id
     returning journal_id`,
    [personId, before, columns, by],
  );
  return line?.journal_id ?? null;
};

/** How many rows were there. */
const assign = (
  tx: Transaction,
  { table, key }: (typeof PLACES)[number],
  columns: readonly Column[],
  personId: number,
  fields: Readonly<Record<string, FieldValue>>,
): Promise<number> => {
  const assignments = valuesOf(columns, 2).map(([target, value]) =>
    target === OWN_MORE ? `${target} = ${target} || ${value}` : `${target} = ${value}`,
  );
  return tx.run(`update ${table} set ${assignments.join(', ')} where ${key} = $1`, [
    personId,
    ...columns.map(({ column }) => textOf(fields[column] ?? null)),
  ]);
};

/** What is written to each column, from the parameter `first` on: a column a field, and `more` once for all that lie in it (MAP14). */
const valuesOf = (columns: readonly Column[], first: number): readonly (readonly [string, string])[] => {
  const cast = columns.map((column, at) => ({ ...column, value: `$${first + at}::text::${column.type}` }));
  const more = cast.filter(({ is_in_more }) => is_in_more);
  const pairs = more.map(({ column, value }) => `${pg.escapeLiteral(column)}, ${value}`);
  return [
    ...cast
      .filter(({ is_in_more }) => !is_in_more)
      .map(({ column, value }) => [pg.escapeIdentifier(column), value] as const),
    ...(more.length === 0 ? [] : [[OWN_MORE, moreOf(pairs)] as const]),
  ];
};

/** A function takes 100 arguments. */
const PAIRS_MAX = 50;
const moreOf = (pairs: readonly string[]): string =>
  Array.from(
    { length: Math.ceil(pairs.length / PAIRS_MAX) },
    (_, at) => `jsonb_build_object(${pairs.slice(at * PAIRS_MAX, (at + 1) * PAIRS_MAX).join(', ')})`,
  ).join(' || ');

/**
 * A person made here, as by `insert into marketing.person`; it is in no org until somebody asks for its lead, which `sync` does in the same
 * transaction. Errors: those of `editPerson`, `not-confirmed`.
 */
export const insertPerson = async (db: Database, { fields, sync = false }: NewPerson): Promise<MadePerson> => {
  const names = Object.keys(fields);
  if (names.length === 0) throw new Problem('bad-request', { where: 'body.fields' });
  try {
    return await db.transaction(async (tx) => {
      const columns = new Map((await tx.query<Column>(COLUMNS, [names])).map((column) => [column.column, column]));
      if (columns.size === 0) await requireColumns(tx);
      const wanted = names.map((name) => editableColumn(columns, name));
      await checkValues(tx, wanted, fields);
      const values = valuesOf(wanted, 1);
      const [made] = await tx.query<{ id: number; external_id: string }>(
        `insert into marketing.person (${values.map(([target]) => target).join(', ')})
         values (${values.map(([, value]) => value).join(', ')}) returning id, external_id`,
        wanted.map(({ column }) => textOf(fields[column] ?? null)),
      );
      if (!made) throw new Problem('bug');
      if (sync) await tx.query('select marketing.sync_person($1)', [made.id]);
      return { personId: made.id, externalId: made.external_id };
    });
  } catch (error) {
    throw notConfirmed(error) ?? error;
  }
};

/** Before Confirm Credentials people have no columns, so no field is known. */
const requireColumns = async (tx: Transaction): Promise<void> => {
  const [row] = await tx.query<{ has: boolean }>('select exists (select from sync.field) as has');
  if (!row?.has) throw new Problem('not-confirmed');
};

const editableColumn = (columns: ReadonlyMap<string, Column>, name: string): Column => {
  const column = columns.get(name);
  if (!column) throw new Problem('field-unknown', { field: name });
  if (!column.is_editable) throw new Problem('field-read-only', { field: name });
  return column;
};

/** Casts each value alone first, so that the refusal names its field. */
const checkValues = async (
  tx: Transaction,
  columns: readonly Column[],
  fields: Readonly<Record<string, FieldValue>>,
): Promise<void> => {
  for (const { column, type } of columns) {
    try {
      await tx.query(`select $1::text::${type}`, [textOf(fields[column] ?? null)]);
    } catch (error) {
      if (!isValueFault(error)) throw error;
      throw new Problem('value-wrong', { field: column, type }, { cause: error });
    }
  }
};

const textOf = (value: FieldValue): string | null => (typeof value === 'boolean' ? String(value) : value);

/** Errors: `person-not-found`, `already-in-salesforce`. */
export const syncPerson = async (db: Database, personId: number): Promise<void> => {
  try {
    await db.transaction((tx) => tx.query('select marketing.sync_person($1)', [personId]));
  } catch (error) {
    throw refusalOf(error, personId) ?? notConfirmed(error) ?? error;
  }
};

/** MRG12. Errors: `conflict-not-found`, `conflict-reversed`, `conflict-moved`, `person-not-found`. */
export const reverseConflict = async (db: Database, conflictId: number): Promise<void> => {
  try {
    await db.transaction(async (tx) => {
      await tx.run(`select set_config('syncline.lane', 'urgent', true)`);
      await tx.query('select marketing.reverse_conflict($1)', [conflictId]);
    });
  } catch (error) {
    throw refusalOf(error, conflictId) ?? notConfirmed(error) ?? error;
  }
};

/** The functions come with the columns: before Confirm Credentials there are none (42883, undefined function). */
const notConfirmed = (error: unknown): Problem | null =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === '42883'
    ? new Problem('not-confirmed', {}, { cause: error })
    : null;
