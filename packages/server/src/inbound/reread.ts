/** Records read again by id, because a read was stale or an identity is in doubt. Cursors do not move. */
import type { Transaction } from '../db/db.ts';
import { type FieldMap, SYNC_OBJECTS, type SyncObject } from '../mapping/mapping.ts';
import type { QueryPage } from '../salesforce/salesforce.ts';
import { applyPage } from './apply.ts';
import { endOutside, endOutsideRun } from './outside.ts';
import { type Answered, askTogether, heldMap, type ReaderKit } from './parts.ts';
import { rereadOutsideQuery, rereadQuery } from './queries.ts';
import { beginRun, endRun, noteNuls } from './runs.ts';

interface Ask {
  readonly object: SyncObject;
  readonly sf_id: string;
  readonly reason: string;
}

/**
 * Serves what is due, a bounded batch an object. Records whose own state is asked come first: an identity is decided when the
 * other record was read (ID3). `isAskedOnly`: only what an action waits for (ACT1). Returns how many records were asked for.
 */
export const rereadDue = async (kit: ReaderKit, isAskedOnly: boolean): Promise<number> => {
  const asks = await dueAsks(kit, isAskedOnly);
  if (asks.length === 0) return 0;
  const map = await kit.loadMap();
  await serve(
    kit,
    map,
    asks.filter((ask) => ask.reason !== 'identity'),
  );
  await serve(
    kit,
    map,
    asks.filter((ask) => ask.reason === 'identity'),
  );
  return asks.length;
};

const dueAsks = (kit: ReaderKit, isAskedOnly: boolean): Promise<Ask[]> =>
  kit.db.query<Ask>(
    `select object, sf_id, reason
       from (select object, sf_id, reason, row_number() over (partition by object order by due_at, sf_id) as place
               from sync.reread where due_at <= clock_timestamp() and (is_asked or not $2)) due
      where place <= $1 order by object, sf_id`,
    [kit.bounds.rereadRecordsMax, isAskedOnly],
  );

const serve = async (kit: ReaderKit, map: FieldMap, asks: readonly Ask[]): Promise<void> => {
  const questions = SYNC_OBJECTS.flatMap((object) => {
    const ids = asks.filter((ask) => ask.object === object).map((ask) => ask.sf_id);
    return ids.length === 0
      ? []
      : [
          {
            object,
            ids,
            soql: (fields: readonly string[]) => rereadQuery(map.objects[object], fields, ids),
            outside: rereadOutsideQuery(map.objects[object], ids),
          },
        ];
  });
  const errors: unknown[] = [];
  for (const answered of await askTogether(kit, map, questions)) {
    const ids = questions.find(({ object }) => object === answered.object)?.ids ?? [];
    if (answered.page) await applyAnswer(kit, map, answered, answered.page, ids);
    else errors.push(answered.error);
  }
  if (errors.length > 0) throw errors[0];
};

/** In one transaction: the records, the absent ones, and the asks that this read serves. One asked again meanwhile stays. */
const applyAnswer = (
  kit: ReaderKit,
  map: FieldMap,
  answered: Answered,
  page: QueryPage,
  ids: readonly string[],
): Promise<void> =>
  kit.db.ownTransaction(async (tx) => {
    await kit.holdReading(tx);
    if (page.rows > 0) await applyFound(kit, tx, map, answered, page);
    const outside = answered.outside ?? null;
    if (outside !== null)
      await endOutsideRun(tx, await endOutside(kit, tx, { map, object: answered.object, page: outside, runId: null }));
    await tx.run(OUT_OF_SIGHT, [
      answered.object,
      ids,
      page.body,
      page.path,
      page.rows > 0,
      outside?.body ?? '[]',
      outside?.path ?? [],
      (outside?.rows ?? 0) > 0,
    ]);
    await tx.run('delete from sync.reread where object = $1 and sf_id = any ($2) and asked_at <= $3', [
      answered.object,
      ids,
      answered.beganAt,
    ]);
  });

const applyFound = async (
  kit: ReaderKit,
  tx: Transaction,
  map: FieldMap,
  answered: Answered,
  page: QueryPage,
): Promise<void> => {
  await noteNuls(tx, answered.object, page.nulsRemoved);
  const held = await heldMap(kit, tx, map, answered.object);
  const counts = await applyPage(
    tx,
    kit.compiled.for(held, answered.object, answered.fields),
    { kind: 'json', body: page.body, path: page.path },
    {
      mode: 'reread',
      beganAt: answered.beganAt,
      runId: null,
      beginRun: (inner) => beginRun(inner, answered.object, 'Pull updates'),
    },
  );
  if (counts.runId !== null) await endRun(tx, counts.runId, counts, 1);
};

/**
 * IN12: a record that `queryAll` does not show, inside a filter or outside, is neither merged nor in the bin. Out of sight is what destroys nothing: the link
 * ends, the person stays, and its edits wait until the record is seen again.
 */
const OUT_OF_SIGHT = `
with absent as (
  select a.sf_id from unnest($2::text[]) a (sf_id)
   where not ($5 and exists (select from json_array_elements($3::json #> $4::text[]) r where r ->> 'Id' = a.sf_id))
     and not ($8 and exists (select from json_array_elements($6::json #> $7::text[]) r where r ->> 'Id' = a.sf_id))),
ended as (
  update sync.link l set state = 'out_of_sight', ended_at = now()
    from absent a where l.sf_id = a.sf_id collate "C" and l.object = $1 and l.state = 'live'
  returning l.person_id, l.sf_id),
waits as (
  update sync.outbox o set due_at = 'infinity' from ended e where o.person_id = e.person_id and o.claim_id is null)
insert into sync.journal (object, row_id, sf_id, cause) select $1, person_id, sf_id, 'out_of_sight' from ended`;
