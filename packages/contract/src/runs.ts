/** `GET /api/runs?object=&operation=&status=&hours=&cursor=`, `GET /api/runs/:id`, `GET /api/runs/export.csv`. */
import { z } from 'zod';
import { Cause } from './errors.ts';
import { ProblemShape } from './problems.ts';
import { listOf, SyncObjectName, Time } from './shared.ts';

export const RunStatus = z.enum(['in_process', 'succeeded', 'failed', 'incomplete', 'cleaned_up']);
export type RunStatus = z.infer<typeof RunStatus>;
export const RunOperation = z.enum([
  'Pull updates',
  'Pull deletes',
  'Pull formulas',
  'Push new',
  'Push updates',
  'Initial sync',
  'Sync schema',
]);
export type RunOperation = z.infer<typeof RunOperation>;

export const RunRow = z.object({
  runId: z.number().int(),
  startedAt: Time,
  endedAt: Time.nullable(),
  object: z.string(),
  operation: z.string(),
  status: RunStatus,
  created: z.number().int(),
  updated: z.number().int(),
  deleted: z.number().int(),
  failed: z.number().int(),
  skipped: z.number().int(),
  calls: z.number().int(),
  problem: ProblemShape.nullable(),
});
export type RunRow = z.infer<typeof RunRow>;

/** A cycle that finds nothing writes no run (SAFE7); what is known of them is their number. */
export const Runs = listOf(RunRow).extend({ quietCycles: z.number().int() });
export type Runs = z.infer<typeof Runs>;

export const RunDetail = z.object({
  run: RunRow,
  /** What it read or sent: new, updated, deleted, failed and skipped together (ERR6). */
  records: z.number().int(),
  /** Conflicts that were decided or held of its object while it ran. */
  conflicts: z.number().int(),
  /** The newest undo of the run; null: it was never put back. */
  undoId: z.number().int().nullable(),
  /** What it could not do, by cause, the widest first; 50 at most. `id` is that of `GET /api/errors?cause=`; `open` still wait. */
  errors: z.array(
    z.object({
      id: z.string(),
      cause: Cause,
      code: z.string(),
      fields: z.array(z.string()),
      count: z.number().int(),
      open: z.number().int(),
    }),
  ),
});
export type RunDetail = z.infer<typeof RunDetail>;

export const RunsQuery = z.object({
  object: SyncObjectName.optional(),
  operation: RunOperation.optional(),
  status: RunStatus.optional(),
  hours: z.coerce.number().int().min(1).max(2160).optional(),
  cursor: z.string().max(500).optional(),
});
export type RunsQuery = z.infer<typeof RunsQuery>;
