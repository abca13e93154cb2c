/** The bell: `GET /api/notifications`, `POST /api/notifications/read`, `POST /api/notifications/unread`. One notice a cause a day (ERR7). */
import { z } from 'zod';
import { ProblemShape } from './problems.ts';
import { Time } from './shared.ts';

export const NOTICE_TYPES = [
  'connection',
  'limit',
  'run_failed',
  'record_errors',
  'field_change',
  'brake',
  'difference',
  'export_ready',
] as const;
export const NoticeType = z.enum(NOTICE_TYPES);
export type NoticeType = z.infer<typeof NoticeType>;

export const Notice = z.object({
  id: z.number().int(),
  type: NoticeType,
  /** Where it is one of ours: the sentence. */
  problem: ProblemShape.nullable(),
  /** Where records were refused: the group's id (`GET /api/errors?cause=`), its object, Salesforce's word and fields. */
  cause: z
    .object({ id: z.string(), cause: z.string(), object: z.string(), code: z.string(), fields: z.array(z.string()) })
    .nullable(),
  /** Records concerned; 0: none in particular. */
  count: z.number().int(),
  /** When it was last true. */
  at: Time,
  /** When the reader's bell was emptied of it; null: not yet. */
  readAt: Time.nullable(),
  /** What it told of is over. */
  solvedAt: Time.nullable(),
});
export type Notice = z.infer<typeof Notice>;

/** The newest hundred, newest first. */
export const Notifications = z.object({ rows: z.array(Notice), unread: z.number().int() });
export type Notifications = z.infer<typeof Notifications>;

/** Marks these as read by whoever asks; absent: all. */
export const NoticesRead = z.object({ ids: z.array(z.number().int().positive()).max(1000).optional() });
export type NoticesRead = z.infer<typeof NoticesRead>;

/** Takes that back for these. */
export const NoticesUnread = z.object({ ids: z.array(z.number().int().positive()).min(1).max(1000) });
export type NoticesUnread = z.infer<typeof NoticesUnread>;
