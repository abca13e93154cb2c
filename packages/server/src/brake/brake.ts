/**
 * The door of the brake: how much of an object may change without asking somebody (SAFE1), and what they answered (SAFE2).
 *
 * Promises: an object has a meter each way, `in` from Salesforce and `out` to it. What a transaction changes or claims it counts in
 * the same transaction, so neither a crash nor a second process counts otherwise. More than `brakeFloor` records, and more than
 * `brakeShare` of the object's people, within `brakeWindow`: the row that passes it is not handled, a row of `sync.brake` says so, and
 * nothing but an answer takes it away. What was answered for beforehand (a confirmed backfill, an answer) is a grant: so many records, for
 * a day, that are not counted. Where nothing changes, nothing is written (SAFE7), and below the floor nobody counts people.
 */
import type { Connection, Database } from '../db/db.ts';
import type { Bounds } from '../lib/bounds.ts';
import type { SyncObject } from '../mapping/mapping.ts';
import { TABLE_OF } from '../mapping/mapping.ts';
import { ownTable } from '../mapping/shape.ts';

export type Direction = 'in' | 'out';
export type BrakeBounds = Pick<Bounds, 'brakeShare' | 'brakeFloor' | 'brakeWindowMs'>;
type Queries = Pick<Connection, 'query' | 'run'> | Database;

export interface Meter {
  readonly object: SyncObject;
  readonly direction: Direction;
}

/** What the meter says; `left` below zero: what was just counted is too much. */
export interface Reading {
  readonly left: number;
  readonly changed: number;
  readonly most: number;
  readonly people: number;
}

/** One of the records that wait behind a brake, as it is shown. */
export interface SampleRow {
  readonly sfId: string | null;
  readonly personId: number | null;
  readonly isGone: boolean;
  /** Who changed it there, by id; null: not known, or here. */
  readonly by: string | null;
  /** {name: [before, after]}: Salesforce's names of what comes in, ours of what goes out. */
  readonly fields: Readonly<Record<string, readonly [unknown, unknown]>>;
}

export const SAMPLE_ROWS = 20;
/** Reads by id that somebody or something asks for by the thousand; they wait behind a brake. */
export const MANY_REASONS = ['difference', 'backfill', 'field_back', 'misfit', 'sweep', 'away'] as const;
const BUCKETS = 60;
const PEOPLE_FOR = '10 minutes';
const GRANT_FOR = '1 day';

/** The setting that is off counts nothing at all. */
export const isBrakeOn = ({ brakeFloor }: BrakeBounds): boolean => Number.isFinite(brakeFloor);

interface Row {
  readonly changed: number;
  readonly granted: number;
  readonly people: number | null;
}

const RETURNED = `(select coalesce(sum(value::bigint), 0) from jsonb_each_text(m.counted) where key::bigint > $3::bigint - ${BUCKETS})::float8 as changed,
       (case when m.granted_until > clock_timestamp() then m.granted else 0 end)::float8 as granted,
       case when m.people_at > clock_timestamp() - interval '${PEOPLE_FOR}' then m.people::float8 end as people`;

/** Buckets that left the window go; a grant is used up first. */
const COUNT = `
insert into sync.brake_meter as m (object, direction, counted)
values ($1, $2, jsonb_build_object($3::text, $4::bigint))
    on conflict (object, direction) do update
   set counted = (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(m.counted) where key::bigint > $3::bigint - ${BUCKETS})
                 || jsonb_build_object($3::text, coalesce((m.counted ->> $3::text)::bigint, 0)
                      + greatest(0, $4 - case when m.granted_until > clock_timestamp() then m.granted else 0 end)),
       granted = greatest(0, case when m.granted_until > clock_timestamp() then m.granted else 0 end - $4)
returning ${RETURNED}`;

const bucketOf = async (db: Queries, { brakeWindowMs }: BrakeBounds): Promise<number> => {
  const [row] = await db.query<{ bucket: number }>(
    `select floor(extract(epoch from clock_timestamp()) * 1000 / $1::float8)::float8 as bucket`,
    [brakeWindowMs / BUCKETS],
  );
  return row?.bucket ?? 0;
};

/** Counts what the transaction changes. */
export const countChanges = async (
  tx: Queries,
  meter: Meter,
  changed: number,
  bounds: BrakeBounds,
): Promise<Reading> => {
  if (!isBrakeOn(bounds)) return OFF;
  const [row] = await tx.query<Row>(COUNT, [meter.object, meter.direction, await bucketOf(tx, bounds), changed]);
  return readingOf(tx, meter, row, 0, bounds);
};

/** How many more may change; counts nothing. `atLeast`: where the floor allows so many, nobody counts people. */
export const readMeter = async (db: Queries, meter: Meter, atLeast: number, bounds: BrakeBounds): Promise<Reading> => {
  if (!isBrakeOn(bounds)) return OFF;
  const [row] = await db.query<Row>(
    `select ${RETURNED} from sync.brake_meter m where m.object = $1 and m.direction = $2`,
    [meter.object, meter.direction, await bucketOf(db, bounds)],
  );
  return readingOf(db, meter, row, atLeast, bounds);
};

const OFF: Reading = { left: Number.POSITIVE_INFINITY, changed: 0, most: Number.POSITIVE_INFINITY, people: 0 };

const readingOf = async (
  db: Queries,
  meter: Meter,
  row: Row | undefined,
  atLeast: number,
  bounds: BrakeBounds,
): Promise<Reading> => {
  const { changed, granted, people } = row ?? { changed: 0, granted: 0, people: null };
  const atFloor = decideLeft({ changed, granted, people: people ?? 0 }, bounds);
  if (people !== null || atFloor.left >= atLeast) return atFloor;
  return decideLeft({ changed, granted, people: await countPeople(db, meter) }, bounds);
};

/** More than the floor and more than the share, and somebody is asked. */
const decideLeft = (
  { changed, granted, people }: { readonly changed: number; readonly granted: number; readonly people: number },
  { brakeShare, brakeFloor }: Pick<BrakeBounds, 'brakeShare' | 'brakeFloor'>,
): Reading => {
  const most = Math.max(brakeFloor, Math.floor(brakeShare * people));
  return { left: most + granted - changed, changed, most, people };
};

/** Counted at most every ten minutes, and only while an object changes fast. */
const countPeople = async (db: Queries, { object, direction }: Meter): Promise<number> => {
  const rows =
    TABLE_OF[object] === 'person'
      ? `sync.link where object = $1 and state = 'live'`
      : `${ownTable(object)} where not is_deleted and $1 <> ''`;
  const [row] = await db.query<{ people: number }>(
    `with counted as (select count(*) as people from ${rows}),
     kept as (
       insert into sync.brake_meter as m (object, direction, people, people_at) select $1, $2, people, clock_timestamp() from counted
           on conflict (object, direction) do update set people = excluded.people, people_at = excluded.people_at)
     select people::float8 as people from counted`,
    [object, direction],
  );
  return row?.people ?? 0;
};

/** So many more records count as answered for, for a day. */
const grant = async (db: Queries, { object, direction }: Meter, records: number): Promise<void> => {
  if (records <= 0) return;
  await db.run(
    `insert into sync.brake_meter as m (object, direction, granted, granted_until)
     values ($1, $2, $3, clock_timestamp() + interval '${GRANT_FOR}')
         on conflict (object, direction) do update
        set granted = excluded.granted + case when m.granted_until > clock_timestamp() then m.granted else 0 end,
            granted_until = excluded.granted_until`,
    [object, direction, records],
  );
};

/** SAFE2: what an administrator confirmed after a dry run is answered for: once for each person whose record is, or was, in the state. */
export const grantPeople = async (
  db: Queries,
  { object, direction }: Meter,
  state: 'live' | 'out_of_scope',
): Promise<void> => {
  const [row] = await db.query<{ people: number }>(
    'select count(*)::float8 as people from sync.link where object = $1 and state = $2',
    [object, state],
  );
  await grant(db, { object, direction }, row?.people ?? 0);
};

// -- stopped ----------------------------------------------------------------------------------------------------------

export interface OpenBrake {
  readonly brakeId: number;
  readonly object: SyncObject;
  /** As the database writes it; null: opt-outs are watched from the cursor on. */
  readonly watchedAt: string | null;
}

/** What waits for an answer. */
export const openBrakes = async (db: Queries, direction: Direction): Promise<readonly OpenBrake[]> =>
  (
    await db.query<{ brake_id: number; object: SyncObject; watched_at: string | null }>(
      'select brake_id, object, watched_at::text as watched_at from sync.brake where answer is null and direction = $1',
      [direction],
    )
  ).map(({ brake_id, object, watched_at }) => ({ brakeId: brake_id, object, watchedAt: watched_at }));

/** Stops an object's direction; one that is stopped already stays as it is. How much waits there is looked at next. */
export const stop = async (
  db: Queries,
  { object, direction }: Meter,
  { changed, most, people }: Reading,
  sample: readonly SampleRow[],
  waiting: number,
): Promise<void> => {
  await db.run(
    `insert into sync.brake (object, direction, changed, most, people, waiting, looked_at, sample)
     values ($1, $2, $3, $4, $5, $6, case when $2 = 'out' then clock_timestamp() end, $7)
         on conflict (object, direction) where answer is null do nothing`,
    [object, direction, changed, most, people, waiting, JSON.stringify(sample)],
  );
};

// -- answered ---------------------------------------------------------------------------------------------------------

export type BrakeAnswer = 'accept' | 'keep' | 'send' | 'withdraw';

export interface Answered extends Meter {
  readonly waiting: number;
}

/** Holds the open brake for the transaction; null: there is none by this number, or somebody has answered it. */
export const holdOpen = async (tx: Connection, brakeId: number): Promise<Answered | null> => {
  const [row] = await tx.query<{ object: SyncObject; direction: Direction; waiting: number }>(
    'select object, direction, waiting::float8 as waiting from sync.brake where brake_id = $1 and answer is null for update',
    [brakeId],
  );
  return row ?? null;
};

/**
 * Lets go what an answer lets go: as many records as were said to wait are not counted, and what was counted until now was looked at: counting
 * begins anew. `keep` says besides that of what changed there up to the
 * newest of them our values stay, and grants their way back.
 */
export const writeAnswer = async (
  tx: Connection,
  brakeId: number,
  { object, direction, waiting }: Answered,
  answer: BrakeAnswer,
  by: string,
): Promise<void> => {
  await tx.run(
    'update sync.brake set answer = $2, answered_at = clock_timestamp(), answered_by = $3 where brake_id = $1',
    [brakeId, answer, by],
  );
  await tx.run(`update sync.brake_meter set counted = '{}' where object = $1 and direction = $2`, [object, direction]);
  if (direction === 'out') await bringBack(tx, object);
  if (answer === 'withdraw') return;
  await grant(tx, { object, direction }, waiting);
  if (answer === 'keep') {
    await grant(tx, { object, direction: 'out' }, waiting);
    await tx.run(
      `update sync.brake_meter m set kept_through = b.through_at from sync.brake b
        where b.brake_id = $1 and m.object = b.object and m.direction = 'in'`,
      [brakeId],
    );
  }
  if (direction === 'in')
    await tx.run(
      'update sync.reread set due_at = clock_timestamp() where object = $1 and reason = any ($2) and due_at > clock_timestamp()',
      [object, MANY_REASONS],
    );
};

// -- what waits to be sent ----------------------------------------------------------------------------------------------

/** What the brake keeps from its lane lies two lanes on, where nobody looks for work, so that other objects' entries stay near at hand. */
export const ASIDE = 2;
const ASIDE_ROWS = 4_000;

/**
 * Sets entries of stopped objects aside, a bounded batch of a lane; those with an opt-out stay, because it goes on alone. Returns how many;
 * fewer than a batch: no more are due.
 */
export const setAside = async (
  db: Queries,
  lane: number,
  object: SyncObject,
  optOuts: readonly string[],
): Promise<{ readonly moved: number; readonly isAll: boolean }> => {
  const moved = await db.run(
    `update sync.outbox o set lane = o.lane + ${ASIDE}
       from (select o.person_id
               from sync.outbox o
               join marketing.person p on p.id = o.person_id and p.salesforce_type = $2
              where o.lane = $1 and o.claim_id is null and o.due_at <= clock_timestamp() and o.edits <> '{}' and not o.edits ?| $3
              order by o.due_at limit ${ASIDE_ROWS} for update of o skip locked) w
      where o.person_id = w.person_id`,
    [lane, object, optOuts],
  );
  return { moved, isAll: moved < ASIDE_ROWS };
};

export const hasAside = async (db: Queries): Promise<boolean> => {
  const [row] = await db.query<{ has: boolean }>(
    `select exists (select from sync.outbox where lane > ${ASIDE}) as has`,
  );
  return row?.has ?? false;
};

/** Brings back what was set aside, once nothing of what goes out is stopped; of one object with its answer. */
export const bringBack = (db: Queries, object: SyncObject | null): Promise<number> =>
  db.run(
    `update sync.outbox o set lane = o.lane - ${ASIDE}
       from (select o.person_id from sync.outbox o left join marketing.person p on p.id = o.person_id
              where o.lane >= ${ASIDE + 1} and ($1::text is null or p.salesforce_type = $1)
              order by o.person_id for update of o) w
      where o.person_id = w.person_id`,
    [object],
  );

/** People with changes that wait behind a stopped object, and its entries that are due. */
export const countWaiting = async (db: Queries, object: SyncObject): Promise<number> => {
  const [row] = await db.query<{ waiting: number }>(
    `select count(*)::float8 as waiting from sync.outbox o join marketing.person p on p.id = o.person_id and p.salesforce_type = $1
      where o.lane > 0 and o.claim_id is null and o.edits <> '{}' and o.due_at < 'infinity'`,
    [object],
  );
  return row?.waiting ?? 0;
};
