/** What is in the map and is not seen any more. Pure. */
import type { ConnectionComparison } from '@syncline/contract/setup';
import { type FieldMap, SYNC_OBJECTS } from '../mapping/mapping.ts';
import type { Described } from './describes.ts';

type Lost = ConnectionComparison['lost'][number];

export const lostOf = (described: readonly Described[], map: FieldMap): readonly Lost[] =>
  SYNC_OBJECTS.flatMap((object): readonly Lost[] => {
    const mapped = map.objects[object].fields.map(({ name }) => name);
    if (mapped.length === 0) return [];
    const describe = described.find((found) => found.object === object)?.describe ?? null;
    if (describe === null) return [{ object, isWhole: true, fields: [] }];
    const seen = new Set(describe.fields.map(({ name }) => name));
    const fields = mapped.filter((name) => !seen.has(name));
    return fields.length === 0 ? [] : [{ object, isWhole: false, fields }];
  });
