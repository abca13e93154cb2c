/** The map in `sync.field`, and the only place that makes columns. */
import type { Connection, Transaction } from '../db/db.ts';
import {
  DEFAULT_POLICY,
  type Direction,
  type FieldMap,
  type Filter,
  type MappedField,
  type ObjectMap,
  type Policy,
  SYNC_OBJECTS,
  type SyncObject,
  TABLE_OF,
} from './mapping.ts';
import { placeFields } from './place-fields.ts';
import { compileShape } from './shape.ts';

/** A field as it is chosen: `planFields` gives the position. */
export interface ChosenField extends MappedField {
  readonly position: number;
}

/**
 * Writes the chosen fields into the map and makes their tables, columns and indexes. Twice is the same as once. A field that is
 * in the map already keeps its column, direction and policy; what Salesforce says of it (label, length, rights) is refreshed.
 * Nothing is ever removed (N6). The new map has a version of its own; returns it.
 */
export const applyFields = async (
  tx: Transaction,
  fields: readonly ChosenField[],
  why = 'Confirm Credentials',
): Promise<number> => {
  await tx.run(SAVE, [JSON.stringify(placeFields(fields, await loadFields(tx)))]);
  for (const statement of compileShape(await loadFields(tx))) await tx.run(statement);
  const [row] = await tx.query<{ version: number }>(
    'insert into sync.map_version (why) values ($1) returning version',
    [why],
  );
  return row?.version ?? 0;
};

const SAVE = `
insert into sync.field as f
       (object, name, position, label, type, length, precision, scale, is_custom, is_createable, is_updateable, is_calculated,
        is_nillable, mirror_type, column_name, direction, policy, is_opt_out, is_write_once, joined, is_in_mirror_more, is_in_more, picklist)
select object, name, position, label, type, length, precision, scale, "isCustom", "isCreateable", "isUpdateable", "isCalculated",
       "isNillable", "mirrorType", "column", direction, policy, "isOptOut", "isWriteOnce", joined,
       coalesce("isInMirrorMore", false), coalesce("isInMore", false), picklist
  from json_to_recordset($1::json) as c (object text, name text, position int, label text, type text, length int, precision int,
       scale int, "isCustom" boolean, "isCreateable" boolean, "isUpdateable" boolean, "isCalculated" boolean, "isNillable" boolean,
       "mirrorType" text, "column" text, direction text, policy text, "isOptOut" boolean, "isWriteOnce" boolean, joined text,
       "isInMirrorMore" boolean, "isInMore" boolean, picklist text[])
    on conflict (object, name) do update
   set position = excluded.position, label = excluded.label, type = excluded.type, length = excluded.length,
       precision = excluded.precision, scale = excluded.scale, is_createable = excluded.is_createable,
       is_updateable = excluded.is_updateable, is_calculated = excluded.is_calculated, is_nillable = excluded.is_nillable,
       picklist = coalesce(excluded.picklist, f.picklist)`;

interface FieldRow {
  readonly object: SyncObject;
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly length: number;
  readonly precision: number;
  readonly scale: number;
  readonly is_custom: boolean;
  readonly is_createable: boolean;
  readonly is_updateable: boolean;
  readonly is_calculated: boolean;
  readonly is_nillable: boolean;
  readonly mirror_type: string;
  readonly column_name: string | null;
  readonly direction: Direction;
  readonly policy: Policy | null;
  readonly is_opt_out: boolean;
  readonly is_write_once: boolean;
  readonly joined: MappedField['joined'];
  readonly is_in_mirror_more: boolean;
  readonly is_in_more: boolean;
  readonly picklist: readonly string[] | null;
  readonly is_hidden: boolean;
}

const loadFields = async (db: Pick<Connection, 'query'>): Promise<readonly MappedField[]> => {
  const rows = await db.query<FieldRow>(
    `select object, name, label, type, length, precision, scale, is_custom, is_createable, is_updateable, is_calculated, is_nillable,
            mirror_type, column_name, direction, policy, is_opt_out, is_write_once, joined, is_in_mirror_more, is_in_more, picklist, is_hidden
       from sync.field order by object, position, name`,
  );
  return rows.map((row) => ({
    object: row.object,
    name: row.name,
    label: row.label,
    type: row.type,
    length: row.length,
    precision: row.precision,
    scale: row.scale,
    isCustom: row.is_custom,
    isCreateable: row.is_createable,
    isUpdateable: row.is_updateable,
    isCalculated: row.is_calculated,
    isNillable: row.is_nillable,
    mirrorType: row.mirror_type,
    column: row.column_name,
    direction: row.direction,
    policy: row.policy,
    isOptOut: row.is_opt_out,
    isWriteOnce: row.is_write_once,
    joined: row.joined,
    ...(row.is_hidden ? { isHidden: true } : {}),
    ...(row.picklist === null ? {} : { picklist: row.picklist }),
    ...(row.is_in_mirror_more ? { isInMirrorMore: true } : {}),
    ...(row.is_in_more ? { isInMore: true } : {}),
  }));
};

/** The map as it stands. Version 0, with no fields, before Confirm Credentials. */
export const loadFieldMap = async (db: Pick<Connection, 'query'>): Promise<FieldMap> => {
  const [row] = await db.query<{ version: number }>(
    'select coalesce(max(version), 0) as version from sync.map_version',
  );
  return fieldMapOf(row?.version ?? 0, await loadFields(db), await loadFilters(db));
};

export type Filters = Readonly<Partial<Record<SyncObject, Filter>>>;

const loadFilters = async (db: Pick<Connection, 'query'>): Promise<Filters> => {
  const rows = await db.query<Filter & { readonly object: SyncObject }>(
    'select object, match, conditions from sync.filter',
  );
  return Object.fromEntries(rows.map(({ object, match, conditions }) => [object, { match, conditions }]));
};

/** Pure: the fields, sorted into objects. */
export const fieldMapOf = (version: number, fields: readonly MappedField[], filters: Filters = {}): FieldMap => ({
  version,
  objects: Object.fromEntries(
    SYNC_OBJECTS.map((object) => [object, objectMapOf(object, fields, filters[object])]),
  ) as Record<SyncObject, ObjectMap>,
});

const objectMapOf = (object: SyncObject, fields: readonly MappedField[], filter: Filter | undefined): ObjectMap => ({
  object,
  table: TABLE_OF[object],
  policy: DEFAULT_POLICY[object],
  fields: fields.filter((field) => field.object === object),
  ...(filter ? { filter } : {}),
});
