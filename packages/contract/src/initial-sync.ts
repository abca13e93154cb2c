/** `GET /api/initial-sync`. */
import { z } from 'zod';
import { ProblemShape } from './problems.ts';
import { RangeMs, SyncObjectName, Time } from './shared.ts';

export const LoadPhase = z.enum(['waiting', 'preparing', 'reading', 'done', 'failed']);
export type LoadPhase = z.infer<typeof LoadPhase>;

export const InitialSyncRow = z.object({
  object: SyncObjectName,
  readRecords: z.number().int(),
  totalRecords: z.number().int().nullable(),
  /** Over the pages of the last minute; null without evidence. */
  recordsPerSecond: z.number().nullable(),
  /** From the slow and the fast tenth of the last minute's rates; null: estimating. */
  remainingMs: RangeMs.nullable(),
  calls: z.number().int(),
  phase: LoadPhase,
  startedAt: Time.nullable(),
  endedAt: Time.nullable(),
  problem: ProblemShape.nullable(),
});
export type InitialSyncRow = z.infer<typeof InitialSyncRow>;

export const InitialSync = z.object({
  startedAt: Time.nullable(),
  endedAt: Time.nullable(),
  readRecords: z.number().int(),
  totalRecords: z.number().int().nullable(),
  remainingMs: RangeMs.nullable(),
  objects: z.array(InitialSyncRow),
});
export type InitialSync = z.infer<typeof InitialSync>;
