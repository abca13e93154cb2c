/** `GET /api/conflicts?person=&cursor=`, `POST /api/conflicts/:id/reverse`. */
import { z } from 'zod';
import { FieldValue, listOf, Time } from './shared.ts';

export const ConflictRow = z.object({
  conflictId: z.number().int(),
  at: Time,
  object: z.string(),
  personId: z.number().int(),
  personName: z.string().nullable(),
  salesforceId: z.string(),
  field: z.string(),
  base: FieldValue,
  theirs: FieldValue,
  ours: FieldValue,
  policy: z.string(),
  winner: z.enum(['salesforce', 'marketing']),
  oursAt: Time.nullable(),
  theirsAt: Time.nullable(),
  reversedAt: Time.nullable(),
});
export type ConflictRow = z.infer<typeof ConflictRow>;
export const Conflicts = listOf(ConflictRow);
export type Conflicts = z.infer<typeof Conflicts>;

export const ConflictsQuery = z.object({
  person: z.coerce.number().int().positive().optional(),
  cursor: z.string().max(500).optional(),
});
export type ConflictsQuery = z.infer<typeof ConflictsQuery>;
