/**
 * Which records of an object are in the sync (N117). A filter is written like any edit of the map, `{kind: 'filter'}`: before the start it holds at once,
 * after it a draft is tried and applied.
 *
 * `GET /api/filters`, `POST /api/filters/count`.
 */
import { z } from 'zod';
import { SyncObjectName } from './shared.ts';

/** Every owner is needed, so users have no filter. */
export const FILTERED_OBJECT_NAMES = ['Lead', 'Contact', 'Account', 'Opportunity', 'OpportunityContactRole'] as const;
export const FilteredObjectName = z.enum(FILTERED_OBJECT_NAMES);
export type FilteredObjectName = z.infer<typeof FilteredObjectName>;

export const FILTER_OPERATORS = [
  'is',
  'is_not',
  'contains',
  'not_contains',
  'at_least',
  'at_most',
  'empty',
  'not_empty',
] as const;
export const FilterOperator = z.enum(FILTER_OPERATORS);
export type FilterOperator = z.infer<typeof FilterOperator>;

export const FILTER_CONDITIONS_MAX = 20;
export const FILTER_VALUE_MAX = 255;

/** `value` as a person writes it: `12.5`, `2026-11-24`, `true`; null with `empty` and `not_empty`. A field without a value is not anything, and contains nothing. */
export const FilterCondition = z.object({
  field: z.string().min(1).max(200),
  operator: FilterOperator,
  value: z.string().max(FILTER_VALUE_MAX).nullable(),
});
export type FilterCondition = z.infer<typeof FilterCondition>;

export const ObjectFilter = z.object({
  match: z.enum(['all', 'any']),
  conditions: z.array(FilterCondition).min(1).max(FILTER_CONDITIONS_MAX),
});
export type ObjectFilter = z.infer<typeof ObjectFilter>;

/** A field that may be asked, and what of it. A `flag` is true or false; the value of a `set` is one or several of a multi-select picklist's, with `;`. */
export const FILTER_KINDS = ['text', 'id', 'set', 'number', 'date', 'datetime', 'flag'] as const;
export type FilterKind = (typeof FILTER_KINDS)[number];
export const FilterField = z.object({
  name: z.string(),
  label: z.string(),
  kind: z.enum(FILTER_KINDS),
  operators: z.array(FilterOperator),
});
export type FilterField = z.infer<typeof FilterField>;

export const FilterOfObject = z.object({
  object: FilteredObjectName,
  /** As the draft would have it, where there is one; null: every record. */
  filter: ObjectFilter.nullable(),
  isDrafted: z.boolean(),
  /** No condition has an index that we know of: reading may be slow (N117). */
  isSlow: z.boolean(),
  /** Applied, and the records there have not all been looked at since. */
  isScanning: z.boolean(),
  fields: z.array(FilterField),
});
export type FilterOfObject = z.infer<typeof FilterOfObject>;
export const Filters = z.object({ filters: z.array(FilterOfObject) });
export type Filters = z.infer<typeof Filters>;

export const FilterQuestion = z.object({ object: FilteredObjectName, filter: ObjectFilter.nullable() });
export type FilterQuestion = z.infer<typeof FilterQuestion>;
/** Records of the org now. */
export const FilterCounts = z.object({ in: z.number().int(), out: z.number().int(), isSlow: z.boolean() });
export type FilterCounts = z.infer<typeof FilterCounts>;

/** What another filter would do. Nobody is deleted, on either side. */
export const FilterEffect = z.object({
  object: SyncObjectName,
  /** Records of the org that are in and out afterwards, and of them those that were not before. */
  in: z.number().int(),
  out: z.number().int(),
  comes: z.number().int(),
  leaves: z.number().int(),
  /** People whose record leaves: they stay, and nothing is sent for them. */
  people: z.number().int(),
  /** Of them, as we know them. */
  leaving: z.array(z.object({ personId: z.number().int(), personName: z.string().nullable() })),
  coming: z.array(z.object({ salesforceId: z.string(), name: z.string().nullable() })),
  /** Of the reading that follows. */
  calls: z.number().int(),
  isSlow: z.boolean(),
});
export type FilterEffect = z.infer<typeof FilterEffect>;
