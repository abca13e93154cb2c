/** What waits on both sides: counted now for metrics, and sampled into buckets of four hours for the trend of five days (N110). */
import { BACKLOG_BUCKET_MS, BACKLOG_DAYS_MAX, type Backlog, type BacklogQuery } from '@syncline/contract/backlog';
import type { Database } from '../db/db.ts';
import type { SyncObject } from '../mapping/mapping.ts';

/** Entries are counted by index; what share of them belongs to which object is exact up to here and a sample's above. */
const SAMPLE_ROWS = 20_000;

export interface LaneBacklog {
  /** 0 urgent, 1 normal, 2 backfill. */
  readonly lane: number;
  readonly object: string;
  readonly entries: number;
}

/** The joined person is one look-up by key a sampled row, so the cost has a bound however long the backlog is. */
const COUNT = `
with lanes as (
  select lane, sum(entries) as entries
    from (select lane, count(*) as entries from sync.outbox where claim_id is null and due_at < 'infinity' group by lane
          union all
          select lane, count(*) from sync.outbox where claim_id is not null group by lane) as counted
   group by lane),
sample as (
  select x.lane, coalesce(case when x.create_lead then 'Lead' else p.salesforce_type end, 'Lead') as object, count(*) as entries
    from (select person_id, lane, create_lead from sync.outbox where due_at < 'infinity' or claim_id is not null limit ${SAMPLE_ROWS}) as x
    left join marketing.person p on p.id = x.person_id
   group by 1, 2)
select l.lane, coalesce(s.object, 'Lead') as object,
       round(l.entries * coalesce(s.entries / sum(s.entries) over (partition by l.lane), 1))::int as entries
  from lanes l left join sample s on s.lane = l.lane
 order by 1, 2`;

export const countBacklog = (db: Database): Promise<readonly LaneBacklog[]> => db.query<LaneBacklog>(COUNT);

/** Seconds since the oldest edit that is not sent, by lane. An entry that failed is due later than others, but never by more than minutes. */
const OLDEST = `
select l.lane, extract(epoch from clock_timestamp() - min(x.at))::float8 as seconds
  from (values (0), (1), (2)) as l (lane)
 cross join lateral (
   select least(o.due_at, (select min(e.value::timestamptz) from jsonb_each_text(o.edited_at) as e)) as at
     from (select due_at, edited_at from sync.outbox where lane = l.lane and claim_id is null and due_at < 'infinity' order by due_at limit 1000) as o
   union all
   select least(o.due_at, (select min(e.value::timestamptz) from jsonb_each_text(o.edited_at) as e))
     from (select due_at, edited_at from sync.outbox where claim_id is not null and lane = l.lane limit 1000) as o) as x
 group by l.lane`;

export const readOldest = (db: Database): Promise<readonly { readonly lane: number; readonly seconds: number }[]> =>
  db.query(OLDEST);

// -- samples ----------------------------------------------------------------------------------------------------------

/** How far an object is behind, as far as our own tables tell. */
export interface InboundPlace {
  readonly object: SyncObject;
  /** Records that wait, where that is known without asking: during a load, or of an object that was read just now. */
  readonly waiting: number | null;
  /** Where its next read begins; for whoever counts at Salesforce. */
  readonly cursor: Date | null;
  /** What was counted last; null: never. */
  readonly counted: number | null;
  /** An hour has passed since. */
  readonly isCountDue: boolean;
}

/** An object that was read within this time waits for nothing but what is about to come. */
const FRESH_MINUTES = 15;

const PLACES = `
select o.object,
       case when l.object is null then null
            when l.phase <> 'done' then greatest(0, coalesce(l.total_rows, 0) - l.read_rows)::int
            when c.last_fetched_at > clock_timestamp() - interval '${FRESH_MINUTES} minutes'
              then (select count(*)::int from sync.reread r where r.object = o.object) end as waiting,
       c.at as cursor, s.in_last as counted,
       coalesce(s.counted_at < clock_timestamp() - interval '1 hour', true) as is_count_due
  from unnest($1::text[]) as o (object)
  left join sync.load l on l.object = o.object
  left join sync.cursor c on c.object = o.object
  left join lateral (select b.in_last, b.counted_at from sync.backlog_sample b where b.object = o.object order by b.bucket desc limit 1) as s on true`;

export const readPlaces = async (db: Database, objects: readonly SyncObject[]): Promise<readonly InboundPlace[]> =>
  (
    await db.query<{
      object: SyncObject;
      waiting: number | null;
      cursor: Date | null;
      counted: number | null;
      is_count_due: boolean;
    }>(PLACES, [objects])
  ).map((row) => ({
    object: row.object,
    waiting: row.waiting,
    cursor: row.cursor,
    counted: row.counted,
    isCountDue: row.is_count_due,
  }));

export interface BacklogSample {
  readonly object: string;
  readonly out: number;
  readonly in: number;
  /** Salesforce was asked to count. */
  readonly isCounted: boolean;
}

/** Into the bucket that runs now; two processes that sample at once leave what one would. */
export const writeSamples = async (db: Database, samples: readonly BacklogSample[]): Promise<void> => {
  await db.run(
    `insert into sync.backlog_sample as s (object, bucket, out_max, in_max, in_last, counted_at)
     select w.object, date_bin('4 hours', clock_timestamp(), timestamptz '2000-01-01 00:00:00Z'), w."out", w."in", w."in",
            case when w."isCounted" then clock_timestamp() end
       from jsonb_to_recordset($1::jsonb) as w (object text, "out" int, "in" int, "isCounted" boolean)
      order by w.object
     on conflict (object, bucket) do update
        set out_max = greatest(s.out_max, excluded.out_max), in_max = greatest(s.in_max, excluded.in_max), in_last = excluded.in_last,
            sampled_at = clock_timestamp(), counted_at = coalesce(excluded.counted_at, s.counted_at)`,
    [JSON.stringify(samples)],
  );
};

// -- the trend --------------------------------------------------------------------------------------------------------

const TREND = `
select b.bucket, sum(s.out_max)::int as "out", sum(s.in_max)::int as "in", max(s.sampled_at) as sampled_at
  from generate_series(0, $1::int - 1) as n (back)
 cross join lateral (select date_bin('4 hours', clock_timestamp(), timestamptz '2000-01-01 00:00:00Z') - n.back * interval '4 hours' as bucket) as b
  left join sync.backlog_sample s on s.bucket = b.bucket
 group by b.bucket
 order by b.bucket`;

export const readBacklog = async (db: Database, { days = BACKLOG_DAYS_MAX }: BacklogQuery): Promise<Backlog> => {
  const rows = await db.query<{ bucket: Date; out: number | null; in: number | null; sampled_at: Date | null }>(TREND, [
    (days * 86_400_000) / BACKLOG_BUCKET_MS,
  ]);
  const newest = rows.findLast((row) => row.sampled_at !== null)?.sampled_at ?? null;
  return {
    bucketMs: BACKLOG_BUCKET_MS,
    sampledAt: newest?.toISOString() ?? null,
    buckets: rows.map((row) => ({ from: row.bucket.toISOString(), out: row.out, in: row.in })),
  };
};
