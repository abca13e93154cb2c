/**
 * What is done once a minute beside the sync: samples of what waits, calls of the API, notices, and the end of old history. Every process
 * does it; what two do at once is what one would have done.
 */
import type { NoticeType } from '@syncline/contract/notifications';
import { fillSentence, PROBLEMS } from '@syncline/contract/problems';
import type { Logger } from 'pino';
import type { Database } from '../db/db.ts';
import { asProblem } from '../errors/errors.ts';
import type { RaisedNotice } from '../errors/notices.ts';
import { traceOf } from '../errors/trace.ts';
import { createLoop } from '../lib/loop.ts';
import type { Service } from '../lib/service.ts';
import { SYNC_OBJECTS, type SyncObject } from '../mapping/mapping.ts';
import { noteUsage, type UsageNote } from './api-budget.ts';
import { type BacklogSample, countBacklog, type InboundPlace, readPlaces, writeSamples } from './backlog.ts';
import { forgetOldHistory } from './history.ts';
import { findNotices } from './notices.ts';

const EVERY_MS = 60_000;
/** History goes once an hour; a batch at a time is enough for 240,000 rows a day. */
const HISTORY_EVERY = 60;

export interface HousekeeperParts {
  readonly db: Database;
  readonly log: Logger;
  /** Calls of this process since it began, and the org's own count. */
  readonly usage: () => UsageNote;
  /** How many records of an object changed in the org since then; asked at most once an hour an object. null: it could not be asked. */
  readonly countChanged: (object: SyncObject, since: Date) => Promise<number | null>;
  readonly historyDays: () => Promise<number>;
  /** SAFE12: the database lives on, and this process remembers how far. */
  readonly beat: () => Promise<void>;
  /** SAFE8: holds fields that go back and forth. */
  readonly breakLoops: () => Promise<number>;
  readonly onNotices: () => void;
  /** Posts what somebody subscribed to; types that nobody did are left out by it. */
  readonly post: (notices: readonly PostedNotice[]) => Promise<void>;
}

/** A notice as it is posted: no text of Salesforce's, which may quote a person (SEC3). */
export interface PostedNotice {
  readonly type: NoticeType;
  readonly code: string;
  readonly title: string;
  readonly advice: string;
  readonly count: number;
}

export const createHousekeeper = (parts: HousekeeperParts): Service => {
  const { db, log } = parts;
  let counted = 0;

  const noteCalls = async (): Promise<void> => {
    const { calls, used, limit } = parts.usage();
    // New credentials are a new session, whose count begins anew.
    const since = calls < counted ? calls : calls - counted;
    counted = calls;
    await noteUsage(db, { calls: since, used, limit });
  };

  const keepNotices = async (): Promise<void> => {
    const raised = await findNotices(db);
    if (raised.length === 0) return;
    parts.onNotices();
    await parts.post(raised.map(postedOf));
  };

  const chores: readonly (readonly [name: string, everyTurns: number, work: () => Promise<unknown>])[] = [
    ['beat', 1, parts.beat],
    ['loops', 1, parts.breakLoops],
    ['calls', 1, noteCalls],
    // A run goes only after it was counted, so it is counted whether or not anybody asks for metrics.
    ['totals', 1, () => db.query('select sync.tally_runs()')],
    ['backlog', 1, () => sampleBacklog(parts)],
    ['notices', 1, keepNotices],
    ['history', HISTORY_EVERY, async () => forgetOldHistory(db, await parts.historyDays())],
  ];

  let turn = 0;
  const step = async (signal: AbortSignal): Promise<number> => {
    for (const [name, everyTurns, work] of chores) {
      if (signal.aborted || turn % everyTurns !== 0) continue;
      try {
        await work();
      } catch (error) {
        // One chore that fails keeps no other from being done; the next minute tries again.
        noteFailure(error, name);
      }
    }
    turn += 1;
    return EVERY_MS;
  };

  const noteFailure = (error: unknown, chore: string): void =>
    log.warn({ chore, code: asProblem(error).code, cause: traceOf(error) }, 'a chore failed');

  const loop = createLoop({ step, pauseMs: () => EVERY_MS, onFailure: (error) => noteFailure(error, 'all') });

  return {
    name: 'housekeeper',
    start: async () => loop.start(),
    stop: async () => {
      await loop.stop();
      await noteCalls();
    },
  };
};

export const sampleBacklog = async ({
  db,
  countChanged,
}: Pick<HousekeeperParts, 'db' | 'countChanged'>): Promise<void> => {
  const [entries, places] = await Promise.all([countBacklog(db), readPlaces(db, SYNC_OBJECTS)]);
  const samples: BacklogSample[] = [];
  for (const place of places) {
    const asked = await countWaiting(place, countChanged);
    const out = entries.filter(({ object }) => object === place.object).reduce((sum, entry) => sum + entry.entries, 0);
    samples.push({ object: place.object, out, ...asked });
  }
  await writeSamples(db, samples);
};

const countWaiting = async (
  { object, waiting, cursor, counted, isCountDue }: InboundPlace,
  countChanged: HousekeeperParts['countChanged'],
): Promise<Pick<BacklogSample, 'in' | 'isCounted'>> => {
  if (waiting !== null) return { in: waiting, isCounted: false };
  if (cursor === null || !isCountDue) return { in: counted ?? 0, isCounted: false };
  const changed = await countChanged(object, cursor);
  return changed === null ? { in: counted ?? 0, isCounted: false } : { in: changed, isCounted: true };
};

const postedOf = ({ type, problem, count }: RaisedNotice): PostedNotice => {
  if (problem === null)
    return { type, code: 'records-refused', title: 'Records were refused.', advice: 'Look at Errors.', count };
  const { title, advice } = PROBLEMS[problem.code];
  return {
    type,
    code: problem.code,
    title: fillSentence(title, problem.detail),
    advice: fillSentence(advice, problem.detail),
    count,
  };
};
