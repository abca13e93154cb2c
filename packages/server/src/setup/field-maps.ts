/** The map as it was joined, one row a column of ours. Pure. */
import type { FieldMapRow, FieldMaps } from '@syncline/contract/setup';
import { type FieldMap, type MappedField, type ObjectMap, SYNC_OBJECTS } from '../mapping/mapping.ts';

export const fieldMapsOf = (map: FieldMap): FieldMaps => {
  const rows = new Map<string, FieldMapRow>();
  for (const object of SYNC_OBJECTS) {
    const objectMap = map.objects[object];
    for (const field of objectMap.fields) {
      if (field.column === null) continue;
      const key = `${objectMap.table}.${field.column}`;
      rows.set(key, joinRow(rows.get(key), objectMap, field, field.column));
    }
  }
  return { version: map.version, maps: [...rows.values()] };
};

type Policy = NonNullable<FieldMapRow['policies']['Lead']>;

const policyOf = (map: ObjectMap, field: MappedField): Policy =>
  map.policy === 'read_only' || field.direction === 'from_salesforce'
    ? 'read_only'
    : field.isOptOut
      ? 'opt_out'
      : (field.policy ?? map.policy);

/** Lead comes before Contact: a joined row is labelled as the lead's field and keeps the wider direction of both. */
const joinRow = (before: FieldMapRow | undefined, map: ObjectMap, field: MappedField, column: string): FieldMapRow => ({
  table: map.table,
  label: before?.label ?? field.label,
  ourColumn: column,
  columnType: field.mirrorType,
  names: { ...before?.names, [map.object]: field.name },
  direction: before === undefined || before.direction === 'from_salesforce' ? field.direction : before.direction,
  policies: { ...before?.policies, [map.object]: policyOf(map, field) },
  joined: field.joined ?? before?.joined ?? null,
  isCustom: field.isCustom,
});
