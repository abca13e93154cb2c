/**
 * Claiming (OUT5, OUT6, OUT8, OUT15). One statement picks due entries, leases them and holds their persons still; an entry whose person is
 * being edited is left for the next time, so that nobody waits for anybody. Later statements of the same transaction, which see what
 * was committed before the lock, put the values into `sync.sent`, each with its version and its base.
 */
import pg from 'pg';
import { type BrakeBounds, countChanges, countWaiting, isBrakeOn, readMeter, stop } from '../brake/brake.ts';
import type { Database, Transaction } from '../db/db.ts';
import type { Lane } from './outbound.ts';
import type { PersonObject, SendableObject } from './sendable.ts';

/** Entries that can go together: of one kind, and as often locked out before. */
export interface Group {
  readonly kind: 'create' | PersonObject;
  readonly lockTries: number;
  /** How many are due, up to where the look ends. */
  readonly due: number;
  /** How many of them wait for a read of their object (OUT20). */
  readonly unread: number;
}

export interface LookOptions {
  readonly lane: Lane;
  readonly rowsMax: number;
  readonly readFirst: Readonly<Record<PersonObject, readonly string[]>>;
  readonly freshnessMs: number;
}

/** Which groups are due in a lane, the longest waiting first, and whether entries are due that have nothing to send. */
export const lookAtLane = async (
  db: Database,
  options: LookOptions,
): Promise<{ readonly groups: readonly Group[]; readonly hasIdle: boolean }> => {
  const rows = await db.query<{ kind: Group['kind'] | null; lock_tries: number; due: number; unread: number }>(LOOK, [
    options.lane,
    options.rowsMax,
    options.readFirst.Lead,
    options.readFirst.Contact,
    options.freshnessMs,
  ]);
  const groups = rows.flatMap(({ kind, lock_tries, due, unread }) =>
    kind === null ? [] : [{ kind, lockTries: lock_tries, due, unread }],
  );
  return { groups, hasIdle: rows.some((row) => row.kind === null) };
};

/**
 * Nothing is sent to a record outside the filter (IN14): only its link says so, and the index of such links is empty where there is no filter. Nor to one
 * that ended in another one, before its person is that one's (ID15); nor is a lead made of
 * somebody whose record did, though nobody here sees that other one.
 */
const KIND = `
       case when p.salesforce_id is not null and not p.is_deleted
              and not exists (select from sync.link l where l.sf_id = p.salesforce_id and l.state = 'out_of_scope')
              and not exists (select from sync.heir h where h.sf_id = p.salesforce_id) then case when o.edits <> '{}' then p.salesforce_type end
            when o.create_lead and (p.salesforce_id is null or p.is_deleted and not exists (select from sync.heir h where h.sf_id = p.salesforce_id)) then 'create' end`;

const LOOK = `
with fresh as materialized (
  select object from sync.cursor where last_began_at > clock_timestamp() - $5 * interval '1 ms')
select kind, lock_tries, count(*)::int as due, (count(*) filter (where is_unread))::int as unread
  from (
    select ${KIND} as kind, o.lock_tries, o.due_at,
           o.edits ?| case p.salesforce_type when 'Lead' then $3::text[] else $4::text[] end
             and not p.salesforce_type in (select object from fresh) as is_unread
      from sync.outbox o
      left join lateral (select * from marketing.person where id = o.person_id offset 0) p on true -- by key, whatever the statistics say
     where o.lane = $1 and o.claim_id is null and o.due_at <= clock_timestamp()
     order by o.due_at
     limit $2) due
 group by kind, lock_tries
 order by min(due_at)`;

/** Entries that have nothing to send, or nobody to send it to, stop being due; an empty one goes. */
export const setIdleAside = async (db: Database, lane: Lane): Promise<void> => {
  await db.ownTransaction(async (tx) => {
    await tx.run(
      `with idle as (
         select o.person_id, o.edits = '{}' and not (o.create_lead and (p.salesforce_id is null or p.is_deleted)) or p.id is null as is_empty
           from sync.outbox o
           left join marketing.person p on p.id = o.person_id
          where o.lane = $1 and o.claim_id is null and o.due_at <= clock_timestamp() and ${KIND} is null
          order by o.person_id for update of o skip locked),
       gone as (delete from sync.outbox o using idle where o.person_id = idle.person_id and idle.is_empty)
       update sync.outbox o set due_at = 'infinity' from idle where o.person_id = idle.person_id and not idle.is_empty`,
      [lane],
    );
  });
};

export interface ClaimWish {
  readonly lane: Lane;
  readonly kind: Group['kind'];
  readonly mode: 'collections' | 'create' | 'bulk';
  readonly lockTries: number;
  readonly recordsMax: number;
  readonly holder: number;
  readonly leaseMs: number;
  readonly freshnessMs: number;
  /** Of the map that the values are sent by (MAP10). */
  readonly mapVersion: number;
  /** SAFE1: how many records may go; null: what is sent is not counted. */
  readonly brake: BrakeBounds | null;
  /** The object is stopped: only opt-outs go (SAFE1). */
  readonly onlyOptOuts: boolean;
}

/** Claims and leases; null: others were faster, every person is being edited just now, or the map is another one by now. */
export const takeClaim = async (tx: Transaction, wish: ClaimWish, object: SendableObject): Promise<number | null> => {
  // A person's account is found by index, an entry by key: nothing here may grow with what is stored (ENGINE, trap 1).
  await tx.run('set local enable_hashjoin = off');
  await tx.run('set local enable_mergejoin = off');
  await tx.run('set local enable_seqscan = off');
  // One claim at a time, so that each sees the accounts of the others (OUT15). A claim takes milliseconds.
  await tx.run(`select pg_advisory_xact_lock(hashtext('syncline claim'))`);
  const [map] = await tx.query<{ version: number }>(
    'select coalesce(max(version), 0) as version from sync.map_version',
  );
  if (map?.version !== wish.mapVersion) return null;
  const may = wish.onlyOptOuts ? wish.recordsMax : await mayTake(tx, wish, object);
  if (may <= 0) return null;
  const [row] = await tx.query<{ claim_id: number | null; taken: number }>(takeSql(object, wish), [
    wish.lane,
    wish.kind,
    wish.lockTries,
    may,
    wish.mode,
    object.object,
    wish.holder,
    wish.leaseMs,
    object.readFirst,
    wish.freshnessMs,
    ...(wish.onlyOptOuts ? [object.optOuts] : []),
  ]);
  return row?.claim_id ?? null;
};

/** SAFE1: the row that passes the brake is not claimed. Claims come one after another, so two processes never count past each other. */
const mayTake = async (
  tx: Transaction,
  { brake, recordsMax }: ClaimWish,
  { object }: SendableObject,
): Promise<number> => {
  if (brake === null) return recordsMax;
  const meter = { object, direction: 'out' } as const;
  const reading = await readMeter(tx, meter, recordsMax, brake);
  if (reading.left > 0) return Math.min(recordsMax, reading.left);
  await stop(tx, meter, reading, [], await countWaiting(tx, object));
  return 0;
};

/** Counts what a claim really sends; a record that is tried again was counted the first time. */
export const countClaimed = async (
  tx: Transaction,
  claims: readonly number[],
  object: PersonObject,
  bounds: BrakeBounds,
): Promise<void> => {
  if (!isBrakeOn(bounds)) return;
  const [row] = await tx.query<{ changed: number }>(
    'select count(*)::int as changed from sync.outbox where claim_id = any ($1) and lock_tries = 0 and fault_tries = 0',
    [claims],
  );
  if (row && row.changed > 0) await countChanges(tx, { object, direction: 'out' }, row.changed, bounds);
};

/** Entries of a stopped object with an opt-out that is on: it is sent alone. */
export const lookForOptOuts = async (
  db: Database,
  lane: Lane,
  { object, optOuts }: SendableObject,
): Promise<Group | null> => {
  if (optOuts.length === 0) return null;
  const [row] = await db.query<{ lock_tries: number; due: number }>(
    `select o.lock_tries, count(*)::int as due
       from sync.outbox o
       join marketing.person p on p.id = o.person_id and p.salesforce_type = $2 and not p.is_deleted
      where o.lane = $1 and o.claim_id is null and o.due_at <= clock_timestamp() and o.edits ?| $3 and ${hasOptOut('$3')}
      group by o.lock_tries order by min(o.due_at) limit 1`,
    [lane, object, optOuts],
  );
  return row ? { kind: object, lockTries: row.lock_tries, due: row.due, unread: 0 } : null;
};

/** One of the opt-outs is edited, is on, and waits for nobody. */
const hasOptOut = (optOuts: string): string => `exists (
  select from unnest(${optOuts}::text[]) c where o.edits ? c and not o.parked ? c and to_jsonb(p) -> c = 'true'
     and not exists (select from sync.conflict k where k.person_id = o.person_id and k.field = c and k.winner is null))`;

const takeSql = ({ accountColumn }: SendableObject, { lane, kind, onlyOptOuts }: ClaimWish): string => `
with fresh as materialized (
  select object from sync.cursor where last_began_at > clock_timestamp() - $10 * interval '1 ms'),
${
  kind === 'Contact' && accountColumn !== null
    ? `busy as materialized (
  select distinct q.${pg.escapeIdentifier(accountColumn)} as account
    from sync.outbox c
    join sync.claim k on k.claim_id = c.claim_id${lane === 0 ? ` and k.mode <> 'bulk'` : ''}
    join marketing.person q on q.id = c.person_id
   where c.claim_id is not null and q.${pg.escapeIdentifier(accountColumn)} is not null),`
    : ''
}
due as materialized (
  select o.person_id
    from sync.outbox o
    join marketing.person p on p.id = o.person_id
   where o.lane = $1 and o.claim_id is null and o.due_at <= clock_timestamp() and o.lock_tries = $3 and ${KIND} = $2
     and (${onlyOptOuts ? `o.edits ?| $11 and ${hasOptOut('$11')} or ` : ''}not o.edits ?| $9::text[] or $2 = 'create' or exists (select from fresh where object = $2))${onlyOptOuts ? `\n     and o.edits ?| $11 and ${hasOptOut('$11')}` : ''}
${kind === 'Contact' && accountColumn !== null ? `     and (p.${pg.escapeIdentifier(accountColumn)} is null or p.${pg.escapeIdentifier(accountColumn)} not in (select account from busy))` : ''}
   order by o.due_at
   limit $4
   for update of o skip locked
   for no key update of p skip locked),
made as (
  insert into sync.claim (mode, object, holder, leased_until)
  select $5, $6, $7, clock_timestamp() + $8 * interval '1 ms' where exists (select from due)
  returning claim_id),
taken as (
  update sync.outbox o set claim_id = made.claim_id from made
   where o.person_id = any(array(select person_id from due)) -- by key, whatever the statistics say
  returning o.person_id)
select (select claim_id from made) as claim_id, (select count(*) from taken)::int as taken`;
