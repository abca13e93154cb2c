/**
 * Changing the map. Before Start Sync an edit holds at once; after it edits gather in one draft, which a dry run prices and an apply carries out.
 *
 * `POST /api/field-maps/edit`, `GET`/`DELETE /api/field-changes/:id`, `DELETE /api/field-changes/:id/edits/:place`,
 * `POST /api/field-changes/:id/dry-run`, `POST /api/field-changes/:id/apply`, `GET /api/field-maps/export`, `POST /api/field-maps/import`, `POST /api/field-maps/look`,
 * `POST /api/field-maps/note`.
 */
import { z } from 'zod';
import { FilterEffect, FilteredObjectName, ObjectFilter } from './filters.ts';
import { WHO_CAN_FIX } from './problems.ts';
import { FieldValue, RangeMs, SyncObjectName, Time } from './shared.ts';

export const FieldDirection = z.enum(['both', 'to_salesforce', 'from_salesforce', 'none']);

const Name = z.string().min(1).max(200);

/** Who wins where both sides changed a field; null: the object's own default. */
export const OwnPolicy = z.enum(['salesforce', 'marketing', 'newest', 'hold']);
export type OwnPolicy = z.infer<typeof OwnPolicy>;

/** The objects that people are. */
const PersonObjectName = z.enum(['Lead', 'Contact']);

/**
 * One edit; names are Salesforce's. `choose`: direction, policy or both of one field. `join`: a custom lead field and a custom contact field
 * become one of ours; `break`: the reverse. `add`: a field of Salesforce that has no column here gets one.
 * `hide`: a field of people that nothing uses is shown no more, or again. `retype`: a field that has another type in Salesforce has it here too,
 * where every value fits.
 * `filter`: which records of an object are in the sync; null: all.
 */
export const MapEdit = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('choose'),
    object: SyncObjectName,
    name: Name,
    direction: FieldDirection.optional(),
    policy: OwnPolicy.nullable().optional(),
    /** With `to_salesforce`: the first value of Salesforce's fills the field while it is empty. */
    isWriteOnce: z.boolean().optional(),
  }),
  z.object({ kind: z.literal('join'), lead: Name, contact: Name }),
  z.object({ kind: z.literal('break'), lead: Name, contact: Name }),
  z.object({ kind: z.literal('add'), object: SyncObjectName, name: Name }),
  z.object({ kind: z.literal('hide'), object: PersonObjectName, name: Name, isHidden: z.boolean() }),
  z.object({ kind: z.literal('retype'), object: SyncObjectName, name: Name }),
  z.object({ kind: z.literal('filter'), object: FilteredObjectName, filter: ObjectFilter.nullable() }),
]);
export type MapEdit = z.infer<typeof MapEdit>;
export const MapEdits = z.object({ edits: z.array(MapEdit).min(1).max(2_000) });
export type MapEdits = z.infer<typeof MapEdits>;

// -- the draft --------------------------------------------------------------------------------------------------------

export const ChangeSample = z.object({
  personId: z.number().int(),
  personName: z.string().nullable(),
  field: z.string(),
  before: FieldValue,
  after: FieldValue,
});
export type ChangeSample = z.infer<typeof ChangeSample>;

const Side = z.object({ changed: z.number().int(), samples: z.array(ChangeSample) });

/** What an apply would do. Nothing was changed to find it out; on still data the outcome is this. */
export const DryRun = z.object({
  ranAt: Time,
  ms: z.number(),
  /** Happens with the apply, whether or not existing values are backfilled. */
  atOnce: Side.extend({
    /** People that keep a joint value in both fields of a broken pair; nothing of it is sent. */
    copied: z.number().int(),
    /** People with an edit that will not be sent any more. */
    withdrawn: z.number().int(),
    /** People whose value of a field that is retyped the new type does not hold: while there are any, nothing is applied. */
    misfits: Side.default({ changed: 0, samples: [] }),
  }),
  /** Happens besides, in the backfill lane, where existing values are backfilled. */
  backfill: z.object({
    here: Side,
    there: Side,
    /** Both sides have a value, and they differ. */
    conflicts: z.object({ salesforce: z.number().int(), marketing: z.number().int(), held: z.number().int() }),
    /** Records that must be read again, because the field was never read. */
    reads: z.number().int(),
    calls: z.number().int(),
    durationMs: RangeMs,
  }),
  /** One an object whose filter changes. The object is then read from its beginning. */
  filters: z.array(FilterEffect),
  /** The statements, to be read. */
  statements: z.array(z.string()),
});
export type DryRun = z.infer<typeof DryRun>;

export const FieldChange = z.object({
  changeId: z.number().int(),
  state: z.enum(['draft', 'applied', 'discarded']),
  edits: z.array(MapEdit),
  madeAt: Time,
  madeBy: z.string(),
  /** Null: not asked for, or edited since. */
  dryRun: DryRun.nullable(),
  appliedAt: Time.nullable(),
  /** Null: not wanted. `done` of `total` people were looked at. */
  backfill: z
    .object({ state: z.enum(['running', 'done']), done: z.number().int(), total: z.number().int() })
    .nullable(),
});
export type FieldChange = z.infer<typeof FieldChange>;

/** `draft` is null where the edits hold already, because the sync has not started. */
export const EditedMap = z.object({ draft: FieldChange.nullable() });
export type EditedMap = z.infer<typeof EditedMap>;

export const ApplyChange = z.object({ backfill: z.boolean() });
export type ApplyChange = z.infer<typeof ApplyChange>;

// -- what changed in Salesforce ---------------------------------------------------------------------------------------

/**
 * `GET /api/field-maps/differences`: what the last look at the org's schema found, which is looked at regularly, and at once by
 * `POST /api/field-maps/look`. What is as before again is gone by itself.
 *
 * `new`: seen, and not in the map. `gone`: in the map, and not seen any more, `deleted`, `hidden` or `renamed` where that can be told. `retyped`: another
 * type, which its column holds where `fits`. `masked`: encrypted, and read as a mask. `read_only`: sent, and not to be written any more; `writable`:
 * the reverse. `relabelled`, `length`: as the word says. `picklist`: other values are offered. `object_…`: of the object, whose name is `*`.
 */
export const FieldDifferences = z.object({
  /** Null: never. */
  lookedAt: Time.nullable(),
  differences: z.array(
    z.object({
      object: SyncObjectName,
      name: Name,
      label: z.string(),
      kind: z.enum([
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
      ]),
      /** Salesforce's types, labels or lengths. */
      was: z.string().nullable(),
      is: z.string().nullable(),
      fits: z.boolean().nullable(),
      /** Of a picklist. */
      removed: z.array(z.string()),
      added: z.array(z.string()),
      /** Of a picklist: the object's filter asks for a value that is not offered any more. */
      isInFilter: z.boolean(),
      /** People who have a value of it here; null: it is no field of people. */
      people: z.number().int().nullable(),
      /** Of them, those whose value Salesforce would refuse now. */
      wouldFail: z.number().int(),
      whoCanFix: z.enum(WHO_CAN_FIX),
      /** Of a deleted field: people whose edits of it wait. They are withdrawn by `POST /api/field-maps/withdraw`, and by themselves after 15 days. */
      waiting: z.number().int(),
      /** Nothing waits for it: somebody may take note of it, and it is listed no more. */
      isNotable: z.boolean(),
      since: Time,
    }),
  ),
});
export type FieldDifferences = z.infer<typeof FieldDifferences>;

/** `POST /api/field-maps/note`, `POST /api/field-maps/rename`, `POST /api/field-maps/withdraw`. */
export const FieldName = z.object({ object: SyncObjectName, name: Name });
export type FieldName = z.infer<typeof FieldName>;

// -- the map as a file ------------------------------------------------------------------------------------------------

/** What somebody chose, and nothing of what Salesforce says of a field: an import makes edits of what differs. */
export const MapFile = z.object({
  syncline: z.literal('field-map'),
  fields: z
    .array(
      z.object({
        object: SyncObjectName,
        name: Name,
        /** Our column, for whoever reads the file; an import joins by `joinedWith`. */
        column: z.string().max(63),
        direction: FieldDirection,
        policy: OwnPolicy.nullable(),
        isWriteOnce: z.boolean(),
        /** Of a contact's custom field: the lead's field that it shares a column with. */
        joinedWith: Name.nullable(),
      }),
    )
    .max(10_000),
  /** Objects that have a filter; absent: the file says nothing of filters, and they stay as they are. */
  filters: z.array(z.object({ object: FilteredObjectName, filter: ObjectFilter })).optional(),
});
export type MapFile = z.infer<typeof MapFile>;
