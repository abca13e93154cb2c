/** `GET /api/errors/causes`, `GET /api/errors?cause=&cursor=`. */
import { z } from 'zod';
import { WHO_CAN_FIX } from './problems.ts';
import { listOf, Time } from './shared.ts';

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
  firstAt: Time,
  lastAt: Time,
  /** Errors on each of the last five days, the oldest first. */
  perDay: z.array(z.number().int()).length(5),
  whoCanFix: z.enum(WHO_CAN_FIX),
  /** When the next of its records is tried again by itself; null: not by itself. */
  nextRetryAt: Time.nullable(),
});
export type ErrorCause = z.infer<typeof ErrorCause>;
export const ErrorCauses = z.object({ causes: z.array(ErrorCause), records: z.number().int() });

export const ErrorRow = z.object({
  errorId: z.number().int(),
  at: Time,
  level: z.enum(['record', 'job']),
  object: z.string(),
  personId: z.number().int().nullable(),
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
