/**
 * Quiet: nobody edits, nothing waits to be sent or read, nothing is in flight, and two passes over every object have begun and ended
 * since the last change without finding any. Asked of the database alone, so that a server that is being killed does not matter.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

/** Times are microseconds of the database's clock. */
interface Look {
  readonly now: number;
  /** What still waits, counted: loads, due and claimed outbox rows, claims, sent values, records to read. */
  readonly waits: string;
  readonly isEmpty: boolean;
  /** The least of the times at which the objects' last complete passes began; null: some object had none. */
  readonly passed: number | null;
  /** Whatever a change would move. */
  readonly trace: string;
}

const LOOK = `
with waiting as (
  select (select count(*) from sync.load where phase <> 'done') + case when exists (select from sync.load) then 0 else 1 end as loads,
         (select count(*) from sync.outbox where claim_id is not null or due_at < 'infinity') as due,
         (select count(*) from sync.claim) as claims,
         (select count(*) from sync.sent) as sent,
         (select count(*) from sync.reread) as rereads)
select (extract(epoch from clock_timestamp()) * 1000000)::float8 as now,
       format('loads %s, outbox %s, claims %s, sent %s, reread %s', loads, due, claims, sent, rereads) as waits,
       loads + due + claims + sent + rereads = 0 as "isEmpty",
       (select case when count(*) = count(last_began_at) and count(*) > 0 then extract(epoch from min(last_began_at)) * 1000000 end::float8
          from sync.cursor) as passed,
       concat_ws(' ',
         (select max(journal_id) from sync.journal), (select count(*) from sync.conflict), (select sum(created + updated + deleted) from sync.run),
         (select max(at) from sync.cursor), (select sum(read_rows) from sync.load), (select count(*) from sync.outbox),
         (select last_value from sync.edit_version), (select count(*) from sync.link)) as trace
  from waiting`;

const LOOK_EVERY_MS = 150;
/** Something waits and nothing moves for this long, or no pass ends: waiting is given up. */
const STILL_MS = 60_000;
/** A sync that changes things for ever is not quiet either. */
const LONGEST_MS = 600_000;
const PASSES = 2;

export interface QuietOptions {
  readonly db: pg.ClientBase;
  /** Throws when waiting has become pointless: the server is gone, the tour was stopped. */
  readonly check: () => void;
  /** Kills that must strike before it counts as quiet. */
  readonly killsLeft: () => number;
  readonly stillMs?: number;
}

/** Throws a sentence that says what still waits, when nothing moves any more. */
export const untilQuiet = async (options: QuietOptions): Promise<void> => {
  const begun = Date.now();
  let last: Look | null = null;
  let movedAt = begun;
  let passedAt = begun;
  let passes = 0;
  let mark = 0;
  for (;;) {
    options.check();
    const look = await lookAt(options.db);
    const hasMoved = look.trace !== last?.trace || look.waits !== last.waits;
    if (hasMoved) movedAt = Date.now();
    if (look.passed !== last?.passed) passedAt = Date.now();
    if (hasMoved || !look.isEmpty) {
      passes = 0;
      mark = look.now;
    } else if (look.passed !== null && look.passed > mark) {
      passes += 1;
      mark = look.now;
      if (passes >= PASSES && options.killsLeft() === 0) return;
    }
    const still = options.stillMs ?? STILL_MS;
    const isStuck = (!look.isEmpty && Date.now() - movedAt > still) || Date.now() - passedAt > still;
    if (isStuck || Date.now() - begun > LONGEST_MS) throw new Error(await whatWaits(options, look));
    last = look;
    await sleep(LOOK_EVERY_MS);
  }
};

const lookAt = async (db: pg.ClientBase): Promise<Look> => {
  const { rows } = await db.query<Look>(LOOK);
  const [look] = rows;
  if (!look) throw new Error('the database did not answer');
  return look;
};

const WAITS: Readonly<Record<string, string>> = {
  'a load': `select object, phase, read_rows, problem from sync.load where phase <> 'done'`,
  'an outbox row': 'select * from sync.outbox',
  'a claim': 'select * from sync.claim',
  'a sent value':
    'select person_id, claim_id, answered_at, late_until, in_flight, acknowledged, unanswered, seen from sync.sent',
  'a record to read': 'select * from sync.reread',
  'an open error':
    'select object, code, message, disposition, at from sync.error where resolved_at is null order by at desc',
  'a failed run': `select object, operation, problem from sync.run where status = 'failed' order by started_at desc`,
  'a pass': 'select object, at, last_began_at, next_fetch_at from sync.cursor',
};
const SHOWN_MAX = 4;

const whatWaits = async (options: QuietOptions, look: Look): Promise<string> => {
  const lines = [
    `it did not become quiet: ${look.waits}, kills left ${options.killsLeft()}, now ${new Date(look.now / 1000).toISOString()}`,
  ];
  for (const [what, sql] of Object.entries(WAITS)) {
    const { rows } = await options.db.query(`${sql} limit ${SHOWN_MAX}`);
    for (const row of rows) lines.push(`  ${what}: ${JSON.stringify(row)}`);
  }
  return lines.join('\n');
};
