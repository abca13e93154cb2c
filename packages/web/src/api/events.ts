/** The stream of what changed. It carries topics, never data: the queries that a topic reaches are asked again. */
import { Event, type EventTopic } from '@syncline/contract/events';
import type { QueryClient, QueryKey } from '@tanstack/react-query';

/** Which keys a topic reaches. `tick` comes each second while something runs, so it reaches only what shows progress. */
const REACHED = {
  everything: [[]],
  tick: [['status'], ['initial-sync']],
  status: [['status'], ['objects'], ['brakes']],
  connection: [['connection'], ['notifications'], ['status'], ['setup'], ['practice']],
  'initial-sync': [['initial-sync'], ['status'], ['objects']],
  objects: [['objects'], ['differences'], ['status'], ['brakes']],
  runs: [['runs'], ['records'], ['objects'], ['status']],
  errors: [['errors'], ['notifications'], ['status'], ['people']],
  people: [['people'], ['status']],
  conflicts: [['conflicts'], ['held'], ['status'], ['people', 'one']],
  setup: [['setup'], ['connection'], ['field-maps'], ['start-preview'], ['status'], ['me']],
} as const satisfies Record<EventTopic, readonly QueryKey[]>;

/** Topics that come together are answered together: one refetch for a burst. */
const GATHER_MS = 300;
const RECONNECT_MS = 2_000;

const topicOf = (data: string): EventTopic | null => {
  try {
    const parsed = Event.safeParse(JSON.parse(data));
    return parsed.success ? parsed.data.topic : null;
  } catch {
    // A line that is no JSON names nothing; the next `everything` makes up for it.
    return null;
  }
};

/**
 * Nothing that is being asked is broken off, else a busy server would never be heard to the end. But such an answer may be older than the change, so
 * it is asked for once more.
 */
const askAgain = async (client: QueryClient, queryKey: QueryKey): Promise<void> => {
  const underWay = client.getQueryCache().findAll({ queryKey, fetchStatus: 'fetching' });
  await client.invalidateQueries({ queryKey }, { cancelRefetch: false });
  for (const query of underWay)
    void client.invalidateQueries({ queryKey: query.queryKey, exact: true }, { cancelRefetch: false });
};

/** Listens until the returned function is called. After a gap everything is asked again. */
export const listen = (client: QueryClient): (() => void) => {
  const waiting = new Set<EventTopic>();
  let gather: ReturnType<typeof setTimeout> | null = null;
  let reconnect: ReturnType<typeof setTimeout> | null = null;
  let source: EventSource | null = null;

  const flush = (): void => {
    gather = null;
    const topics = [...waiting];
    waiting.clear();
    const keys = new Map<string, QueryKey>();
    for (const topic of topics) for (const key of REACHED[topic]) keys.set(JSON.stringify(key), key);
    for (const queryKey of keys.values()) void askAgain(client, queryKey);
  };

  const note = (topic: EventTopic): void => {
    waiting.add(topic);
    gather ??= setTimeout(flush, GATHER_MS);
  };

  const open = (isAgain: boolean): void => {
    source = new EventSource('/api/events');
    source.onopen = () => {
      if (isAgain) note('everything');
    };
    source.onmessage = (message: MessageEvent<string>) => {
      const topic = topicOf(message.data);
      if (topic !== null) note(topic);
    };
    // The browser gives up for good on some answers (a restart behind a proxy, say); so it is opened afresh.
    source.onerror = () => {
      if (source?.readyState !== EventSource.CLOSED) return;
      reconnect = setTimeout(() => open(true), RECONNECT_MS);
    };
  };

  open(false);
  return () => {
    source?.close();
    if (gather !== null) clearTimeout(gather);
    if (reconnect !== null) clearTimeout(reconnect);
  };
};
