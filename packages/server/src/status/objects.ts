/** The objects of the home screen and the progress of the initial sync. */
import type { InitialSync, InitialSyncRow, LoadPhase } from '@syncline/contract/initial-sync';
import type { ObjectRow } from '@syncline/contract/status';
import type { Database } from '../db/db.ts';
import { type FieldMap, SYNC_OBJECTS, type SyncObject } from '../mapping/mapping.ts';
import { problemOf } from './activity.ts';
import { addRanges, measurePace } from './remaining-time.ts';
import { NEVER_CHECKED, readSameness } from './sameness.ts';

/** N111: an object that was not read for longer than this is growing a backlog. */
const GROWING_HOURS = 6;
/** Counted exactly up to here; above, what Postgres last estimated. */
const COUNTED_MAX = 20_000;

interface ObjectFacts {
  readonly object: SyncObject;
  readonly last_fetched_at: Date | null;
  readonly next_fetch_at: Date | null;
  readonly quiet_cycles: number | null;
  readonly phase: LoadPhase | null;
  readonly load_problem: unknown;
  readonly is_growing: boolean;
  readonly backlog: number;
  readonly backlog_in: number | null;
  readonly per_hour: readonly number[];
  readonly enabled: boolean | null;
  readonly paused: unknown;
  readonly failed_problem: unknown;
}

/** A backlog is counted as far as the sample; of a larger one the sample's shares are scaled to what Postgres estimates. */
const SAMPLE_ROWS = 20_000;
const SAMPLE = `select person_id, create_lead from sync.outbox where due_at < 'infinity' limit ${SAMPLE_ROWS}`;

/** The last 24 hours, or those since the start; hours without a run moved nothing, and the hour that runs now counts as it stands. */
const OBJECTS = `
select o.object, c.last_fetched_at, c.next_fetch_at, c.quiet_cycles, l.phase, l.problem as load_problem,
       coalesce(c.last_fetched_at < clock_timestamp() - interval '${GROWING_HOURS} hours', false) as is_growing,
       round(coalesce(b.backlog, 0) * n.scale)::int as backlog, s.in_last as backlog_in, k.enabled, k.paused, f.problem as failed_problem,
       array(select coalesce(sum(r.created + r.updated + r.deleted), 0)::float8
               from generate_series(0, 23) as h (hours)
               left join sync.run r on r.object = o.object
                and r.started_at >= date_trunc('hour', clock_timestamp()) - h.hours * interval '1 hour'
                and r.started_at < date_trunc('hour', clock_timestamp()) - (h.hours - 1) * interval '1 hour'
              where date_trunc('hour', clock_timestamp()) - h.hours * interval '1 hour' >= date_trunc('hour', k.started_at)
              group by h.hours
              order by h.hours desc) as per_hour
  from unnest($1::text[]) with ordinality as o (object, place)
  left join sync.cursor c on c.object = o.object
  left join sync.load l on l.object = o.object
  left join sync.connection k on true
  left join lateral (select b.in_last from sync.backlog_sample b where b.object = o.object order by b.bucket desc limit 1) as s on true
  left join lateral (select r.problem from sync.run r
                      where r.object = o.object and r.ended_at is not null and r.started_at > coalesce(c.last_fetched_at, '-infinity')
                      order by r.started_at desc limit 1) as f on true
  left join (select case when x.create_lead then 'Lead' else p.salesforce_type end as object, count(*) as backlog
               from (${SAMPLE}) as x join marketing.person p on p.id = x.person_id group by 1) as b on b.object = o.object
  cross join (select case when (select count(*) from (${SAMPLE}) as x) < ${SAMPLE_ROWS} then 1
                          else greatest(1, (select reltuples from pg_class where oid = 'sync.outbox'::regclass) / ${SAMPLE_ROWS}) end as scale) as n
 order by o.place`;

export const readObjects = async (db: Database, map: FieldMap): Promise<readonly ObjectRow[]> => {
  const [rows, sameness] = await Promise.all([db.query<ObjectFacts>(OBJECTS, [SYNC_OBJECTS]), readSameness(db)]);
  const counts = map.version > 0 ? await countMirrors(db) : new Map<string, Count>();
  return rows.map((row) => ({
    ...objectOf(row, counts.get(row.object) ?? { records: 0, isExact: true }),
    sameness: sameness.get(row.object) ?? NEVER_CHECKED,
  }));
};

interface Count {
  readonly records: number;
  readonly isExact: boolean;
}

const countMirrors = async (db: Database): Promise<ReadonlyMap<string, Count>> => {
  const estimates = await db.query<{ object: string; estimate: number }>(
    `select c.relname as object, c.reltuples::float8 as estimate from pg_class c
      where c.relnamespace = 'salesforce'::regnamespace and c.relname = any($1) and c.relkind = 'r'`,
    [SYNC_OBJECTS],
  );
  const counts = new Map<string, Count>();
  for (const { object, estimate } of estimates) {
    if (estimate > COUNTED_MAX) {
      counts.set(object, { records: Math.round(estimate), isExact: false });
      continue;
    }
    // The name comes from our own list of six, so it needs no quoting beyond the quotes.
    const [row] = await db.query<{ total: number }>(
      `select count(*) as total from (select from salesforce."${object}" limit ${COUNTED_MAX * 5}) as counted`,
    );
    counts.set(object, { records: row?.total ?? 0, isExact: (row?.total ?? 0) < COUNTED_MAX * 5 });
  }
  return counts;
};

const objectOf = (row: ObjectFacts, count: Count): Omit<ObjectRow, 'sameness'> => {
  const problem = problemOf(row.paused) ?? problemOf(row.load_problem) ?? problemOf(row.failed_problem);
  const sum = row.per_hour.reduce((total, records) => total + records, 0);
  return {
    object: row.object,
    records: count.records,
    recordsIsExact: count.isExact,
    backlogOut: row.backlog,
    backlogIn: row.backlog_in,
    recordsPerHour: {
      avg: row.per_hour.length > 0 ? sum / row.per_hour.length : 0,
      min:
        Math.min(...row.per_hour, Number.POSITIVE_INFINITY) === Number.POSITIVE_INFINITY
          ? 0
          : Math.min(...row.per_hour),
      max: Math.max(0, ...row.per_hour),
      hours: [...row.per_hour],
    },
    remainingMs: remainingOf(row.backlog + (row.backlog_in ?? 0), row.per_hour),
    lastFetchedAt: row.last_fetched_at?.toISOString() ?? null,
    nextFetchAt: row.enabled === false ? null : (row.next_fetch_at?.toISOString() ?? null),
    quietCycles: row.quiet_cycles ?? 0,
    health: healthOf(row, problem !== null),
    problem,
  };
};

const HOUR_MS = 3_600_000;

/** N111: what waits, at the pace of the best hour and at the average; null where nothing waits, or nothing ever moved. */
const remainingOf = (waiting: number, perHour: readonly number[]): ObjectRow['remainingMs'] => {
  const sum = perHour.reduce((total, records) => total + records, 0);
  if (waiting === 0 || sum === 0) return null;
  const msAt = (recordsAnHour: number): number => Math.round((waiting / recordsAnHour) * HOUR_MS);
  return { low: msAt(Math.max(...perHour)), high: msAt(sum / perHour.length) };
};

const healthOf = (row: ObjectFacts, hasProblem: boolean): ObjectRow['health'] => {
  if (hasProblem) return 'failed';
  if (row.enabled === false) return 'off';
  if (row.phase !== null && row.phase !== 'done') return 'first_read';
  return row.is_growing ? 'growing' : 'normal';
};

// -- the initial sync -------------------------------------------------------------------------------------------------

interface LoadFacts {
  readonly object: SyncObject;
  readonly phase: LoadPhase;
  readonly total_rows: number | null;
  readonly read_rows: number;
  readonly calls: number;
  readonly problem: unknown;
  readonly started_at: Date | null;
  readonly reading_at: Date | null;
  readonly ended_at: Date | null;
  readonly now: Date;
  readonly pages: readonly { readonly rows: number; readonly at: string }[] | null;
}

const LOADS = `
select l.object, l.phase, l.total_rows, l.read_rows, l.calls, l.problem, l.started_at, l.reading_at, l.ended_at, clock_timestamp() as now,
       (select json_agg(json_build_object('rows', g.rows, 'at', g.at)) from sync.load_page g
         where g.object = l.object and g.generation = l.generation and g.at > clock_timestamp() - interval '60 seconds') as pages
  from sync.load l`;

export const readInitialSync = async (db: Database): Promise<InitialSync> => {
  const [rows, [connection]] = await Promise.all([
    db.query<LoadFacts>(LOADS),
    db.query<{ started_at: Date | null }>('select started_at from sync.connection'),
  ]);
  const objects = SYNC_OBJECTS.map((object) =>
    loadRowOf(
      object,
      rows.find((row) => row.object === object),
    ),
  );
  const isDone = rows.length > 0 && rows.every((row) => row.phase === 'done');
  const ends = rows.flatMap((row) => row.ended_at ?? []).map((at) => at.getTime());
  const totals = objects.map((row) => row.totalRecords);
  return {
    startedAt: connection?.started_at?.toISOString() ?? null,
    endedAt: isDone && ends.length > 0 ? new Date(Math.max(...ends)).toISOString() : null,
    readRecords: objects.reduce((sum, row) => sum + row.readRecords, 0),
    totalRecords: totals.reduce<number | null>(
      (sum, total) => (sum === null || total === null ? null : sum + total),
      0,
    ),
    remainingMs: addRanges(objects.map((row) => (row.phase === 'done' ? { low: 0, high: 0 } : row.remainingMs))),
    objects,
  };
};

const loadRowOf = (object: SyncObject, row: LoadFacts | undefined): InitialSyncRow => {
  const waiting = {
    readRecords: 0,
    totalRecords: null,
    recordsPerSecond: null,
    remainingMs: null,
    calls: 0,
    startedAt: null,
    endedAt: null,
    problem: null,
  };
  if (!row) return { object, ...waiting, phase: 'waiting' };
  const pages = (row.pages ?? []).map((page) => ({ rows: page.rows, at: Date.parse(page.at) }));
  const left = row.total_rows === null ? null : Math.max(0, row.total_rows - row.read_rows);
  const pace =
    row.phase === 'reading' && row.reading_at
      ? measurePace(pages, row.reading_at.getTime(), row.now.getTime(), left)
      : null;
  return {
    object,
    readRecords: row.read_rows,
    totalRecords: row.total_rows,
    recordsPerSecond: pace?.recordsPerSecond ?? averageOf(row),
    remainingMs: pace?.remainingMs ?? null,
    calls: row.calls,
    phase: row.phase,
    startedAt: row.started_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
    problem: problemOf(row.problem),
  };
};

/** Of an object that is done, over the time its reading took. */
const averageOf = ({ phase, reading_at, ended_at, read_rows }: LoadFacts): number | null => {
  if (phase !== 'done' || !reading_at || !ended_at || read_rows === 0) return null;
  const seconds = (ended_at.getTime() - reading_at.getTime()) / 1000;
  return seconds > 0 ? read_rows / seconds : null;
};
