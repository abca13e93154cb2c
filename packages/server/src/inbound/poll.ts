/** The persistent cycle: what moved since the cursor, for several objects in one call. */
import { type OpenBrake, openBrakes } from '../brake/brake.ts';
import type { Transaction } from '../db/db.ts';
import { type FieldMap, SYNC_OBJECTS, type SyncObject } from '../mapping/mapping.ts';
import type { QueryPage } from '../salesforce/salesforce.ts';
import { applyPage, type PageCounts } from './apply.ts';
import { keepClock, requireCursorsBehind } from './clock.ts';
import { type PassOutcome, ReadingPassedOn } from './inbound.ts';
import { takeOutside } from './outside.ts';
import { type Braked, underBrake } from './page-brake.ts';
import { type Answered, askTogether, heldMap, type ReaderKit } from './parts.ts';
import { pollOutsideQuery, pollQuery } from './queries.ts';
import { beginRun, endRun, failRun, NOTHING, noteNuls, sumOf, type Tally } from './runs.ts';
import { watchBraked } from './watch-braked.ts';

/** Where each pass starts, and where its cursor stood. */
interface Start {
  readonly object: SyncObject;
  readonly cursor_at: string | null;
  readonly from: string;
  /** It starts at the beginning, because the object's filter is another one (IN14). */
  readonly is_full: boolean;
}

/**
 * Objects are independent: one that Salesforce refuses, or whose page fails, delays no other; its error is thrown after them all.
 */
export const pollObjects = async (
  kit: ReaderKit,
  objects: readonly SyncObject[],
  deep: boolean,
): Promise<readonly PassOutcome[]> => {
  const map = await kit.loadMap();
  await keepClock(kit, map);
  await requireCursorsBehind(kit);
  const braked = await openBrakes(kit.db, 'in');
  await watchBraked(
    kit,
    map,
    braked.filter(({ object }) => objects.includes(object)),
  );
  const ordered = SYNC_OBJECTS.filter(
    (object) => objects.includes(object) && !braked.some((brake) => brake.object === object),
  );
  if (deep) for (const object of ordered) await kit.hidden.lookAgain(map, object);
  const starts = await startsOf(kit, ordered, deep);
  const questions = starts.map((start) => ({
    object: start.object,
    soql: (fields: readonly string[]) => pollQuery(map.objects[start.object], fields, start.from),
    outside: pollOutsideQuery(map.objects[start.object], start.from),
  }));
  const outcomes: PassOutcome[] = [];
  const errors: unknown[] = [];
  for (const answered of await askTogether(kit, map, questions)) {
    const start = starts.find(({ object }) => object === answered.object);
    try {
      outcomes.push(
        await passOf(kit, map, answered, {
          deepFrom: deep ? (start?.cursor_at ?? null) : undefined,
          isFull: start?.is_full ?? false,
        }),
      );
    } catch (error) {
      kit.log.warn({ object: answered.object, err: error }, 'a pass ended early');
      errors.push(error);
    }
  }
  await watchBraked(kit, map, (await openBrakes(kit.db, 'in')).filter(isNew(braked)));
  if (errors.length > 0) throw errors[0];
  return outcomes;
};

/** What stopped just now is looked at at once: whoever is asked sees how much waits. */
const isNew =
  (before: readonly OpenBrake[]) =>
  (brake: OpenBrake): boolean =>
    !before.some(({ brakeId }) => brakeId === brake.brakeId);

/**
 * IN2, IN3. An ordinary pass starts a short overlap before the cursor; a deep one from where the cursor stood at the previous
 * deep pass, less the deep overlap, and never later than an ordinary one. Salesforce's datetimes have no fractions here.
 */
const startsOf = (kit: ReaderKit, objects: readonly SyncObject[], deep: boolean): Promise<Start[]> =>
  kit.db.query<Start>(
    `select object, at::text as cursor_at,
            rescan_version is not null as is_full,
            coalesce(to_char(case when rescan_version is null then least(at - $2::float8 * interval '1 ms',
                                   case when $3 then coalesce(deep_from, at) - $4::float8 * interval '1 ms' end) end, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                     '1970-01-01T00:00:00Z') as "from"
       from sync.cursor where object = any ($1) order by array_position($1::text[], object)`,
    [objects, kit.bounds.overlapMs, deep, kit.bounds.deepOverlapMs],
  );

interface PassStart {
  /** Where the cursor stood; undefined: this is no deep pass. */
  readonly deepFrom: string | null | undefined;
  readonly isFull: boolean;
}

/**
 * Pages are applied in order, each in its own transaction, which moves the cursor to its last row (IN4, IN6). What left the filter is known before the
 * cursor moves, and moves it at the end of the pass.
 */
const passOf = async (kit: ReaderKit, map: FieldMap, answered: Answered, start: PassStart): Promise<PassOutcome> => {
  const { object } = answered;
  let tally = NOTHING;
  let runId: number | null = null;
  let calls = 1;
  let leftStamp: string | null = null;
  try {
    if (answered.page === undefined) throw answered.error;
    if (answered.outside !== null) {
      const left = await takeOutside(kit, map, object, answered.outside);
      ({ runId, stamp: leftStamp } = left);
      tally = sumOf(tally, { ...NOTHING, updated: left.people });
      calls += left.calls;
    }
    let { page } = answered;
    for (;;) {
      const { done: counts, stopped } = await applyOne(kit, map, answered, page, runId);
      ({ runId } = counts);
      tally = sumOf(tally, counts);
      if (stopped !== null) return await endBraked(kit, object, runId, tally, calls);
      if (page.done || page.nextRecordsUrl === null) break;
      page = await kit.salesforce.queryMore(page.nextRecordsUrl);
      calls += 1;
    }
  } catch (error) {
    if (error instanceof ReadingPassedOn) throw error;
    if (isValueFault(error)) await kit.hidden.look(map, object);
    await failRun(kit.db, object, runId, tally, error);
    throw error;
  }
  await finishPass(kit, answered, { tally, runId, calls, leftStamp, mapVersion: map.version, ...start });
  return {
    object,
    created: tally.created,
    updated: tally.updated,
    deleted: tally.deleted,
    failed: 0,
    skipped: tally.skipped,
  };
};

/**
 * SAFE1: what went is a run like any other. The pass is not complete: nobody may believe that everything up to its beginning is known, so
 * `last_began_at` stays.
 */
const endBraked = async (
  kit: ReaderKit,
  object: SyncObject,
  runId: number | null,
  tally: Tally,
  calls: number,
): Promise<PassOutcome> => {
  if (runId !== null) await endRun(kit.db, runId, tally, calls);
  kit.log.warn({ object }, 'the brake stopped what comes from Salesforce');
  const { created, updated, deleted, skipped } = tally;
  return { object, created, updated, deleted, failed: 0, skipped };
};

/** A value that its column does not hold (class 22): a field may be of another type by now. The next pass goes without it. */
const isValueFault = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('22');

const applyOne = async (
  kit: ReaderKit,
  map: FieldMap,
  answered: Answered,
  page: QueryPage,
  runId: number | null,
): Promise<Braked<PageCounts>> => {
  if (page.rows === 0) return { done: { read: 0, ...NOTHING, found: false, runId }, stopped: null };
  return underBrake(kit, answered.object, async (tx, brake) => {
    await kit.holdReading(tx);
    await noteNuls(tx, answered.object, page.nulsRemoved);
    const held = await heldMap(kit, tx, map, answered.object);
    return applyPage(
      tx,
      kit.compiled.for(held, answered.object, answered.fields),
      { kind: 'json', body: page.body, path: page.path },
      {
        mode: 'poll',
        beganAt: answered.beganAt,
        runId,
        brake,
        beginRun: (inner: Transaction) => beginRun(inner, answered.object, 'Pull updates'),
      },
    );
  });
};

/** The trace of a complete pass; of one that found nothing the only one (SAFE7). */
const finishPass = (
  kit: ReaderKit,
  answered: Answered,
  pass: PassStart & {
    readonly tally: Tally;
    readonly runId: number | null;
    readonly calls: number;
    readonly leftStamp: string | null;
    /** Of the filter that it asked with: one that was applied since wants a pass of its own. */
    readonly mapVersion: number;
  },
): Promise<void> =>
  kit.db.transaction(async (tx) => {
    await kit.holdReading(tx);
    if (pass.runId !== null) await endRun(tx, pass.runId, pass.tally, pass.calls);
    await tx.run(
      `update sync.cursor
          set last_began_at = $2, last_fetched_at = clock_timestamp(), next_fetch_at = clock_timestamp() + $3::float8 * interval '1 ms',
              quiet_cycles = quiet_cycles + $4,
              deep_from = case when $5 then $6::timestamptz else deep_from end,
              last_deep_at = case when $5 then $2::timestamptz else last_deep_at end,
              at = greatest(at, $7::timestamptz),
              rescan_version = case when $8 and rescan_version <= $9 then null else rescan_version end
        where object = $1`,
      [
        answered.object,
        answered.beganAt,
        answered.object === 'User' ? kit.bounds.userPollEveryMs : kit.bounds.pollEveryMs,
        pass.runId === null ? 1 : 0,
        pass.deepFrom !== undefined,
        pass.deepFrom ?? null,
        pass.leftStamp,
        pass.isFull,
        pass.mapVersion,
      ],
    );
  });
