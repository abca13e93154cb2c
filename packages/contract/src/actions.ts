/**
 * What somebody does with people (UI 3.11, 3.12): `POST /api/actions`, `POST /api/actions/count`, `GET /api/actions/:id`, `GET /api/owners`,
 * `GET /api/people/:id/conversion`, `GET /api/conversion`, `GET /api/people/:id/merge`.
 *
 * A request may carry `Idempotency-Key`: sent again with the same key and the same body, it answers with the same action and does nothing
 * twice (ACT2). Each person has an outcome of its own.
 */
import { z } from 'zod';
import { PeopleChoice, RecordKind } from './people.ts';
import { PROBLEM_CODES, ProblemShape } from './problems.ts';
import { FieldValue, Time } from './shared.ts';

export const ACTION_PEOPLE_MAX = 10_000;
/** Of a list that is meant as a whole: more than these want a narrower list. */
export const ACTION_MATCHING_MAX = 100_000;

/**
 * Whom it is done with: people by id, or everybody whom the list of people shows for `matching` when the action is asked for. Exactly
 * one of the two.
 */
const Whom = {
  ids: z.array(z.number().int().positive()).min(1).max(ACTION_PEOPLE_MAX).optional(),
  matching: PeopleChoice.optional(),
};
const namesOne = (wish: { readonly ids?: unknown; readonly matching?: unknown }): boolean =>
  (wish.ids === undefined) !== (wish.matching === undefined);
const NAMES_ONE = { error: 'Either `ids` or `matching`.', path: ['ids'] };

/** A user or a queue of leads. Whoever is not in Salesforce is made there first (ACT7). */
export const ChangeOwner = z
  .object({
    kind: z.literal('change_owner'),
    ...Whom,
    /** 15 or 18 characters. */
    ownerId: z.string().trim().min(15).max(18),
  })
  .refine(namesOne, NAMES_ONE);
export type ChangeOwner = z.infer<typeof ChangeOwner>;

/**
 * Sync person (N96): whoever is not in Salesforce, or was deleted there, is made a lead; any other record is read afresh, what waited for a cause to
 * go away is tried again, and what waits here goes next. `ownerId`: the owner is changed as well.
 */
export const SyncPersons = z
  .object({
    kind: z.literal('sync'),
    ...Whom,
    ownerId: z.string().trim().min(15).max(18).optional(),
  })
  .refine(namesOne, NAMES_ONE);
export type SyncPersons = z.infer<typeof SyncPersons>;

/** From this many people on, their number must be said (ACT11). */
export const DELETE_COUNTED_FROM = 51;

/**
 * Both systems are named, there is no default, and at least one of them is wanted (ACT11). Salesforce goes first, and where it refuses, the
 * person stays. `forgets`: nothing is kept here but what recognises the records, so that they never come back (ID21); only where `here`.
 */
export const DeletePeople = z
  .object({
    kind: z.literal('delete'),
    ...Whom,
    inSalesforce: z.boolean(),
    here: z.boolean(),
    forgets: z.boolean().optional(),
    /** How many people, as somebody typed it: above 50 it must be their number. */
    count: z.number().int().optional(),
  })
  .refine(namesOne, NAMES_ONE);
export type DeletePeople = z.infer<typeof DeletePeople>;

/** A lead becomes a contact (N84). Whoever is not in Salesforce is made there first (ACT7). */
export const ConvertPeople = z
  .object({
    kind: z.literal('convert'),
    ...Whom,
    /** One that means converted; another is refused (ACT9). */
    convertedStatus: z.string().min(1).max(255),
    /** The account that the contact joins; null: a new one is made. */
    accountId: z.string().trim().min(15).max(18).nullable(),
    /**
     * Only without `accountId`: an account that has the name of the lead's company, whatever its case, is joined, and so is one that this action
     * made for another lead. Where there are several, the lead is refused.
     */
    joinsSameName: z.boolean().optional(),
    /** Of contact, and of account and opportunity where they are made; null: the lead's. A user. */
    ownerId: z.string().trim().min(15).max(18).nullable(),
    /** null: no opportunity is made. */
    opportunityName: z.string().trim().min(1).max(120).nullable(),
    /** Salesforce writes to the owner. */
    notifiesOwner: z.boolean(),
  })
  .refine(namesOne, NAMES_ONE);
export type ConvertPeople = z.infer<typeof ConvertPeople>;

/** People of one merge, the one that stays among them. */
export const MERGE_PEOPLE_MAX = 6;

/**
 * Several people become one (N86, ID22): `ids` go into `winnerId`. Salesforce merges first: a lead goes into a contact by conversion. A contact
 * stays before a lead, and whoever is in Salesforce before whoever is not.
 */
export const MergePeople = z.object({
  kind: z.literal('merge'),
  ids: z
    .array(z.number().int().positive())
    .min(1)
    .max(MERGE_PEOPLE_MAX - 1),
  winnerId: z.number().int().positive(),
  /** By column of ours, the person whose value stays. What is left out is the winner's or, where that is empty, the first other one's. */
  values: z.record(z.string().max(63), z.number().int().positive()).optional(),
  /** Of leads that go into a contact; left out: the first status that means converted. */
  convertedStatus: z.string().min(1).max(255).optional(),
});
export type MergePeople = z.infer<typeof MergePeople>;

/** What is done with each of several people for itself. */
export const SetAction = z.discriminatedUnion('kind', [ChangeOwner, SyncPersons, DeletePeople, ConvertPeople]);
export type SetAction = z.infer<typeof SetAction>;

export const PersonAction = z.discriminatedUnion('kind', [...SetAction.options, MergePeople]);
export type PersonAction = z.infer<typeof PersonAction>;
export type ActionKind = PersonAction['kind'];

/** `syncing`: its lead is made first. `linking`: Salesforce did it, and what it made is read. */
export const ActionStep = z.enum(['waiting', 'syncing', 'sending', 'linking', 'done', 'refused']);
export type ActionStep = z.infer<typeof ActionStep>;

export const ActionPerson = z.object({
  personId: z.number().int(),
  /** null: no name, or no longer here. */
  name: z.string().nullable(),
  step: ActionStep,
  /** Why, of one that was refused. */
  problem: ProblemShape.nullable(),
  /** Salesforce's ids of what a conversion made or filled. */
  made: z.object({ accountId: z.string(), contactId: z.string(), opportunityId: z.string().nullable() }).nullable(),
});
export type ActionPerson = z.infer<typeof ActionPerson>;

const PeopleByCode = z.array(z.object({ code: z.enum(PROBLEM_CODES), people: z.number().int() }));

export const Action = z.object({
  actionId: z.number().int(),
  kind: z.string(),
  askedBy: z.string(),
  askedAt: Time,
  isEnded: z.boolean(),
  total: z.number().int(),
  done: z.number().int(),
  refused: z.number().int(),
  /** Why, and how many; the rarest reason first. */
  refusals: PeopleByCode,
  /** Those that were refused first; 200 at most. */
  people: z.array(ActionPerson),
});
export type Action = z.infer<typeof Action>;

/**
 * `POST /api/actions/count`: what an action would do now, by what is known here; nothing is asked of Salesforce. Each person is decided again when
 * their turn comes.
 */
export const ActionCount = z.object({
  people: z.number().int(),
  /** Of them, with whom something would be done. */
  acted: z.number().int(),
  /** Of `acted`: their lead is made first. */
  leads: z.number().int(),
  /** The rest. */
  skipped: PeopleByCode,
});
export type ActionCount = z.infer<typeof ActionCount>;

export const OwnersQuery = z.object({ q: z.string().trim().max(200).optional() });
export const Owner = z.object({
  ownerId: z.string(),
  name: z.string(),
  kind: z.enum(['user', 'queue']),
  email: z.string().nullable(),
});
export type Owner = z.infer<typeof Owner>;
/** Active users as the mirror has them, and queues of leads as the org has them; by name, 50 at most. */
export const Owners = z.object({ owners: z.array(Owner) });
export type Owners = z.infer<typeof Owners>;

/** `GET /api/conversion`: statuses of a lead that mean converted. */
export const ConvertedStatuses = z.object({ statuses: z.array(z.string()) });
export type ConvertedStatuses = z.infer<typeof ConvertedStatuses>;

/** `GET /api/people/:id/conversion`: what there is to choose. `accounts`: known ones of the same name first, then some that begin alike; a new one of a name that is there already would be a second one. */
export const ConversionChoices = z.object({
  company: z.string().nullable(),
  statuses: z.array(z.string()),
  accounts: z.array(z.object({ accountId: z.string(), name: z.string(), isSameName: z.boolean() })),
});
export type ConversionChoices = z.infer<typeof ConversionChoices>;

/** `with`: ids of ours with commas; left out: those with the same e-mail address, as many as a merge takes. */
export const MergeQuery = z.object({ with: z.string().max(200).optional() });

export const MergeCandidate = z.object({
  personId: z.number().int(),
  name: z.string().nullable(),
  email: z.string().nullable(),
  record: RecordKind,
  salesforceId: z.string().nullable(),
  updatedAt: Time.nullable(),
  /** Changes that wait to be sent. */
  waiting: z.number().int(),
  /** Opportunities in which the record has a role. */
  roles: z.number().int(),
  /** Rows of other tables of the database that refer to the person. */
  references: z.number().int(),
});
export type MergeCandidate = z.infer<typeof MergeCandidate>;

/** `GET /api/people/:id/merge`: who may be merged with this person, and in what they differ; whoever stays before the others comes first. */
export const MergeChoices = z.object({
  people: z.array(MergeCandidate),
  /** Those that differ and can be chosen; `values` in the order of `people`. `isOptOut`: out for one is out for the one that stays. */
  fields: z.array(
    z.object({
      field: z.string(),
      label: z.string(),
      isOptOut: z.boolean(),
      values: z.array(FieldValue),
    }),
  ),
});
export type MergeChoices = z.infer<typeof MergeChoices>;
