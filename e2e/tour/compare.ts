/**
 * Both sides, every record and every mapped field. Nothing of the engine is used: the org is read through jsforce, the database by SQL,
 * the map is read as data from `sync.field`, a field's type from the org's own describe.
 *
 * What must hold after quiet, and is named when it does not:
 * - every field that the org shows is in the map;
 * - every record that lives in Salesforce has exactly one row here, and every row that says it is a record has that record; leads
 *   that were converted before the start and people deleted here are the only records without a row;
 * - a record in the recycle bin has a row that says so, or none;
 * - every mapped field is the same on both sides, in `marketing` and in the mirror;
 * - a person's live link is the record it names;
 * - nothing waits in the outbox, parked or otherwise, except edits of people whose record is deleted.
 */
import pg from 'pg';
import type { OrgClient, OrgField, OrgRecord } from './org-client.ts';
import { plainId, plainOf, type ReadValue } from './same.ts';

export interface Difference {
  /** `marketing.person`, `salesforce."Lead"`, `sync.link`. */
  readonly where: string;
  readonly record: string;
  readonly field: string;
  readonly salesforce: ReadValue;
  readonly here: ReadValue;
}

export interface Comparison {
  readonly differences: readonly Difference[];
  readonly records: number;
  readonly values: number;
}

export interface CompareOptions {
  readonly org: Pick<OrgClient, 'fields' | 'records'>;
  readonly db: pg.ClientBase;
  /** Ids of records whose person was deleted here, by SQL: they live on in Salesforce without one. */
  readonly deletedHere?: ReadonlySet<string>;
}

/** An object, and the table here whose rows its records are. */
const OBJECTS = [
  { object: 'User', table: 'owner', of: '' },
  { object: 'Account', table: 'company', of: '' },
  { object: 'Lead', table: 'person', of: "salesforce_type = 'Lead'" },
  { object: 'Contact', table: 'person', of: "salesforce_type = 'Contact'" },
  { object: 'Opportunity', table: 'opportunity', of: '' },
  { object: 'OpportunityContactRole', table: 'opportunity_role', of: '' },
] as const;

/** They change whenever somebody looks at a record and move no stamp; and masked text is never read. */
const NOT_MAPPED = new Set(['LastViewedDate', 'LastReferencedDate']);
const NOT_MAPPED_TYPES = new Set(['encryptedstring']);

export const compareSides = async (options: CompareOptions): Promise<Comparison> => {
  const found = new Findings();
  for (const { object, table, of } of OBJECTS) {
    const fields = await options.org.fields(object);
    const map = await readMap(options.db, object);
    checkMap(found, object, fields, map);
    const mapped = fields.filter((field) => map.has(field.name));
    const records = await options.org.records(
      object,
      mapped.map((field) => field.name),
    );
    await compareTable(found, options, { object, table, of, mapped, map, records });
    await compareMirror(found, options.db, { object, mapped, records });
  }
  await checkLinks(found, options.db);
  await checkOutbox(found, options.db);
  return found.comparison();
};

class Findings {
  readonly #differences: Difference[] = [];
  #records = 0;
  #values = 0;

  add(where: string, record: string, field: string, salesforce: ReadValue, here: ReadValue): void {
    this.#differences.push({ where, record, field, salesforce, here });
  }

  /** Compares one value and counts it. */
  value(where: string, record: string, field: OrgField, salesforce: ReadValue | undefined, here: ReadValue): void {
    this.#values += 1;
    const theirs = salesforce ?? null;
    if (plainOf(field.type, theirs) !== plainOf(field.type, here)) this.add(where, record, field.name, theirs, here);
  }

  record(): void {
    this.#records += 1;
  }

  comparison(): Comparison {
    return { differences: this.#differences, records: this.#records, values: this.#values };
  }
}

/** Salesforce's name to our column; null: mirrored only. */
type FieldColumns = ReadonlyMap<string, string | null>;

const readMap = async (db: pg.ClientBase, object: string): Promise<FieldColumns> => {
  const { rows } = await db.query<{ name: string; column_name: string | null }>(
    'select name, column_name from sync.field where object = $1',
    [object],
  );
  return new Map(rows.map((row) => [row.name, row.column_name]));
};

const checkMap = (found: Findings, object: string, fields: readonly OrgField[], map: FieldColumns): void => {
  for (const field of fields) {
    if (map.has(field.name) || NOT_MAPPED.has(field.name) || NOT_MAPPED_TYPES.has(field.type)) continue;
    found.add('sync.field', object, field.name, 'shown', 'not in the map');
  }
  for (const name of map.keys()) {
    if (!fields.some((field) => field.name === name)) found.add('sync.field', object, name, 'not shown', 'in the map');
  }
};

interface Side {
  readonly object: string;
  readonly mapped: readonly OrgField[];
  readonly records: ReadonlyMap<string, OrgRecord>;
}

interface TableSide extends Side {
  readonly table: string;
  readonly of: string;
  readonly map: FieldColumns;
}

const compareTable = async (found: Findings, options: CompareOptions, side: TableSide): Promise<void> => {
  const where = `marketing.${side.table}`;
  const fields = side.mapped.filter((field) => side.map.get(field.name) !== null);
  const columns = fields.map((field) => `${pg.escapeIdentifier(side.map.get(field.name) ?? '')}::text`);
  const rows = await readRows(
    options.db,
    `select ${['salesforce_id', 'is_deleted::text', ...columns].join(', ')} from ${where}
      where salesforce_id is not null${side.of === '' ? '' : ` and ${side.of}`}`,
  );
  const seen = new Set<string>();
  for (const [id, isDeleted, ...values] of rows) {
    const key = plainId(id ?? '');
    const record = side.records.get(key);
    if (seen.has(key)) found.add(where, key, '(row)', 'one record', 'two rows');
    seen.add(key);
    if (!record) {
      found.add(where, key, '(row)', 'no record', 'a row');
      continue;
    }
    found.record();
    const isInBin = record.get('IsDeleted') === true;
    if (isDeleted !== String(isInBin)) found.add(where, key, 'IsDeleted', isInBin, isDeleted ?? null);
    if (isInBin) continue; // What it held last is not promised: its waiting edits were withdrawn (ID16).
    for (const [index, field] of fields.entries())
      found.value(where, key, field, record.get(field.name), values[index] ?? null);
  }
  for (const [id, record] of side.records) {
    if (seen.has(id) || record.get('IsDeleted') === true) continue;
    if (side.object === 'Lead' && record.get('IsConverted') === true) continue;
    if (options.deletedHere?.has(id)) continue;
    found.add(where, id, '(row)', 'a record', 'no row');
  }
};

const compareMirror = async (found: Findings, db: pg.ClientBase, side: Side): Promise<void> => {
  const where = `salesforce.${pg.escapeIdentifier(side.object)}`;
  const columns = side.mapped.map((field) => `${pg.escapeIdentifier(field.name)}::text`);
  const rows = await readRows(db, `select "Id", ${columns.join(', ')} from ${where}`);
  const seen = new Set<string>();
  for (const [id, ...values] of rows) {
    const key = plainId(id ?? '');
    const record = side.records.get(key);
    seen.add(key);
    if (!record) {
      found.add(where, key, '(row)', 'no record', 'a row');
      continue;
    }
    for (const [index, field] of side.mapped.entries())
      found.value(where, key, field, record.get(field.name), values[index] ?? null);
  }
  for (const [id, record] of side.records) {
    if (!seen.has(id) && record.get('IsDeleted') !== true) found.add(where, id, '(row)', 'a record', 'no row');
  }
};

const checkLinks = async (found: Findings, db: pg.ClientBase): Promise<void> => {
  const rows = await readRows(
    db,
    `select coalesce(p.id, l.person_id)::text, p.salesforce_id, l.sf_id
       from (select * from marketing.person where salesforce_id is not null and not is_deleted) p
       full join (select * from sync.link where state = 'live') l on l.person_id = p.id
      where p.id is null or l.person_id is null or l.sf_id <> p.salesforce_id or l.object <> p.salesforce_type`,
  );
  for (const [person, named, linked] of rows)
    found.add('sync.link', `person ${person}`, '(live link)', named ?? null, linked ?? null);
};

const checkOutbox = async (found: Findings, db: pg.ClientBase): Promise<void> => {
  const rows = await readRows(
    db,
    `select o.person_id::text, o.edits::text, o.parked::text, o.create_lead::text
       from sync.outbox o left join marketing.person p on p.id = o.person_id
      where p.is_deleted is distinct from true`,
  );
  for (const [person, edits, parked, create] of rows) {
    found.add('sync.outbox', `person ${person}`, '(waits)', null, `edits ${edits}, parked ${parked}, create ${create}`);
  }
};

const readRows = async (db: pg.ClientBase, sql: string): Promise<readonly (readonly (string | null)[])[]> => {
  const { rows } = await db.query<(string | null)[]>({ text: sql, rowMode: 'array' });
  return rows;
};

const shown = (value: ReadValue): string => (value === null ? 'null' : JSON.stringify(value).slice(0, 200));

export const sentenceOf = (difference: Difference): string =>
  `${difference.where} ${difference.record} ${difference.field}: Salesforce ${shown(difference.salesforce)}, here ${shown(difference.here)}`;
