/**
 * `GET /api/events`: server-sent events. Each `message` event's data is one of these topics in JSON, `{"topic": "runs"}`, and names
 * what may have changed; the app asks again for what it shows. `tick` comes once a second while something runs. After a gap
 * (a lost connection) the first event is `{"topic": "everything"}`.
 */
import { z } from 'zod';

export const EVENT_TOPICS = [
  'everything',
  'tick',
  'status',
  'connection',
  'initial-sync',
  'objects',
  'runs',
  'errors',
  'people',
  'conflicts',
  'setup',
] as const;
export type EventTopic = (typeof EVENT_TOPICS)[number];
export const Event = z.object({ topic: z.enum(EVENT_TOPICS) });
export type Event = z.infer<typeof Event>;
