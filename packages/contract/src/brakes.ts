/**
 * `GET /api/brakes`, `GET /api/brakes/:id`, `POST /api/brakes/:id/answer`: what stopped because too much changed within a while (SAFE1), and
 * what somebody answered (SAFE2). An object has two directions, which stop apart from each other.
 */
import { z } from 'zod';
import { FieldValue, SyncObjectName, Time } from './shared.ts';

/** Into Syncline, or out to Salesforce. */
export const BrakeDirection = z.enum(['in', 'out']);
export type BrakeDirection = z.infer<typeof BrakeDirection>;

/** `accept`: Salesforce's changes are taken; `keep`: ours stay and are sent back; `send`: ours are sent; `withdraw`: Salesforce keeps what it has. */
export const BRAKE_ANSWERS = ['accept', 'keep', 'send', 'withdraw'] as const;
export const BrakeAnswer = z.enum(BRAKE_ANSWERS);
export type BrakeAnswer = z.infer<typeof BrakeAnswer>;

/** Which answers a direction has. */
export const ANSWERS_OF = { in: ['accept', 'keep'], out: ['send', 'withdraw'] } as const satisfies Record<
  BrakeDirection,
  readonly BrakeAnswer[]
>;

export const BrakeRow = z.object({
  brakeId: z.number().int(),
  object: SyncObjectName,
  direction: BrakeDirection,
  brakedAt: Time,
  /** Records that changed before it stopped, of how many of the object, and how many may go without asking. */
  changed: z.number().int(),
  most: z.number().int(),
  people: z.number().int(),
  /** Records behind it, as last counted: what an answer is for. */
  waiting: z.number().int(),
  lookedAt: Time.nullable(),
  answer: BrakeAnswer.nullable(),
  answeredAt: Time.nullable(),
  answeredBy: z.string().nullable(),
});
export type BrakeRow = z.infer<typeof BrakeRow>;

/** Those that wait for an answer first, then the answered ones of late. */
export const Brakes = z.object({ rows: z.array(BrakeRow) });
export type Brakes = z.infer<typeof Brakes>;

export const BrakeSample = z.object({
  personId: z.number().int().nullable(),
  name: z.string().nullable(),
  salesforceId: z.string().nullable(),
  /** Deleted in Salesforce, or out of the sync user's sight. */
  isGone: z.boolean(),
  /** Who changed it there, where that is known. */
  by: z.string().nullable(),
  fields: z.array(z.object({ label: z.string(), before: FieldValue, after: FieldValue })),
});
export type BrakeSample = z.infer<typeof BrakeSample>;

/** Edits that one statement made: of what goes out, the largest first. */
export const BrakeStatement = z.object({ at: Time, records: z.number().int(), fields: z.array(z.string()) });
export type BrakeStatement = z.infer<typeof BrakeStatement>;

export const BrakeDetail = BrakeRow.extend({
  sample: z.array(BrakeSample),
  statements: z.array(BrakeStatement),
});
export type BrakeDetail = z.infer<typeof BrakeDetail>;

export const BrakeChoice = z.object({ answer: BrakeAnswer });
export type BrakeChoice = z.infer<typeof BrakeChoice>;
/** How many records it let go, or took back. */
export const BrakeAnswered = z.object({ records: z.number().int() });
export type BrakeAnswered = z.infer<typeof BrakeAnswered>;
