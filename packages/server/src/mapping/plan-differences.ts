/** What the org says of its fields now, beside what the map was told of them. Pure. */
import { columnTypeOf, holds } from './compile-types.ts';
import {
  type FieldMap,
  isSendable,
  type MappedField,
  type ObjectMap,
  SYNC_OBJECTS,
  type SyncObject,
} from './mapping.ts';
import { activeValues, type CandidateField, type DescribedField, type DescribedObject } from './plan-fields.ts';

/**
 * `new`: the sync user sees it and the map has not got it (MAP1). `gone`: the map has it and the sync user does not see it, because it was
 * deleted or hidden, which a describe does not tell apart (MAP4, MAP5); whoever knows more says `deleted`, `hidden` or `renamed`, with both names. `retyped`: another type
 * (MAP6). `masked`: encrypted, so that what is read is a mask (MAP13). `read_only`: it is sent and may not be written any more; `writable`: the
 * reverse. `relabelled`, `length`: as the word says. `picklist`: other values are offered (MAP7). `object_read_only`, `object_no_create`: of the
 * object, whose name is `*`.
 */
export const DIFFERENCE_KINDS = [
  'new',
  'gone',
  'deleted',
  'hidden',
  'renamed',
  'retyped',
  'masked',
  'read_only',
  'writable',
  'relabelled',
  'length',
  'picklist',
  'object_hidden',
  'object_read_only',
  'object_no_create',
] as const;
type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

export interface Difference {
  readonly object: SyncObject;
  /** `*`: the object itself. */
  readonly name: string;
  readonly label: string;
  readonly kind: DifferenceKind;
  /** Before and now: types, labels or lengths. */
  readonly was: string | null;
  readonly is: string | null;
  /** Of `retyped`: the column holds what comes now, so nothing waits. */
  readonly fits: boolean | null;
  /** Of `picklist`. */
  readonly removed: readonly string[];
  readonly added: readonly string[];
  /** Values that Salesforce takes; null: any. */
  readonly allowed: readonly string[] | null;
  /** Characters that Salesforce takes; null: as many as before. */
  readonly lengthMax: number | null;
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
      ...objectDifferences(map.objects[object], there),
      ...known.flatMap((field) => fieldDifferences(field, seen.get(field.name), there.updateable !== false)),
      ...candidates.flatMap((field): readonly Difference[] =>
        field.object === object && field.column !== null && !known.some(({ name }) => name === field.name)
          ? [differs(field, 'new', { is: field.type })]
          : [],
      ),
    ];
  });

/** `*` in the place of a field's name: the object. */
const WHOLE_OBJECT = '*';

/** The object cannot be read at all. */
export const objectHidden = (object: SyncObject): Difference =>
  differs({ object, name: WHOLE_OBJECT, label: object }, 'object_hidden', {});

const objectDifferences = ({ object, fields }: ObjectMap, there: DescribedObject): readonly Difference[] => {
  const whole = { object, name: WHOLE_OBJECT, label: object };
  if (!fields.some(isSent)) return [];
  return [
    ...(there.updateable === false ? [differs(whole, 'object_read_only', {})] : []),
    ...(object === 'Lead' && there.createable === false ? [differs(whole, 'object_no_create', {})] : []),
  ];
};

/** `isObjectWritable`: where it is not, that is said once and not of each field. */
const fieldDifferences = (
  field: MappedField,
  now: DescribedField | undefined,
  isObjectWritable: boolean,
): readonly Difference[] => {
  if (!now) return [differs(field, 'gone', { was: field.type })];
  if (columnTypeOf(now) === null && now.type === 'encryptedstring')
    return [differs(field, 'masked', { was: field.type, is: now.type })];
  if (now.type !== field.type)
    return [differs(field, 'retyped', { was: field.type, is: now.type, fits: holds(field.mirrorType, now) })];
  return [
    ...rightDifferences(field, now, isObjectWritable),
    ...(now.label === field.label ? [] : [differs(field, 'relabelled', { was: field.label, is: now.label })]),
    ...lengthDifferences(field, now),
    ...picklistDifferences(field, now),
  ];
};

const isSent = (field: MappedField): boolean => field.column !== null && isSendable(field);

const rightDifferences = (
  field: MappedField,
  now: DescribedField,
  isObjectWritable: boolean,
): readonly Difference[] => {
  if (!isObjectWritable || field.column === null || field.isCalculated) return [];
  if (isSent(field) && !now.updateable) return [differs(field, 'read_only', {})];
  return !field.isUpdateable && now.updateable ? [differs(field, 'writable', {})] : [];
};

const lengthDifferences = (field: MappedField, now: DescribedField): readonly Difference[] => {
  if (field.mirrorType !== 'text' || field.column === null || now.length === field.length) return [];
  const lengthMax = now.length < field.length ? now.length : null;
  return [differs(field, 'length', { was: String(field.length), is: String(now.length), lengthMax })];
};

const picklistDifferences = (field: MappedField, now: DescribedField): readonly Difference[] => {
  const [before, values] = [field.picklist ?? null, activeValues(now)];
  if (before === null || values === null || field.column === null) return [];
  const removed = before.filter((value) => !values.includes(value));
  const added = values.filter((value) => !before.includes(value));
  if (removed.length === 0 && added.length === 0) return [];
  return [differs(field, 'picklist', { removed, added, allowed: now.restrictedPicklist === true ? values : null })];
};

const differs = (
  { object, name, label }: Pick<MappedField, 'object' | 'name' | 'label'>,
  kind: DifferenceKind,
  facts: Partial<Omit<Difference, 'object' | 'name' | 'label' | 'kind'>>,
): Difference => ({
  object,
  name,
  label,
  kind,
  was: null,
  is: null,
  fits: null,
  removed: [],
  added: [],
  allowed: null,
  lengthMax: null,
  ...facts,
});

/** What somebody may take note of, because nothing waits for it: the map is told of it and it is a difference no more. Pure. */
export const isNotable = ({ kind, fits }: Pick<Difference, 'kind' | 'fits'>): boolean =>
  kind === 'relabelled' ||
  kind === 'length' ||
  kind === 'picklist' ||
  kind === 'writable' ||
  (kind === 'retyped' && fits === true);
