/**
 * IN14: records that left the filter of their object. A pass asks for them by the filter's opposite, by id and stamp alone, so that one that leaves is
 * noticed with the change that made it leave, and nothing is concluded from absence. Its link is out of scope, its person stays as it is, and what
 * waited to be sent is withdrawn. When it matches again, the merge revives the link.
 */
import type { Transaction } from '../db/db.ts';
import { type FieldMap, type SyncObject, TABLE_OF } from '../mapping/mapping.ts';
import type { QueryPage } from '../salesforce/salesforce.ts';
import { heldMap, type ReaderKit } from './parts.ts';
import { beginRun, endRun, NOTHING, noteNuls } from './runs.ts';

interface OutsidePage {
  /** That the page was asked with. */
  readonly map: FieldMap;
  readonly object: SyncObject;
  readonly page: QueryPage;
  /** The pass's run; null: it has none yet. */
  readonly runId: number | null;
}

export interface Left {
  readonly people: number;
  readonly runId: number | null;
}

/**
 * In the page's transaction. A page that was asked with another filter than the one that holds says nothing (MAP10): the object is read from its beginning
 * since. Objects without links have nothing to end.
 */
export const endOutside = async (
  kit: ReaderKit,
  tx: Transaction,
  { map, object, page, runId }: OutsidePage,
): Promise<Left> => {
  if (page.rows === 0) return { people: 0, runId };
  await noteNuls(tx, object, page.nulsRemoved);
  if (TABLE_OF[object] !== 'person' || (await heldMap(kit, tx, map, object)) !== map) return { people: 0, runId };
  const leaving = await tx.query<{ person_id: number; sf_id: string }>(LEAVING, [object, page.body, page.path]);
  if (leaving.length === 0) return { people: 0, runId };
  const persons = leaving.map(({ person_id }) => person_id);
  for (const hold of HOLD) await tx.run(hold, [persons]);
  const run = runId ?? (await beginRun(tx, object, 'Pull updates'));
  const people = await tx.run(END, [object, leaving.map(({ sf_id }) => sf_id), persons, run]);
  return { people, runId: run };
};

/** Every page of what is outside, in a transaction each. `stamp`: the greatest of them, up to where nothing of it is left to know. */
export const takeOutside = async (
  kit: ReaderKit,
  map: FieldMap,
  object: SyncObject,
  first: QueryPage,
): Promise<Left & { readonly calls: number; readonly stamp: string | null }> => {
  let left: Left = { people: 0, runId: null };
  let calls = 0;
  let page = first;
  let stamp: string | null = null;
  for (;;) {
    const asked = page;
    const ended = await kit.db.ownTransaction(async (tx) => {
      await kit.holdReading(tx);
      return endOutside(kit, tx, { map, object, page: asked, runId: left.runId });
    });
    left = { people: left.people + ended.people, runId: ended.runId };
    stamp = (await lastStamp(kit, page)) ?? stamp;
    if (page.done || page.nextRecordsUrl === null) return { ...left, calls, stamp };
    page = await kit.salesforce.queryMore(page.nextRecordsUrl);
    calls += 1;
  }
};

/** A read by id has no run of its own until something moved. */
export const endOutsideRun = async (tx: Transaction, { people, runId }: Left): Promise<void> => {
  if (runId !== null) await endRun(tx, runId, { ...NOTHING, updated: people }, 1);
};

const lastStamp = async (kit: ReaderKit, page: QueryPage): Promise<string | null> => {
  if (page.rows === 0) return null;
  const [row] = await kit.db.query<{ stamp: string | null }>(
    `select max((r ->> 'SystemModstamp')::timestamptz)::text as stamp from json_array_elements($1::json #> $2::text[]) r`,
    [page.body, page.path],
  );
  return row?.stamp ?? null;
};

const LEAVING = `
select l.person_id, l.sf_id
  from json_array_elements($2::json #> $3::text[]) r
  join sync.link l on l.sf_id = (r ->> 'Id') collate "C"
 where l.object = $1 and l.state = 'live' order by l.person_id`;

/** In the order in which everybody takes these locks: an edit under way commits first, and a settlement ends. */
const HOLD = [
  'select from marketing.person where id = any ($1) order by id for no key update',
  'select from sync.outbox where person_id = any ($1) order by person_id for update',
  'select from sync.sent where person_id = any ($1) order by person_id for update',
];

/** $1 object, $2 records, $3 their persons, $4 run. As many rows as links ended. */
const END = `
with ended as (
  update sync.link l set state = 'out_of_scope', ended_at = now()
   where l.sf_id = any ($2) and l.state = 'live'
  returning l.person_id, l.sf_id),
withdrawn as (
  insert into sync.journal (object, row_id, sf_id, cause, run_id, fields)
  select $1, p.id, p.salesforce_id, 'withdrawn', $4,
         (select jsonb_object_agg(e.field, jsonb_build_array((to_jsonb(p) || coalesce(to_jsonb(p) -> 'more', '{}')) -> e.field, null))
            from jsonb_object_keys(o.edits) e (field))
    from sync.outbox o join marketing.person p on p.id = o.person_id
   where o.person_id = any ($3) and o.edits <> '{}'),
entries as (delete from sync.outbox where person_id = any ($3)),
sends as (delete from sync.sent where person_id = any ($3)),
held as (delete from sync.conflict where winner is null and person_id = any ($3)),
errors as (update sync.error set resolved_at = clock_timestamp() where level <> 'job' and resolved_at is null and person_id = any ($3))
insert into sync.journal (object, row_id, sf_id, cause, run_id) select $1, person_id, sf_id, 'out_of_scope', $4 from ended`;
