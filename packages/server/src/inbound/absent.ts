/**
 * IN12: what is linked and absent from a read by id. `queryAll` shows what was merged away or lies in the recycle bin; of what it does not show the log of
 * deletes says whether it is gone for good. Whatever neither knows is out of sight: absence alone is never called a delete.
 */
import { countChanges, readMeter, SAMPLE_ROWS, stop } from '../brake/brake.ts';
import type { Transaction } from '../db/db.ts';
import { type SyncObject, TABLE_OF } from '../mapping/mapping.ts';
import { mirrorTable, ownTable } from '../mapping/shape.ts';
import { type DeletedRecord, type QueryPage, SalesforceError } from '../salesforce/salesforce.ts';
import type { ReaderKit } from './parts.ts';

interface Looked {
  readonly object: SyncObject;
  readonly ids: readonly string[];
  readonly page: QueryPage;
  readonly outside: QueryPage | null;
}

/** Records that are gone for good, as a page that says of each that it is deleted, and nothing else. */
export interface Gone {
  readonly ids: readonly string[];
  readonly fields: readonly string[];
  readonly page: QueryPage;
}

/** The log cuts off seconds, so that its last minute ends after now. */
const AHEAD_MS = 120_000;

/** Asks the log only where a record is missing: one call. Users are never deleted. */
export const hardDeleted = async (kit: ReaderKit, looked: Looked, askedAt: Date | null): Promise<Gone | null> => {
  if (looked.object === 'User') return null;
  const absent = await absentOf(kit, looked);
  if (absent.length === 0) return null;
  const now = (askedAt ?? (await kit.salesforce.serverTime())).getTime();
  const oldest = Math.min(...absent.map(({ stamp_ms }) => stamp_ms ?? 0));
  const from = new Date(Math.max(now - kit.bounds.binMs, oldest));
  const deleted = await deletedSince(kit, looked.object, from, new Date(now + AHEAD_MS));
  const rows = absent.flatMap((one) => {
    const found = deleted.find(({ id }) => id === one.sf_id);
    return found === undefined || found.deletedAt.getTime() < (one.stamp_ms ?? 0) ? [] : [goneRow(one, found)];
  });
  if (rows.length === 0) return null;
  const page = {
    body: JSON.stringify(rows),
    path: [],
    rows: rows.length,
    done: true,
    nextRecordsUrl: null,
    nulsRemoved: 0,
  };
  return { ids: rows.map(({ Id }) => Id), fields: ['Id', 'IsDeleted', 'SystemModstamp'], page };
};

interface Absent {
  readonly sf_id: string;
  /** What the mirror knows it by; null: it was never read. */
  readonly stamp: string | null;
  readonly stamp_ms: number | null;
}

/** At the stamp that is known of it: whatever is read of it later is newer. */
const goneRow = ({ sf_id, stamp }: Absent, { deletedAt }: DeletedRecord) => ({
  Id: sf_id,
  IsDeleted: true,
  SystemModstamp: stamp ?? deletedAt.toISOString(),
});

/** Halves that have few enough ids; a log that cannot be asked tells nothing, and nobody is called deleted for it. */
const deletedSince = async (
  kit: ReaderKit,
  object: SyncObject,
  from: Date,
  to: Date,
): Promise<readonly DeletedRecord[]> => {
  try {
    return await kit.salesforce.deletedIn(object, from, to);
  } catch (error) {
    if (!(error instanceof SalesforceError) || error.code !== 'salesforce-refused' || error.word === null) throw error;
    const middle = new Date((from.getTime() + to.getTime()) / 2);
    if (error.word === 'EXCEEDED_ID_LIMIT' && to.getTime() - from.getTime() > 2 * AHEAD_MS)
      return [...(await deletedSince(kit, object, from, middle)), ...(await deletedSince(kit, object, middle, to))];
    kit.log.warn({ object, word: error.word }, 'the log of deletes cannot be asked');
    return [];
  }
};

/** Of the records asked for, those that count as there and that no answer shows. */
const absentOf = (kit: ReaderKit, looked: Looked): Promise<readonly Absent[]> =>
  kit.db.query<Absent>(ABSENT(looked.object), shownIn(looked));

const shownIn = ({ ids, page, outside }: Looked): readonly unknown[] => [
  ids,
  page.body,
  page.path,
  page.rows > 0,
  outside?.body ?? '[]',
  outside?.path ?? [],
  (outside?.rows ?? 0) > 0,
];

/** `a` is the record asked for. */
const NOT_SHOWN = `
       not ($4 and exists (select from json_array_elements($2::json #> $3::text[]) r where r ->> 'Id' = a.sf_id))
   and not ($7 and exists (select from json_array_elements($5::json #> $6::text[]) r where r ->> 'Id' = a.sf_id))`;

const ABSENT = (object: SyncObject): string => `
select a.sf_id, m."SystemModstamp"::text as stamp, extract(epoch from m."SystemModstamp")::float8 * 1000 as stamp_ms
  from unnest($1::text[]) a (sf_id)
  join ${TABLE_OF[object] === 'person' ? `sync.link l on l.sf_id = a.sf_id collate "C" and l.object = '${object}' and l.state = 'live'` : `${ownTable(object)} o on o.salesforce_id = a.sf_id and not o.is_deleted`}
  left join ${mirrorTable(object)} m on m."Id" = a.sf_id collate "C"
 where ${NOT_SHOWN}
 order by a.sf_id`;

/**
 * A record that neither `queryAll` shows, inside a filter or outside, nor the log of deletes. Out of sight is what destroys nothing: the link ends, the
 * person stays, and its edits wait until the record is seen again.
 */
export const unseenOf = async (tx: Transaction, looked: Looked): Promise<readonly string[]> =>
  (await tx.query<{ sf_id: string }>(UNSEEN, [...shownIn(looked), looked.object])).map(({ sf_id }) => sf_id);

const UNSEEN = `
select l.sf_id
  from unnest($1::text[]) a (sf_id)
  join sync.link l on l.sf_id = a.sf_id collate "C" and l.object = $8 and l.state = 'live'
 where ${NOT_SHOWN}
 order by l.sf_id`;

/** Who lost sight of many lost a right, not the records: the brake counts them like any change (RACE23). Returns how many ended. */
export const endUnseen = async (
  kit: ReaderKit,
  tx: Transaction,
  object: SyncObject,
  unseen: readonly string[],
  mayStop: boolean,
): Promise<number> => {
  if (unseen.length === 0) return 0;
  const meter = { object, direction: 'in' } as const;
  const reading = await readMeter(tx, meter, unseen.length, kit.bounds);
  const may = mayStop ? Math.max(0, Math.min(unseen.length, reading.left)) : unseen.length;
  await tx.run(OUT_OF_SIGHT, [object, unseen.slice(0, may)]);
  if (may > 0) await countChanges(tx, meter, may, kit.bounds);
  if (may < unseen.length) {
    const sample = await tx.query<{ sf_id: string; person_id: number }>(
      'select sf_id, person_id from sync.link where sf_id = any ($1) order by sf_id limit $2',
      [unseen.slice(may), SAMPLE_ROWS],
    );
    const rows = sample.map(({ sf_id, person_id }) => ({
      sfId: sf_id,
      personId: person_id,
      isGone: true,
      by: null,
      fields: {},
    }));
    await stop(tx, meter, { ...reading, changed: reading.changed + may }, rows, unseen.length - may);
  }
  return may;
};

const OUT_OF_SIGHT = `
with ended as (
  update sync.link l set state = 'out_of_sight', ended_at = now()
   where l.sf_id = any ($2) and l.object = $1 and l.state = 'live'
  returning l.person_id, l.sf_id),
waits as (
  update sync.outbox o set due_at = 'infinity' from ended e where o.person_id = e.person_id and o.claim_id is null)
insert into sync.journal (object, row_id, sf_id, cause) select $1, person_id, sf_id, 'out_of_sight' from ended`;
