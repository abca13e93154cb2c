/**
 * `GET /api/errors/causes`, `GET /api/errors?cause=&cursor=`, `GET /api/errors/:id`, `POST /api/errors/retry`, `POST /api/errors/discard`,
 * `POST /api/errors/:id/link`, `POST /api/errors/:id/save`, `GET /api/errors/export.csv`.
 */
import { z } from 'zod';
import { WHO_CAN_FIX } from './problems.ts';
import { FieldValue, listOf, Time } from './shared.ts';

/** Why Salesforce, or we before it, refused a record. The app has a sentence for each. */
export const CAUSES = [
  'picklist-value',
  'validation-rule',
  'field-required',
  'duplicate-rule',
  'field-hidden',
  'owner-access',
  'text-too-long',
  'value-wrong',
  'value-misfit',
  'row-locked',
  'record-gone',
  'loop',
  'connection',
  'unknown',
] as const;
export const Cause = z.enum(CAUSES);
export type Cause = z.infer<typeof Cause>;

export const WHO_FIXES_CAUSE = {
  'picklist-value': 'salesforce-admin',
  'validation-rule': 'you',
  'field-required': 'you',
  'duplicate-rule': 'you',
  'field-hidden': 'salesforce-admin',
  'owner-access': 'salesforce-admin',
  'text-too-long': 'you',
  'value-wrong': 'you',
  'value-misfit': 'salesforce-admin',
  'row-locked': 'nobody',
  'record-gone': 'nobody',
  loop: 'salesforce-admin',
  connection: 'you',
  unknown: 'salesforce-admin',
} as const satisfies Record<Cause, (typeof WHO_CAN_FIX)[number]>;

export const ErrorCause = z.object({
  /** Opaque; the filter of `GET /api/errors`. */
  id: z.string(),
  cause: Cause,
  level: z.enum(['record', 'job']),
  object: z.string(),
  /** Salesforce's word. */
  code: z.string(),
  /** Salesforce's field names. */
  fields: z.array(z.string()),
  /** Salesforce's newest text, as text. */
  message: z.string(),
  affected: z.number().int(),
  /** Of the affected, those that wait for somebody: what a retry of the group sends again. The rest is tried again by itself. */
  parked: z.number().int(),
  firstAt: Time,
  lastAt: Time,
  /** Errors on each of the last five days, the oldest first. */
  perDay: z.array(z.number().int()).length(5),
  whoCanFix: z.enum(WHO_CAN_FIX),
  /** When the next of its records is tried again by itself; null: not by itself. */
  nextRetryAt: Time.nullable(),
});
export type ErrorCause = z.infer<typeof ErrorCause>;

/** A group of which records were solved within the last day (ERR3). All of them: `solved` is `total`, and the group is closed. */
export const HealedCause = z.object({
  id: z.string(),
  cause: Cause,
  object: z.string(),
  code: z.string(),
  fields: z.array(z.string()),
  solved: z.number().int(),
  total: z.number().int(),
  lastAt: Time,
});
export type HealedCause = z.infer<typeof HealedCause>;

export const ErrorCauses = z.object({
  causes: z.array(ErrorCause),
  records: z.number().int(),
  healed: z.array(HealedCause),
});
export type ErrorCauses = z.infer<typeof ErrorCauses>;

export const ErrorRow = z.object({
  errorId: z.number().int(),
  at: Time,
  level: z.enum(['record', 'job']),
  object: z.string(),
  personId: z.number().int().nullable(),
  personName: z.string().nullable(),
  salesforceId: z.string().nullable(),
  cause: Cause,
  code: z.string(),
  fields: z.array(z.string()),
  message: z.string(),
  disposition: z.string(),
  whoCanFix: z.enum(WHO_CAN_FIX),
  resolvedAt: Time.nullable(),
});
export type ErrorRow = z.infer<typeof ErrorRow>;
export const Errors = listOf(ErrorRow);

export const ErrorsQuery = z.object({
  cause: z.string().max(500).optional(),
  resolved: z.enum(['true', 'false']).optional(),
  cursor: z.string().max(500).optional(),
});
export type ErrorsQuery = z.infer<typeof ErrorsQuery>;

/** What a duplicate rule of the org found, and what may be done about it (OUT32). */
export const Duplicate = z.object({
  rule: z.string(),
  /** Found by us before anything was sent (ID7): several records have the person's e-mail address, and there is no rule. */
  isByEmail: z.boolean(),
  /** The person is no record yet, and may become one of these. */
  canLink: z.boolean(),
  save: z.enum(['allowed', 'rule_blocks', 'switched_off']),
  matches: z.array(
    z.object({
      object: z.string(),
      salesforceId: z.string(),
      name: z.string().nullable(),
      email: z.string().nullable(),
      company: z.string().nullable(),
      /** Who is this record here; null: nobody yet. */
      personId: z.number().int().nullable(),
      canLink: z.boolean(),
      recordUrl: z.string().nullable(),
    }),
  ),
});
export type Duplicate = z.infer<typeof Duplicate>;

/** The match that a person is, by its Salesforce id. */
export const MatchChoice = z.object({ salesforceId: z.string().length(18) });
export type MatchChoice = z.infer<typeof MatchChoice>;

/** One refused record: what would be sent, what Salesforce has, and which of it was refused, there or here. */
export const ErrorDetail = ErrorRow.extend({
  /** A value as it came from Salesforce, which its column does not hold (IN25); null: what was refused is ours. */
  arrived: z.string().nullable(),
  /** Judged attempts since the last edit or retry. */
  attempts: z.number().int(),
  isParked: z.boolean(),
  nextRetryAt: Time.nullable(),
  recordUrl: z.string().nullable(),
  /** Of a duplicate rule's block; null: the refusal was another. */
  duplicate: Duplicate.nullable(),
  values: z.array(
    z.object({
      /** Our column. */
      field: z.string(),
      label: z.string(),
      salesforceName: z.string().nullable(),
      ours: FieldValue,
      theirs: FieldValue,
      /** Named by Salesforce's answer. */
      isNamed: z.boolean(),
    }),
  ),
});
export type ErrorDetail = z.infer<typeof ErrorDetail>;

/** One group by its id, or single rows. */
export const ErrorsChoice = z.union([
  z.object({ cause: z.string().min(1).max(500) }),
  z.object({ ids: z.array(z.number().int().positive()).min(1).max(1000) }),
]);
export type ErrorsChoice = z.infer<typeof ErrorsChoice>;

/** `skipped`: records that were on their way just then, or waited for nobody any more. */
export const ErrorsRetried = z.object({ retried: z.number().int(), skipped: z.number().int() });
export type ErrorsRetried = z.infer<typeof ErrorsRetried>;
export const ErrorsDiscarded = z.object({ discarded: z.number().int(), skipped: z.number().int() });
export type ErrorsDiscarded = z.infer<typeof ErrorsDiscarded>;
