/** `GET /api/people/:id/fields/:field/decisions`: why is this value here? `GET /api/people/:id/gates`: why is this person not in Salesforce? */
import { z } from 'zod';
import { ConflictRow } from './conflicts.ts';
import { GATES } from './people.ts';
import { ProblemShape } from './problems.ts';
import { FieldValue, Time } from './shared.ts';

/**
 * `waiting`: edited here and not yet sent · `sent`: Salesforce took ours · `load`: it came with the initial sync · `salesforce`: changed there and
 * not here, so it was taken · `conflict`: changed on both sides · `withdrawn`: nothing was left to say, or somebody discarded the change ·
 * `other`: another act of the sync, named by `cause`.
 */
export const DECISION_KINDS = ['waiting', 'sent', 'load', 'salesforce', 'conflict', 'withdrawn', 'other'] as const;
export const Decision = z.object({
  at: Time,
  kind: z.enum(DECISION_KINDS),
  /** The journal's own word. */
  cause: z.string(),
  before: FieldValue,
  after: FieldValue,
  /** Who changed it in Salesforce, where that is known: a user's name. */
  by: z.string().nullable(),
  runId: z.number().int().nullable(),
  conflict: ConflictRow.nullable(),
});
export type Decision = z.infer<typeof Decision>;

/** Newest first. */
export const FieldDecisions = z.object({
  field: z.string(),
  label: z.string(),
  salesforceName: z.string().nullable(),
  ours: FieldValue,
  theirs: FieldValue,
  decisions: z.array(Decision),
});
export type FieldDecisions = z.infer<typeof FieldDecisions>;

/** In the order of ERR4. The first closed one is why; what comes after it is not reached. */
export const PersonGate = z.object({
  gate: z.enum(GATES),
  state: z.enum(['open', 'closed', 'not_reached']),
  /** For `waiting`: how many people are due before this one. */
  place: z.number().int().nullable(),
  dueAt: Time.nullable(),
  /** For `parked`: Salesforce's word or ours, and its text. */
  code: z.string().nullable(),
  message: z.string().nullable(),
  problem: ProblemShape.nullable(),
});
export type PersonGate = z.infer<typeof PersonGate>;
export const PersonGates = z.object({
  isInSalesforce: z.boolean(),
  gates: z.array(PersonGate),
  /** The first closed one; null: nothing stands between. */
  closed: z.enum(GATES).nullable(),
});
export type PersonGates = z.infer<typeof PersonGates>;
