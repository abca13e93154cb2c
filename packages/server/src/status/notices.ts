/** The bell: what needs somebody, found from what is true now, and read by each user for themselves (ERR7). */
import type { Notice, NoticeType, Notifications } from '@syncline/contract/notifications';
import type { Database } from '../db/db.ts';
import { causeOf } from '../errors/causes.ts';
import { readJobProblem, readStoredProblem, type StoredProblem } from '../errors/errors.ts';
import { type RaisedNotice, raiseNotices, type WantedNotice } from '../errors/notices.ts';
import { problemOf } from './activity.ts';
import { groupIdOf, groupOf } from './error-lists.ts';

const SHOWN_MAX = 100;

interface Found {
  readonly paused: unknown;
  readonly recovering: boolean;
  readonly brakes: readonly { readonly object: string; readonly direction: 'in' | 'out'; readonly waiting: number }[];
  readonly jobs: readonly { readonly object: string; readonly code: string; readonly text: string }[];
  readonly groups: readonly {
    readonly level: 'record' | 'value';
    readonly object: string;
    readonly code: string;
    readonly fields: readonly string[];
    readonly count: number;
  }[];
}

const FOUND = `
select (select paused from sync.connection where started_at is not null) as paused,
       exists (select from sync.recovery where caught_up_at is null) as recovering,
       coalesce((select json_agg(json_build_object('object', object, 'direction', direction, 'waiting', waiting))
                   from sync.brake where answer is null), '[]') as brakes,
       coalesce((select json_agg(json_build_object('object', object, 'code', code, 'text', message))
                   from sync.error where level = 'job' and resolved_at is null), '[]') as jobs,
       coalesce((select json_agg(g)
                   from (select level, object, code, fields, count(*)::int as count from sync.error
                          where level <> 'job' and disposition = 'park' and resolved_at is null
                          group by level, object, code, fields order by count(*) desc limit 50) as g), '[]') as groups`;

/** Codes that say that the org's calls are spent; everything else a connection waits for is its own. */
const LIMITS: ReadonlySet<string> = new Set(['limit-reached']);

/** Pure: what the facts call for. A failure that only repeats why the connection waits is not told twice. */
const noticesOf = ({ paused, recovering, brakes, jobs, groups }: Found): readonly WantedNotice[] => {
  const stored = readStoredProblem(paused);
  const ofConnection = stored ? [noticeOf('connection', stored.code, stored)] : [];
  const ofJobs = jobs.flatMap((job) => {
    const problem = readJobProblem(job);
    return problem && problem.code !== stored?.code
      ? [noticeOf('run_failed', `${job.object} ${job.code}`, problem)]
      : [];
  });
  const ofRecords = groups.map(
    (group): WantedNotice => ({
      type: 'record_errors',
      cause: groupIdOf(group),
      problem: null,
      count: group.count,
    }),
  );
  const ofRecovery: readonly WantedNotice[] = recovering
    ? [{ type: 'connection', cause: 'database-restored', problem: { code: 'database-restored', detail: {} }, count: 0 }]
    : [];
  const ofBrakes = brakes.map(
    ({ object, direction, waiting }): WantedNotice => ({
      type: 'brake',
      cause: `${object} ${direction}`,
      problem: { code: direction === 'in' ? 'braked-in' : 'braked-out', detail: { object, waiting } },
      count: waiting,
    }),
  );
  return [...ofConnection, ...ofRecovery, ...ofBrakes, ...ofJobs, ...ofRecords];
};

const noticeOf = (type: NoticeType, cause: string, { code, detail }: StoredProblem): WantedNotice => ({
  type: LIMITS.has(code) ? 'limit' : type,
  cause,
  problem: { code, detail },
  count: 0,
});

/** Types that are found here; the others are raised and ended by whoever finds them. */
const FOUND_TYPES: readonly NoticeType[] = ['connection', 'limit', 'brake', 'run_failed', 'record_errors'];

/** Raises what is true and ends what is over. Returns those of a cause that today had none before. */
export const findNotices = async (db: Database): Promise<readonly RaisedNotice[]> => {
  const [found] = await db.query<Found>(FOUND);
  const wanted = found ? noticesOf(found) : [];
  const raised = await raiseNotices(db, wanted);
  await db.run(
    `update sync.notice set solved_at = clock_timestamp()
      where solved_at is null and type = any($1) and not (type || ' ' || cause) = any($2)`,
    [FOUND_TYPES, wanted.map(({ type, cause }) => `${type} ${cause}`)],
  );
  return raised.filter(({ isNew }) => isNew);
};

// -- reading ----------------------------------------------------------------------------------------------------------

interface NoticeRow {
  readonly notice_id: number;
  readonly type: NoticeType;
  readonly cause: string;
  readonly problem: unknown;
  readonly count: number;
  readonly at: Date;
  readonly solved_at: Date | null;
  readonly read_at: Date | null;
}

/** `userId` null: a program, which has read nothing. `silent`: types that this Syncline does not ring for. */
export const readNotices = async (
  db: Database,
  userId: number | null,
  silent: readonly NoticeType[],
): Promise<Notifications> => {
  const rows = await db.query<NoticeRow>(
    `select n.notice_id, n.type, n.cause, n.problem, n.count, n.at, n.solved_at, r.at as read_at
       from sync.notice n left join sync.notice_read r on r.notice_id = n.notice_id and r.user_id = $1
      where not n.type = any($2)
      order by n.at desc, n.notice_id desc limit ${SHOWN_MAX}`,
    [userId, silent],
  );
  const shown = rows.map(shownOf);
  return { rows: shown, unread: shown.filter(({ readAt, solvedAt }) => readAt === null && solvedAt === null).length };
};

const shownOf = (row: NoticeRow): Notice => {
  const group = row.type === 'record_errors' ? groupOf(row.cause) : null;
  return {
    id: row.notice_id,
    type: row.type,
    problem: problemOf(row.problem),
    cause: group && {
      id: row.cause,
      cause: causeOf(group.code),
      object: group.object,
      code: group.code,
      fields: group.fields,
    },
    count: row.count,
    at: row.at.toISOString(),
    readAt: row.read_at?.toISOString() ?? null,
    solvedAt: row.solved_at?.toISOString() ?? null,
  };
};

/** `ids` null: all that there are. */
export const markNoticesRead = async (db: Database, userId: number, ids: readonly number[] | null): Promise<void> => {
  await db.run(
    `insert into sync.notice_read (user_id, notice_id)
     select $1, notice_id from sync.notice where $2::bigint[] is null or notice_id = any($2) order by notice_id
     on conflict do nothing`,
    [userId, ids],
  );
};

export const markNoticesUnread = async (db: Database, userId: number, ids: readonly number[]): Promise<void> => {
  await db.run('delete from sync.notice_read where user_id = $1 and notice_id = any($2)', [userId, ids]);
};
