/** Writes an edited map: rows of `sync.field` as a plan wants them, in the transaction of everything that belongs to it. */
import type { Transaction } from '../db/db.ts';
import type { FieldMap, Filter, SyncObject } from './mapping.ts';
import { applyFields, loadFieldMap } from './open-field-store.ts';
import type { MapPlan } from './plan-edits.ts';
import { compileColumns } from './shape.ts';

/** Columns come first, so that values can move into them. */
export const addPlannedColumns = async (tx: Transaction, plan: MapPlan): Promise<void> => {
  for (const statement of compileColumns(plan.moves.map(({ to, mirrorType }) => [to, mirrorType])))
    await tx.run(statement);
};

/** The map as planned, under a version of its own. */
export const savePlannedMap = async (tx: Transaction, plan: MapPlan, why: string): Promise<FieldMap> => {
  await tx.run(
    `update sync.field f
        set column_name = c."column", direction = c.direction, policy = c.policy, is_write_once = c."isWriteOnce", joined = c.joined,
            is_hidden = coalesce(c."isHidden", false), label = c.label, type = c.type, length = c.length, precision = c.precision,
            scale = c.scale, is_createable = c."isCreateable", is_updateable = c."isUpdateable", is_calculated = c."isCalculated",
            is_nillable = c."isNillable", picklist = c.picklist, mirror_type = c."mirrorType"
       from json_to_recordset($1::json) as c (object text, name text, "column" text, direction text, policy text, "isWriteOnce" boolean, joined text,
            "isHidden" boolean, label text, type text, length int, precision int, scale int, "isCreateable" boolean, "isUpdateable" boolean,
            "isCalculated" boolean, "isNillable" boolean, picklist text[], "mirrorType" text)
      where f.object = c.object and f.name = c.name`,
    [JSON.stringify(plan.changed)],
  );
  const version = await applyFields(tx, plan.added, why);
  for (const object of plan.filtered) await saveFilter(tx, object, plan.map.objects[object].filter, version);
  return loadFieldMap(tx);
};

/** Another filter lets other records in, whenever they last changed: the object is read from its beginning, if it was read before. */
const saveFilter = async (
  tx: Transaction,
  object: SyncObject,
  filter: Filter | undefined,
  version: number,
): Promise<void> => {
  await tx.run('delete from sync.filter where object = $1', [object]);
  if (filter)
    await tx.run('insert into sync.filter (object, match, conditions) values ($1, $2, $3)', [
      object,
      filter.match,
      JSON.stringify(filter.conditions),
    ]);
  await tx.run('update sync.cursor set rescan_version = $2 where object = $1 and at is not null', [object, version]);
};

/** Columns of `marketing.person` and their types, whoever uses them. */
export const personColumnTypes = async (tx: Pick<Transaction, 'query'>): Promise<ReadonlyMap<string, string>> => {
  const rows = await tx.query<{ name: string; type: string }>(
    `select attname as name, case format_type(atttypid, atttypmod) when 'timestamp(0) with time zone' then 'timestamptz(0)'
                                  when 'time without time zone' then 'time' else format_type(atttypid, atttypmod) end as type
       from pg_attribute where attrelid = 'marketing.person'::regclass and attnum > 0 and not attisdropped`,
  );
  return new Map(rows.map(({ name, type }) => [name, type]));
};
