/**
 * The tables as the map wants them: mirrors under Salesforce's names, columns of ours beside the ones from birth. Pure.
 *
 * Every statement may be run again at any time: tables and columns are only added, never changed or dropped (N6). Names come from
 * an org and are quoted, whatever they are (MAP15, SEC9).
 */
import pg from 'pg';
import { type MappedField, SYNC_OBJECTS, type SyncObject, TABLE_OF } from './mapping.ts';

const id = pg.escapeIdentifier;

/** `salesforce."Lead"`. */
export const mirrorTable = (object: SyncObject): string => `salesforce.${id(object)}`;
/** `marketing.person`. */
export const ownTable = (object: SyncObject): string => `marketing.${TABLE_OF[object]}`;

/** In an order that works; each is idempotent. */
export const compileShape = (fields: readonly MappedField[]): readonly string[] => [
  ...SYNC_OBJECTS.flatMap((object) =>
    mirrorStatements(
      object,
      fields.filter((field) => field.object === object),
    ),
  ),
  ...[...new Set(SYNC_OBJECTS.map((object) => TABLE_OF[object]))].flatMap((table) =>
    ownStatements(
      table,
      fields.filter((field) => TABLE_OF[field.object] === table),
    ),
  ),
  ...INDEXES.flatMap((index) => indexStatement(index, fields)),
  ...viewStatements(fields),
];

/**
 * `_began_at`: when the read that brought these values began, the database's clock (IN8). Rows grow in place and are rewritten
 * often, so pages keep a tenth free; values stay inline up to a page (ENGINE, traps 8 and 12).
 */
const mirrorStatements = (object: SyncObject, fields: readonly MappedField[]): readonly string[] => [
  `create table if not exists ${mirrorTable(object)} ("Id" text collate "C" primary key, "SystemModstamp" timestamptz not null, "_began_at" timestamptz not null) with (fillfactor = 90, toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.02)`,
  ...addColumns(
    mirrorTable(object),
    fields
      .filter((field) => field.name !== 'Id' && field.name !== 'SystemModstamp' && !field.isInMirrorMore)
      .map((field) => [field.name, field.mirrorType]),
  ),
  ...addMore(
    mirrorTable(object),
    MIRROR_MORE,
    fields.some((field) => field.isInMirrorMore),
  ),
];

const ownStatements = (table: string, fields: readonly MappedField[]): readonly string[] =>
  addColumns(`marketing.${table}`, [
    ...new Map(
      fields.flatMap((field) =>
        field.column === null || field.isInMore ? [] : [[field.column, field.mirrorType] as const],
      ),
    ),
  ]).concat(
    addMore(
      `marketing.${table}`,
      OWN_MORE,
      fields.some((field) => field.isInMore),
    ),
  );

/** What a wide row has no room for (MAP14), one JSON object; ordinary tables have no such column. */
export const MIRROR_MORE = '_more';
export const OWN_MORE = 'more';
const addMore = (table: string, column: string, isWide: boolean): readonly string[] =>
  isWide ? [`alter table ${table} add column if not exists ${id(column)} jsonb not null default '{}'`] : [];

/** Columns of `marketing.person` that a field is about to have. */
export const compileColumns = (columns: readonly (readonly [name: string, type: string])[]): readonly string[] =>
  addColumns('marketing.person', columns);

const addColumns = (table: string, columns: readonly (readonly [name: string, type: string])[]): readonly string[] =>
  columns.length === 0
    ? []
    : [
        `alter table ${table} ${columns.map(([name, type]) => `add column if not exists ${id(name)} ${type}`).join(', ')}`,
      ];

/**
 * What views and the app join by. What only a search needs is made after the load, which pays for every index row by row. `on` is
 * SQL over a column that must exist for the index to make sense.
 */
const INDEXES: readonly {
  readonly name: string;
  readonly object: SyncObject;
  readonly field: string;
  readonly on: (column: string) => string;
}[] = [
  {
    name: 'person_account',
    object: 'Contact',
    field: 'AccountId',
    on: (column) => `(${column}) where ${column} is not null`,
  },
  { name: 'opportunity_account', object: 'Opportunity', field: 'AccountId', on: (column) => `(${column})` },
  {
    name: 'opportunity_role_opportunity',
    object: 'OpportunityContactRole',
    field: 'OpportunityId',
    on: (column) => `(${column})`,
  },
  {
    name: 'opportunity_role_contact',
    object: 'OpportunityContactRole',
    field: 'ContactId',
    on: (column) => `(${column})`,
  },
];

const indexStatement = (index: (typeof INDEXES)[number], fields: readonly MappedField[]): readonly string[] => {
  const column = columnOf(fields, index.object, index.field);
  return column === null
    ? []
    : [`create index if not exists ${index.name} on ${ownTable(index.object)} ${index.on(id(column))}`];
};

/** Whose opportunity is it: those its roles name, through every record a person ever was (N63). */
const viewStatements = (fields: readonly MappedField[]): readonly string[] => {
  const role = (name: string): string | null => columnOf(fields, 'OpportunityContactRole', name);
  const [opportunity, contact, kind, isPrimary] = [
    role('OpportunityId'),
    role('ContactId'),
    role('Role'),
    role('IsPrimary'),
  ];
  if (opportunity === null || contact === null) return [];
  return [
    `create or replace view marketing.opportunity_person as
select o.id as opportunity_id, l.person_id, ${kind === null ? 'null::text' : `r.${id(kind)}`} as role, ${isPrimary === null ? 'null::boolean' : `r.${id(isPrimary)}`} as is_primary
  from marketing.opportunity_role r
  join marketing.opportunity o on o.salesforce_id = r.${id(opportunity)} collate "C"
  join sync.link l on l.sf_id = r.${id(contact)} collate "C"
 where not r.is_deleted`,
  ];
};

const columnOf = (fields: readonly MappedField[], object: SyncObject, name: string): string | null =>
  fields.find((field) => field.object === object && field.name === name)?.column ?? null;
