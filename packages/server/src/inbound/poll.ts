/** The persistent cycle: what moved since the cursor, for several objects in one call. */
import { type OpenBrake, openBrakes } from '../brake/brake.ts';
import type { Transaction } from '../db/db.ts';
import { type FieldMap, SYNC_OBJECTS, type SyncObject } from '../mapping/mapping.ts';
import type { PageCounts } from './apply.ts';
import { askUnseen, forgetSeen, noteSeen } from './away.ts';
import { keepClock, requireCursorsBehind } from './clock.ts';
import { type PassOutcome, ReadingPassedOn } from './inbound.ts';
import { applyPageBy, askForWhatFits, despiteMisfits } from './misfits.ts';
import { takeOutside } from './outside.ts';
import { type Braked, underBrake } from './page-brake.ts';
import { type PassPage, pagesOf, questionOf, type Spent } from './pages.ts';
import { type Answered, askTogether, type Found, heldMap, type ReaderKit } from './parts.ts';
import { beginRun, endRun, failRun, NOTHING, noteNuls, sumOf, type Tally } from './runs.ts';
import { type ObjectStart, startsOf } from './starts.ts';
import { watchBraked } from './watch-braked.ts';

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
  if (deep) {
    for (const object of ordered) await kit.hidden.lookAgain(map, object);
    await askForWhatFits(kit, map, ordered);
  }
  const starts = await startsOf(kit, ordered, deep);
  const questions = starts.map((start) => questionOf(map, start));
  const outcomes: PassOutcome[] = [];
  const errors: unknown[] = [];
  for (const answered of await askTogether(kit, map, questions)) {
    const start = starts.find(({ object }) => object === answered.object);
    if (start === undefined) throw new Error(`nobody asked for ${answered.object}`);
    try {
      outcomes.push(await passOf(kit, map, answered, start, deep));
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
 * Pages are applied in order, each in its own transaction, which moves the cursor to its last row (IN4, IN6). What left the filter is known before the
 * cursor moves, and moves it at the end of the pass.
 */
const passOf = async (
  kit: ReaderKit,
  map: FieldMap,
  answered: Answered,
  start: ObjectStart,
  isDeep: boolean,
): Promise<PassOutcome> => {
  const { object } = answered;
  const spent: Spent = { calls: 1, rows: 0 };
  let tally = NOTHING;
  let runId: number | null = null;
  let leftStamp: string | null = null;
  try {
    if (answered.page === undefined) throw answered.error;
    if (start.isAway) await forgetSeen(kit, object);
    if (answered.outside !== null) {
      const left = await takeOutside(kit, map, object, answered.outside);
      ({ runId, stamp: leftStamp } = left);
      tally = sumOf(tally, { ...NOTHING, updated: left.people });
      spent.calls += left.calls;
    }
    for await (const next of pagesOf(kit, map, answered, start, spent)) {
      const { done: counts, stopped } = await applyOne(kit, map, next, { runId, isAway: start.isAway });
      ({ runId } = counts);
      tally = sumOf(tally, counts);
      if (stopped !== null) return await endBraked(kit, object, runId, tally, spent.calls);
    }
    await finishPass(kit, answered, { start, isDeep, tally, runId, spent, leftStamp, mapVersion: map.version });
  } catch (error) {
    if (error instanceof ReadingPassedOn) throw error;
    await failRun(kit.db, object, runId, tally, error);
    throw error;
  }
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

const applyOne = async (
  kit: ReaderKit,
  map: FieldMap,
  { answered, page, isAhead }: PassPage,
  { runId, isAway }: { readonly runId: number | null; readonly isAway: boolean },
): Promise<Braked<PageCounts>> => {
  if (page.rows === 0) return { done: { read: 0, ...NOTHING, found: false, runId }, stopped: null };
  const { object, beganAt, fields } = answered;
  return despiteMisfits(kit, map, object, (way) =>
    underBrake(kit, object, async (tx, brake) => {
      await kit.holdReading(tx);
      await noteNuls(tx, object, page.nulsRemoved);
      if (isAway) await noteSeen(tx, object, page);
      const held = await heldMap(kit, tx, map, object);
      return applyPageBy(
        way,
        tx,
        kit.compiled.for(held, object, fields),
        { kind: 'json', body: page.body, path: page.path },
        {
          mode: isAhead ? 'ahead' : 'poll',
          beganAt,
          runId,
          brake,
          beginRun: (inner: Transaction) => beginRun(inner, object, 'Pull updates'),
        },
      );
    }),
  );
};

interface Finished {
  readonly start: ObjectStart;
  readonly isDeep: boolean;
  readonly tally: Tally;
  readonly runId: number | null;
  readonly spent: Spent;
  readonly leftStamp: string | null;
  /** Of the filter that it asked with: one that was applied since wants a pass of its own. */
  readonly mapVersion: number;
}

/** The trace of a complete pass; of one that found nothing the only one (SAFE7). */
const finishPass = (kit: ReaderKit, { object, beganAt, askedAt }: Found, pass: Finished): Promise<void> =>
  kit.db.transaction(async (tx) => {
    await kit.holdReading(tx);
    if (pass.runId !== null) await endRun(tx, pass.runId, pass.tally, pass.spent.calls);
    await tx.run(FINISH, [
      object,
      beganAt,
      object === 'User' ? kit.bounds.userPollEveryMs : kit.bounds.pollEveryMs,
      pass.runId === null ? 1 : 0,
      pass.isDeep,
      pass.start.cursorAt,
      pass.leftStamp,
      pass.start.isFull,
      pass.mapVersion,
      askedAt?.toISOString() ?? null,
      pass.spent.rows > kit.bounds.denseFrom,
      kit.bounds.stampGrainMs,
    ]);
    if (pass.start.isAway) await askUnseen(tx, object, beganAt);
  });

/** Where Salesforce's time went back, by more than answers of one moment differ, the next pass is one that does not ask it. */
const FINISH = `
update sync.cursor
   set last_began_at = $2, last_fetched_at = clock_timestamp(), next_fetch_at = clock_timestamp() + $3::float8 * interval '1 ms',
       quiet_cycles = quiet_cycles + $4,
       deep_from = case when $5 then $6::timestamptz else deep_from end,
       last_deep_at = case when $5 then $2::timestamptz else last_deep_at end,
       at = greatest(at, $7::timestamptz),
       rescan_version = case when $8 and rescan_version <= $9 then null else rescan_version end,
       asked_at = case when $10::timestamptz < asked_at - $12 * interval '1 ms' then null else $10 end,
       deep_asked_at = case when not $5 then deep_asked_at when $10::timestamptz < asked_at - $12 * interval '1 ms' then null else $10 end,
       dense_through = case when $11 then greatest(at, $7::timestamptz) else dense_through end
 where object = $1`;
