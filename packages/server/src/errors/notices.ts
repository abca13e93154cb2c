/** Raising the bell: one notice a cause a day (ERR7), whoever finds the cause. */
import type { NoticeType } from '@syncline/contract/notifications';
import type { StoredProblem } from './errors.ts';

export interface WantedNotice {
  readonly type: NoticeType;
  /** What makes two the same within a day. */
  readonly cause: string;
  /** null: records were refused, and `cause` names their group. */
  readonly problem: Pick<StoredProblem, 'code' | 'detail'> | null;
  readonly count: number;
}

export interface RaisedNotice extends WantedNotice {
  readonly noticeId: number;
  /** The first of its day. */
  readonly isNew: boolean;
}

interface Queries {
  query<Row extends object>(sql: string, params?: readonly unknown[]): Promise<Row[]>;
}

/** A notice of today is kept up to date rather than made again; one that is as it was is not written. */
const RAISE = `
with wanted as (
  select w.type, w.cause, w.problem, w.count
    from jsonb_to_recordset($1::jsonb) as w (type text, cause text, problem jsonb, count int))
insert into sync.notice as n (type, cause, problem, count)
select type, cause, nullif(problem, 'null'), count from wanted order by type, cause
on conflict (type, cause, day) do update
   set problem = excluded.problem, count = excluded.count, at = clock_timestamp(), solved_at = null
 where n.count <> excluded.count or n.solved_at is not null or n.at < clock_timestamp() - interval '5 minutes'
returning n.notice_id, n.type, n.cause, n.problem, n.count, xmax = 0 as is_new`;

interface Row {
  readonly notice_id: number;
  readonly type: NoticeType;
  readonly cause: string;
  readonly problem: Pick<StoredProblem, 'code' | 'detail'> | null;
  readonly count: number;
  readonly is_new: boolean;
}

/** Returns those that were made or changed. */
export const raiseNotices = async (db: Queries, wanted: readonly WantedNotice[]): Promise<readonly RaisedNotice[]> => {
  if (wanted.length === 0) return [];
  const rows = await db.query<Row>(RAISE, [JSON.stringify(wanted)]);
  return rows.map((row) => ({
    noticeId: row.notice_id,
    type: row.type,
    cause: row.cause,
    problem: row.problem,
    count: row.count,
    isNew: row.is_new,
  }));
};
