/** `GET /api/api-budget`: calls of Salesforce's API. Salesforce counts them over the last 24 hours, for all its users. */
import { z } from 'zod';
import { Time } from './shared.ts';

/** `unknown`: nothing was asked of Salesforce yet. */
export const BudgetState = z.enum(['unknown', 'calm', 'slowed', 'paused']);
export type BudgetState = z.infer<typeof BudgetState>;

export const ApiBudget = z.object({
  state: BudgetState,
  /** By everybody, as Salesforce's newest answer counted it; null: none yet. */
  usedCalls: z.number().int().nullable(),
  limitCalls: z.number().int().nullable(),
  /** By this Syncline, all processes, over the last 24 hours. */
  ourCalls: z.number().int(),
  ourLimitCalls: z.number().int().nullable(),
  /** Shares, 0 to 1: ours of the org's limit; of ours, where the normal lane slows and where it pauses. */
  share: z.number(),
  slowAt: z.number(),
  pauseAt: z.number(),
  readAt: Time.nullable(),
  /** A point a quarter of an hour, over the last 24 hours: calls of that quarter by us, and the org's count at its end. */
  points: z.array(z.object({ at: Time, ourCalls: z.number().int(), usedCalls: z.number().int().nullable() })),
  /** Our calls over the last 24 hours, as they will be at the pace of the last hour; an hour apart, for 24 hours. */
  forecast: z.array(z.object({ at: Time, ourCalls: z.number().int() })),
  /** When 80 % of our share will be used at this pace; null: not within a day. */
  reaches80At: Time.nullable(),
});
export type ApiBudget = z.infer<typeof ApiBudget>;
