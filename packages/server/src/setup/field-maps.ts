/** The map as it is joined, one row a column of ours. Pure. */
import type { FieldMapRow, FieldMaps } from '@syncline/contract/setup';
import {
  type FieldMap,
  isSendable,
  type MappedField,
  type ObjectMap,
  policyOf,
  SYNC_OBJECTS,
} from '../mapping/mapping.ts';
import { apartFields } from '../mapping/plan-fields.ts';
import { differingLists } from '../mapping/plan-values.ts';

/** `drafted`: fields that a draft has made different. */
export const fieldMapsOf = (
  map: FieldMap,
  drafted: readonly MappedField[] = [],
): Pick<FieldMaps, 'version' | 'maps' | 'apart'> => {
  const rows = new Map<string, FieldMapRow>();
  const isDrafted = (field: MappedField): boolean =>
    drafted.some(({ object, name }) => object === field.object && name === field.name);
  for (const object of SYNC_OBJECTS) {
    const objectMap = map.objects[object];
    for (const field of objectMap.fields) {
      if (field.column === null) continue;
      const key = `${objectMap.table}.${field.column}`;
      const row = joinRow(rows.get(key), objectMap, field, field.column);
      rows.set(key, { ...row, isDrafted: row.isDrafted || isDrafted(field) });
    }
  }
  const fields = SYNC_OBJECTS.flatMap((object) => map.objects[object].fields);
  const maps = [...rows.values()].map((row) => ({ ...row, lists: listsOf(map, row) }));
  return { version: map.version, maps, apart: [...apartFields(fields)] };
};

/** MAP7: of a pair that leads and contacts share, how its lists differ. */
const listsOf = (map: FieldMap, { names }: FieldMapRow): FieldMapRow['lists'] => {
  const [lead, contact] = (['Lead', 'Contact'] as const).map((object) =>
    map.objects[object].fields.find(({ name }) => name === names[object]),
  );
  const lists = differingLists(lead, contact);
  return lists && { common: [...lists.common], onlyLead: [...lists.onlyLead], onlyContact: [...lists.onlyContact] };
};

type Policy = NonNullable<FieldMapRow['policies']['Lead']>;

const shownPolicy = (map: ObjectMap, field: MappedField): Policy =>
  map.policy === 'read_only' || field.direction === 'from_salesforce'
    ? 'read_only'
    : field.isOptOut
      ? 'opt_out'
      : policyOf(map, field);

const canBeSent = (map: ObjectMap, field: MappedField): boolean =>
  map.policy !== 'read_only' && isSendable({ ...field, direction: 'both' });

/** Lead comes before Contact: a joined row is labelled as the lead's field and keeps the wider direction of both. */
const joinRow = (before: FieldMapRow | undefined, map: ObjectMap, field: MappedField, column: string): FieldMapRow => ({
  table: map.table,
  label: before?.label ?? field.label,
  ourColumn: column,
  columnType: field.mirrorType,
  names: { ...before?.names, [map.object]: field.name },
  direction: before === undefined || before.direction === 'from_salesforce' ? field.direction : before.direction,
  policies: { ...before?.policies, [map.object]: shownPolicy(map, field) },
  ownPolicy: before?.ownPolicy ?? field.policy,
  isOptOut: field.isOptOut || (before?.isOptOut ?? false),
  isWriteOnce: field.isWriteOnce || (before?.isWriteOnce ?? false),
  isHidden: field.isHidden === true,
  canBeSent: canBeSent(map, field) || (before?.canBeSent ?? false),
  joined: field.joined ?? before?.joined ?? null,
  isCustom: field.isCustom,
  isDrafted: before?.isDrafted ?? false,
  lists: null,
});
