/**
 * The door of the map: what each Salesforce field is here.
 *
 * `planFields` (plan-fields.ts) is a pure function from describes to candidates; `FieldMap` is what Confirm Credentials made of
 * them and stored in `sync.field`. Everything that compiles SQL (merge, people, outbound) takes a `FieldMap`; nobody else knows
 * both a Salesforce name and a column of ours. `open-field-store.ts` keeps the map (`applyFields`, `loadFieldMap`); `shape.ts`
 * knows what the tables look like.
 *
 * Promises: two Salesforce fields of one object never share a column, and no field has two (MAP11); formula, roll-up,
 * auto-number, compound and system fields are never sent (MAP12); numbers are `numeric`/`integer`, never a float (MAP16).
 */

/** The objects the sync reads, in the order a pass applies them: parents before children where there is a choice. */
export const SYNC_OBJECTS = ['User', 'Account', 'Lead', 'Contact', 'Opportunity', 'OpportunityContactRole'] as const;
export type SyncObject = (typeof SYNC_OBJECTS)[number];

/** The table of schema `marketing` that an object's rows become. */
export const TABLE_OF = {
  User: 'owner',
  Account: 'company',
  Lead: 'person',
  Contact: 'person',
  Opportunity: 'opportunity',
  OpportunityContactRole: 'opportunity_role',
} as const satisfies Record<SyncObject, string>;

export type Direction = 'both' | 'to_salesforce' | 'from_salesforce' | 'none';
/** Who wins a conflict. An object with policy `read_only` has no conflicts: theirs is always taken (MRG21). */
export type Policy = 'salesforce' | 'marketing' | 'newest' | 'hold';
export type ObjectPolicy = 'salesforce' | 'marketing' | 'read_only';

/** MRG9, native defaults (N59 to N63). */
export const DEFAULT_POLICY = {
  User: 'read_only',
  Account: 'read_only',
  Lead: 'marketing',
  Contact: 'salesforce',
  Opportunity: 'read_only',
  OpportunityContactRole: 'read_only',
} as const satisfies Record<SyncObject, ObjectPolicy>;

/** One row of `sync.field`. */
export interface MappedField {
  readonly object: SyncObject;
  /** Salesforce's API name, verbatim. */
  readonly name: string;
  readonly label: string;
  /** Salesforce's type: `string`, `picklist`, `double`, … */
  readonly type: string;
  readonly length: number;
  readonly precision: number;
  readonly scale: number;
  readonly isCustom: boolean;
  readonly isCreateable: boolean;
  readonly isUpdateable: boolean;
  readonly isCalculated: boolean;
  readonly isNillable: boolean;
  /** The active values that the map was told of; null: no picklist. */
  readonly picklist?: readonly string[] | null;
  /** Postgres type of the mirror's column and of ours: text, integer, bigint, numeric, date, timestamptz(0), time, boolean. */
  readonly mirrorType: string;
  /** Our column in `marketing`; null: mirrored only (system fields). */
  readonly column: string | null;
  readonly direction: Direction;
  readonly policy: Policy | null;
  /** MRG15: a boolean that, once true on either side, wins (HasOptedOutOfEmail, DoNotCall, HasOptedOutOfFax). */
  readonly isOptOut: boolean;
  /** MRG18: a field that is only sent takes Salesforce's first value while it is empty here. */
  readonly isWriteOnce: boolean;
  readonly joined: 'standard' | 'automatic' | 'by_hand' | null;
  /** MAP2: no screen of people shows it. */
  readonly isHidden?: boolean;
  /** MAP14: in the mirror's `_more`, by Salesforce's name, where a row has no room for a column of its own. */
  readonly isInMirrorMore?: boolean;
  /** In `more` of the table of ours, under the column's name. */
  readonly isInMore?: boolean;
}

export interface ObjectMap {
  readonly object: SyncObject;
  readonly table: (typeof TABLE_OF)[SyncObject];
  readonly policy: ObjectPolicy;
  /** In describe order; `Id` and `SystemModstamp` are always among them. */
  readonly fields: readonly MappedField[];
  /** N117: which records are in the sync; absent: all. */
  readonly filter?: Filter;
}

/** What `plan-filter.ts` made of somebody's wish: each condition fits its field, and its value is written as Salesforce writes it. */
export interface Filter {
  readonly match: 'all' | 'any';
  readonly conditions: readonly Condition[];
}
export interface Condition {
  readonly field: string;
  readonly operator: FilterOperator;
  /** Null with `empty` and `not_empty`. */
  readonly value: string | null;
}
export type FilterOperator =
  | 'is'
  | 'is_not'
  | 'contains'
  | 'not_contains'
  | 'at_least'
  | 'at_most'
  | 'empty'
  | 'not_empty';

/** A map has versions; a batch carries one from start to end (MAP10). */
export interface FieldMap {
  readonly version: number;
  readonly objects: Readonly<Record<SyncObject, ObjectMap>>;
}

/** Fields that have a column of ours and may be written to Salesforce by an update. */
export const sendableFields = (map: ObjectMap): readonly MappedField[] =>
  map.fields.filter((field) => field.column !== null && isSendable(field));

export const isSendable = (field: MappedField): boolean =>
  (field.direction === 'both' || field.direction === 'to_salesforce') && field.isUpdateable && !field.isCalculated;

/** MRG9, MRG15: the policy of a field that both sides may change. An opt-out has none of its own. */
export const policyOf = (map: ObjectMap, field: MappedField): Policy =>
  (field.isOptOut ? null : field.policy) ?? (map.policy === 'read_only' ? 'salesforce' : map.policy);

/** Whether theirs may move ours: the field comes from Salesforce, or it may be filled once (MRG18). */
export const isTaken = (field: MappedField): boolean =>
  field.direction === 'both' || field.direction === 'from_salesforce' || isFilledOnce(field);
export const isFilledOnce = (field: MappedField): boolean => field.direction === 'to_salesforce' && field.isWriteOnce;

/** The one text that is Salesforce's external id of a person (OUT21). */
export const EXTERNAL_ID_FIELD = 'Syncline_Key__c';

/** ID12: the score that is summed when people are merged in Salesforce; other fields keep the winner's. */
export const SCORE_FIELDS: ReadonlySet<string> = new Set(['Score__c', 'mkto71_Lead_Score__c']);
