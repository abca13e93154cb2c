/**
 * `GET /api/held?object=&field=&cursor=`, `POST /api/held/resolve`: fields that both sides changed and that wait for somebody (MRG13).
 * Neither side's value goes over until then; other fields of the same record do.
 */
import { z } from 'zod';
import { FieldValue, listOf, SyncObjectName, Time } from './shared.ts';

/** A held field. `ours` and `theirs` are what stands on the two sides now, `base` what both said before either changed it. */
export const HeldRow = z.object({
  heldId: z.number().int(),
  /** Since when it is held. */
  at: Time,
  object: SyncObjectName,
  personId: z.number().int(),
  personName: z.string().nullable(),
  salesforceId: z.string(),
  /** Our column. */
  field: z.string(),
  label: z.string(),
  base: FieldValue,
  ours: FieldValue,
  theirs: FieldValue,
  oursAt: Time.nullable(),
  theirsAt: Time.nullable(),
  /** An opt-out that was loosened here: ours is kept only with a reason (MRG16). */
  needsReason: z.boolean(),
  /** SAFE8: it went back and forth with this user of Salesforce, by name or id; null: it did not. */
  bouncesWith: z.string().nullable(),
});
export type HeldRow = z.infer<typeof HeldRow>;

/** `fields`: how many are held of each field, the most first, whatever the filter says. */
export const Held = listOf(HeldRow).extend({
  fields: z.array(z.object({ object: SyncObjectName, field: z.string(), label: z.string(), count: z.number().int() })),
});
export type Held = z.infer<typeof Held>;

const Filter = { object: SyncObjectName.optional(), field: z.string().max(63).optional() };
export const HeldQuery = z.object({ ...Filter, cursor: z.string().max(500).optional() });
export type HeldQuery = z.infer<typeof HeldQuery>;

/** One, some, or all that match; an empty filter matches all. */
export const HeldChoice = z
  .object({
    keep: z.enum(['ours', 'theirs']),
    /** What keeping ours needs where `needsReason`; it goes out with the value and into the journal. */
    reason: z.string().trim().min(1).max(500).optional(),
  })
  .and(
    z.union([
      z.object({ ids: z.array(z.number().int().positive()).min(1).max(1_000) }),
      z.object({ filter: z.object(Filter) }),
    ]),
  );
export type HeldChoice = z.infer<typeof HeldChoice>;

/** `resolved`: decided now. `skipped`: not held any more, because both sides said the same or somebody else was faster. */
export const HeldResolved = z.object({ resolved: z.number().int(), skipped: z.number().int() });
export type HeldResolved = z.infer<typeof HeldResolved>;
