/**
 * `GET`/`POST /api/people`, `GET`/`PATCH /api/people/:id`, `GET /api/people/by-external-id/:externalId`, `GET`/`POST /api/people/:id/sync`,
 * `GET /api/people/views`, `GET /api/people/fields`, `POST /api/people/sync`, `POST /api/people/sync/matching` and `…/count`,
 * `GET /api/people/export.csv`.
 */
import { z } from 'zod';
import { FILTER_KINDS, FilterOperator } from './filters.ts';
import { ProblemShape } from './problems.ts';
import { FieldValue, listOf, Time } from './shared.ts';
import { UndoKind } from './undo.ts';

export const RecordKind = z.enum(['lead', 'contact', 'marketing_only', 'deleted']);
export type RecordKind = z.infer<typeof RecordKind>;
export const PersonState = z.enum(['in_step', 'waiting', 'with_errors', 'held', 'out_of_filter', 'not_in_salesforce']);
export type PersonState = z.infer<typeof PersonState>;

export const PersonRow = z.object({
  personId: z.number().int(),
  name: z.string().nullable(),
  email: z.string().nullable(),
  company: z.string().nullable(),
  owner: z.string().nullable(),
  recordKind: RecordKind,
  salesforceId: z.string().nullable(),
  syncState: PersonState,
  /** When Salesforce last changed the record, as the mirror knows it; else when the person was made here. */
  updatedAt: Time.nullable(),
});
export type PersonRow = z.infer<typeof PersonRow>;
/** A person of the list, with the columns that were asked for. */
export const PeopleRow = PersonRow.extend({ values: z.record(z.string(), FieldValue) });
export type PeopleRow = z.infer<typeof PeopleRow>;
/** `totalIsFloor`: there are more than `total`, and nobody counted how many. `previousCursor` leads back; null on the first page. */
export const People = listOf(PeopleRow).extend({ previousCursor: z.string().nullable(), totalIsFloor: z.boolean() });
export type People = z.infer<typeof People>;

export const PEOPLE_VIEWS = [
  'all',
  'waiting',
  'with_errors',
  'not_in_salesforce',
  'likely_duplicates',
  'opted_out',
] as const;
/** `likely_duplicates`: several people of one e-mail address, side by side. `opted_out`: by any of the fields in which an opt-out wins. */
export const PeopleView = z.enum(PEOPLE_VIEWS);
export type PeopleView = z.infer<typeof PeopleView>;

/** Hours in which something changed about a person, here or there. */
export const CHANGED_HOURS = [1, 24, 120] as const;
export const ChangedHours = z.coerce.number().pipe(z.union(CHANGED_HOURS.map((hours) => z.literal(hours))));
export type ChangedHours = z.infer<typeof ChangedHours>;

/**
 * Which people. `q`: the beginning of an e-mail address or of a name, a Salesforce id of 15 or 18 characters, or our id. `owner`: the beginning of
 * the owner's name. `where`: conditions on fields of ours as JSON, `[{"field": "industry", "operator": "is", "value": "Energy"}]`, at most 20.
 * All that is given must hold.
 */
export const PeopleChoice = z.object({
  q: z.string().trim().max(320).optional(),
  view: PeopleView.optional(),
  record: RecordKind.optional(),
  owner: z.string().trim().max(200).optional(),
  changed: ChangedHours.optional(),
  where: z.string().max(10_000).optional(),
});
export type PeopleChoice = z.infer<typeof PeopleChoice>;

/** `from=end`: the last page first. `columns`: fields of ours whose values are wanted beside, with commas. */
export const PeopleQuery = PeopleChoice.extend({
  from: z.literal('end').optional(),
  columns: z.string().max(2_000).optional(),
  cursor: z.string().max(2_000).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
});
export type PeopleQuery = z.infer<typeof PeopleQuery>;

/** What of a person can be a column of the list; `operators` is empty where nothing can be asked of it, `values` is null where it has no list. */
export const PeopleField = z.object({
  field: z.string(),
  label: z.string(),
  kind: z.enum(FILTER_KINDS).nullable(),
  operators: z.array(FilterOperator),
  values: z.array(z.string()).nullable(),
});
export type PeopleField = z.infer<typeof PeopleField>;
export const PeopleFields = z.object({ fields: z.array(PeopleField) });
export type PeopleFields = z.infer<typeof PeopleFields>;

/** `GET /api/people/views`: how many each view holds, without any other filter. */
export const PeopleViews = z.object({
  views: z.array(
    z.object({ view: PeopleView, total: z.number().int(), totalIsExact: z.boolean(), totalIsFloor: z.boolean() }),
  ),
});
export type PeopleViews = z.infer<typeof PeopleViews>;

/**
 * `no_place`: the person's record is of an object that has no such field (MRG19). `of_company`: a contact's, which is its company's: an edit
 * changes the company for all its people, and is not sent (MRG20). `not_synced`: the person is no record.
 */
export const FieldState = z.enum([
  'equal',
  'waiting_to_send',
  'sending',
  'held',
  'refused',
  'differs',
  'no_place',
  'of_company',
  'not_synced',
]);
export type FieldState = z.infer<typeof FieldState>;

export const PersonField = z.object({
  /** Our column. */
  field: z.string(),
  label: z.string(),
  /** Salesforce's name on the record the person is now; null: that object has no such field. */
  salesforceName: z.string().nullable(),
  type: z.string(),
  isEditable: z.boolean(),
  /** What an edit may choose from: of a column that leads and contacts share, what both take (MAP7). Another value can be written all the same; null: no list. */
  offers: z.array(z.string()).nullable(),
  /** It holds several values at once, with semicolons between. */
  isSeveral: z.boolean(),
  /** Loosening it needs a reason (MRG16). */
  isOptOut: z.boolean(),
  ours: FieldValue,
  theirs: FieldValue,
  /** Last agreed. */
  base: FieldValue,
  state: FieldState,
  /** Why Salesforce refused, when `state` is `refused`. */
  problemCode: z.string().nullable(),
});
export type PersonField = z.infer<typeof PersonField>;

export const PersonLink = z.object({
  salesforceId: z.string(),
  object: z.string(),
  state: z.enum(['live', 'converted', 'merged', 'deleted', 'out_of_sight', 'out_of_scope', 'deleted_here']),
  from: Time,
  to: Time.nullable(),
  /** The record into which it was converted or merged; null: it was not, or nobody knows. */
  endedIn: z.string().nullable(),
});
export type PersonLink = z.infer<typeof PersonLink>;

export const JournalLine = z.object({
  /** Names the line together with its person. */
  journalId: z.number().int(),
  at: Time,
  cause: z.string(),
  object: z.string(),
  salesforceId: z.string().nullable(),
  runId: z.number().int().nullable(),
  /** Which user or program of ours edited, or put back; null: SQL, or nobody here. */
  by: z.string().nullable(),
  /** Of a line that put something back: by which undo, and of what. */
  undo: z.object({ undoId: z.number().int(), kind: UndoKind, target: z.number().int() }).nullable(),
  /** Whether `POST /api/undos` can put it back, as far as the line says; whether its fields changed since is asked of a look. */
  isUndoable: z.boolean(),
  changes: z.array(z.object({ field: z.string(), before: FieldValue, after: FieldValue })),
});
export type JournalLine = z.infer<typeof JournalLine>;

export const GATES = [
  'never_asked',
  'ended_unseen',
  'deleted_in_salesforce',
  'out_of_sight',
  'out_of_scope',
  'sync_disabled',
  'connection_paused',
  'held',
  'parked',
  'waiting',
  'in_flight',
] as const;
/** The first closed gate between this person and Salesforce (ERR4); null: nothing stands between. */
export const Gate = z.object({
  gate: z.enum(GATES),
  /** For `waiting`: how many people are due before this one. */
  place: z.number().int().nullable(),
  dueAt: Time.nullable(),
  /** For `parked`: Salesforce's word or ours, and its text. For `ended_unseen`: `message` is the record in which the person's ended. */
  code: z.string().nullable(),
  message: z.string().nullable(),
  problem: ProblemShape.nullable(),
});
export type Gate = z.infer<typeof Gate>;

export const Person = z.object({
  person: PersonRow.extend({
    externalId: z.string(),
    createdAt: Time,
    recordUrl: z.string().nullable(),
    ownerEmail: z.string().nullable(),
  }),
  links: z.array(PersonLink),
  /** Persons that were folded into this one: their ids are its ids for ever (ID23). */
  folded: z.array(z.object({ personId: z.number().int(), externalId: z.string(), at: Time })),
  /** The company of a contact, and how many people show its fields; null: a lead's company is its own. */
  company: z.object({ companyId: z.number().int(), people: z.number().int() }).nullable(),
  fields: z.array(PersonField),
  gate: Gate.nullable(),
  /** The open error of a duplicate rule's block (OUT32); null: there is none. */
  duplicateErrorId: z.number().int().nullable(),
  journal: z.array(JournalLine),
});
export type Person = z.infer<typeof Person>;

/** An ordinary edit made here: columns of `marketing.person` and their new values; text is read as the column's type. */
export const PersonChange = z.object({
  fields: z.record(z.string().max(63), FieldValue),
  /** Why: what an opt-out that is loosened needs, else it is held (MRG16). */
  reason: z.string().trim().min(1).max(500).optional(),
});
export type PersonChange = z.infer<typeof PersonChange>;

/** `journalId`: the line by which the edit can be put back (SAFE6); null: nothing of the person's own changed. */
export const PersonChanged = z.object({ done: z.literal(true), journalId: z.number().int().nullable() });
export type PersonChanged = z.infer<typeof PersonChanged>;

/** A new person, like `insert into marketing.person`: the same columns as an edit. `sync`: make its lead in Salesforce at once. */
export const NewPerson = PersonChange.extend({ sync: z.boolean().optional() });
export type NewPerson = z.infer<typeof NewPerson>;
/** `externalId` is the person's name for good, here and in Salesforce's `Syncline_Key__c`. */
export const MadePerson = z.object({ personId: z.number().int(), externalId: z.string() });
export type MadePerson = z.infer<typeof MadePerson>;

/** What became of Sync person. `none`: it was not asked for. */
export const SyncPersonOutcome = z.object({
  state: z.enum(['none', 'waiting', 'sending', 'will_retry', 'parked', 'done']),
  salesforceId: z.string().nullable(),
  code: z.string().nullable(),
  message: z.string().nullable(),
  dueAt: Time.nullable(),
});
export type SyncPersonOutcome = z.infer<typeof SyncPersonOutcome>;
