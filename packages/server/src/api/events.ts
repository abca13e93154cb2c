/**
 * One stream that says what may have changed: `GET /api/events`. Whoever changes something notifies channel `syncline_changed` with a
 * topic of the contract; a word we do not know, or a lost session, reads as `everything`. While something runs there is a `tick`
 * a second. Many changes are one event a topic each `flushEveryMs`, so a busy engine does not flood the app.
 */
import { EVENT_TOPICS, type EventTopic } from '@syncline/contract/events';
import type { Database } from '../db/db.ts';

const CHANGED_CHANNEL = 'syncline_changed';
const TICK_MS = 1_000;
const FLUSH_MS = 150;

export interface EventHub {
  /** Calls `heard` with each topic until the returned function is called, and `ended` when the hub stops. */
  subscribe(heard: (topic: EventTopic) => void, ended: () => void): () => void;
  /** The same for a part of the server: it does not count as somebody who watches, so it causes no ticks. */
  watch(heard: (topic: EventTopic) => void): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Says to every process of this database that something of `topic` changed. */
export const notifyChanged = async (db: Database, topic: EventTopic): Promise<void> => {
  await db.query('select pg_notify($1, $2)', [CHANGED_CHANNEL, topic]);
};

const topicOf = (payload: string): EventTopic => EVENT_TOPICS.find((topic) => topic === payload) ?? 'everything';

export const createEventHub = (options: {
  readonly db: Database;
  readonly isRunning: () => Promise<boolean>;
  readonly onError: (error: unknown) => void;
}): EventHub => {
  const listeners = new Map<(topic: EventTopic) => void, () => void>();
  const watchers: ((topic: EventTopic) => void)[] = [];
  const waiting = new Set<EventTopic>();
  let unlisten: (() => Promise<void>) | null = null;
  let flushing: NodeJS.Timeout | null = null;
  let ticking: NodeJS.Timeout | null = null;

  const flush = (): void => {
    flushing = null;
    for (const topic of waiting) for (const heard of [...watchers, ...listeners.keys()]) heard(topic);
    waiting.clear();
  };
  const say = (topic: EventTopic): void => {
    waiting.add(topic);
    flushing ??= setTimeout(flush, FLUSH_MS).unref();
  };
  let wasRunning = false;
  let isAsking = false;
  /** The tick after the last running one is said too, so that the app sees the end. */
  const tick = async (): Promise<void> => {
    if (listeners.size === 0 || isAsking) return;
    isAsking = true;
    try {
      const isRunning = await options.isRunning();
      if (isRunning || wasRunning) say('tick');
      wasRunning = isRunning;
    } catch (error) {
      options.onError(error);
    } finally {
      isAsking = false;
    }
  };

  return {
    subscribe: (heard, ended) => {
      listeners.set(heard, ended);
      return () => listeners.delete(heard);
    },
    watch: (heard) => {
      watchers.push(heard);
    },
    start: async () => {
      unlisten ??= await options.db.listen(CHANGED_CHANNEL, (payload) => say(topicOf(payload)));
      ticking ??= setInterval(() => void tick(), TICK_MS).unref();
    },
    stop: async () => {
      if (ticking) clearInterval(ticking);
      if (flushing) clearTimeout(flushing);
      ticking = null;
      flushing = null;
      await unlisten?.();
      unlisten = null;
      for (const ended of listeners.values()) ended();
      listeners.clear();
    },
  };
};
