/** What the org says of its fields now, beside what the map holds. Pure. */
import { columnTypeOf } from './compile-types.ts';
import { type FieldMap, SYNC_OBJECTS, type SyncObject } from './mapping.ts';
import type { CandidateField, DescribedObject } from './plan-fields.ts';

/**
 * `new`: the sync user sees it and the map has not got it (MAP1). `gone`: the map has it and the sync user does not see it, because it was
 * deleted or hidden: to the sync user both look alike (MAP4, MAP5). `retyped`: its column does not hold its values any more (MAP6).
 */
export interface Difference {
  readonly object: SyncObject;
  readonly name: string;
  readonly label: string;
  readonly kind: 'new' | 'gone' | 'retyped';
  /** Salesforce's types, before and now. */
  readonly was: string | null;
  readonly is: string | null;
  readonly column: string | null;
}

/** An object that could not be described says nothing. */
export const planDifferences = (
  map: FieldMap,
  described: readonly DescribedObject[],
  candidates: readonly CandidateField[],
): readonly Difference[] =>
  SYNC_OBJECTS.flatMap((object) => {
    const there = described.find(({ name }) => name === object);
    if (!there) return [];
    const known = map.objects[object].fields;
    const seen = new Map(there.fields.map((field) => [field.name, field]));
    return [
      ...known.flatMap(({ name, label, type, column, mirrorType }): readonly Difference[] => {
        const now = seen.get(name);
        const found = { object, name, label, was: type, column };
        if (!now) return [{ ...found, kind: 'gone', is: null }];
        const isOther = mirrorType !== 'text' && columnTypeOf(now) !== mirrorType;
        return isOther ? [{ ...found, kind: 'retyped', is: now.type }] : [];
      }),
      ...candidates.flatMap((field): readonly Difference[] =>
        field.object === object && field.column !== null && !known.some(({ name }) => name === field.name)
          ? [{ object, name: field.name, label: field.label, kind: 'new', was: null, is: field.type, column: null }]
          : [],
      ),
    ];
  });
