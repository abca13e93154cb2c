/** `GET /api/backlog?days=`: what waited on both sides, in buckets of four hours (N110). */
import { z } from 'zod';
import { Time } from './shared.ts';

export const BACKLOG_BUCKET_MS = 4 * 60 * 60 * 1000;
export const BACKLOG_DAYS_MAX = 5;

export const BacklogQuery = z.object({ days: z.coerce.number().int().min(1).max(BACKLOG_DAYS_MAX).optional() });
export type BacklogQuery = z.infer<typeof BacklogQuery>;

/** The most that waited at any sample of these four hours; null: nobody looked, the server did not run. */
export const BacklogBucket = z.object({
  from: Time,
  /** People with changes that waited to be sent. */
  out: z.number().int().nullable(),
  /** Records of Salesforce that waited to be read. */
  in: z.number().int().nullable(),
});
export type BacklogBucket = z.infer<typeof BacklogBucket>;

/** Oldest first; the last bucket is the one that runs now. Five days are 30. */
export const Backlog = z.object({
  bucketMs: z.number().int(),
  sampledAt: Time.nullable(),
  buckets: z.array(BacklogBucket),
});
export type Backlog = z.infer<typeof Backlog>;
