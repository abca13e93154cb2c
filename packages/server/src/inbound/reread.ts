/** Records read again by id, because a read was stale or an identity is in doubt. Cursors do not move. */
import { MANY_REASONS } from '../brake/brake.ts';
import type { Transaction } from '../db/db.ts';
import { type FieldMap, SYNC_OBJECTS, type SyncObject } from '../mapping/mapping.ts';
import type { QueryPage } from '../salesforce/salesforce.ts';
import { endUnseen, type Gone, hardDeleted, unseenOf } from './absent.ts';
import type { PageBrake, PagePlace } from './apply.ts';
import { applyPageBy, despiteMisfits, type Way } from './misfits.ts';
import { endOutside, endOutsideRun } from './outside.ts';
import { underBrake } from './page-brake.ts';
import { askTogether, type Found, heldMap, type ReaderKit } from './parts.ts';
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
  const [others, identities, many] = [
    asks.filter(({ reason }) => reason !== 'identity' && !MANY.has(reason)),
    asks.filter(({ reason }) => reason === 'identity'),
    asks.filter(({ reason }) => MANY.has(reason)),
  ];
  await serve(kit, map, others, { mayStop: false });
  await serve(kit, map, identities, { mayStop: false });
  await serve(kit, map, many, { mayStop: true });
  return asks.length;
};

/**
 * Reasons that ask for a whole object's worth of records, and so obey the brake (SAFE4). The others follow one edit, answer or identity, and
 * are served whatever waits.
 */
const MANY: ReadonlySet<string> = new Set(MANY_REASONS);
/** When what the brake left out is asked for again. */
const LEFT_OUT_FOR = '1 minute';

interface Serving {
  readonly mayStop: boolean;
}

const dueAsks = (kit: ReaderKit, isAskedOnly: boolean): Promise<Ask[]> =>
  kit.db.query<Ask>(
    `select object, sf_id, reason
       from (select object, sf_id, reason, row_number() over (partition by object order by due_at, sf_id) as place
               from sync.reread where due_at <= clock_timestamp() and (is_asked or not $2)) due
      where place <= $1 order by object, sf_id`,
    [kit.bounds.rereadRecordsMax, isAskedOnly],
  );

const serve = async (kit: ReaderKit, map: FieldMap, asks: readonly Ask[], serving: Serving): Promise<void> => {
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
    if (answered.page) await applyAnswer(kit, { map, answered, ids, ...serving });
    else errors.push(answered.error);
  }
  if (errors.length > 0) throw errors[0];
};

/** One answer to a read by id. */
interface Answer {
  readonly map: FieldMap;
  readonly answered: Found;
  readonly ids: readonly string[];
  readonly mayStop: boolean;
}

const applyAnswer = async (kit: ReaderKit, answer: Answer): Promise<void> => {
  const { map, answered, ids, mayStop } = answer;
  const { object, page, outside } = answered;
  const gone = await hardDeleted(kit, { object, ids, page, outside }, answered.askedAt);
  await despiteMisfits(kit, map, object, (way) =>
    underBrake(kit, object, (tx, brake) => applyWhole(kit, tx, answer, gone, way, mayStop ? brake : neverStops(brake))),
  );
};

/**
 * In one transaction: the records, the absent ones, and the asks that this read serves. One asked again meanwhile stays, and so does what the
 * brake left out: it is asked again in a while.
 */
const applyWhole = async (
  kit: ReaderKit,
  tx: Transaction,
  { map, answered, ids, mayStop }: Answer,
  gone: Gone | null,
  way: Way,
  brake: PageBrake,
): Promise<void> => {
  const { object, page, outside } = answered;
  await kit.holdReading(tx);
  if (page.rows > 0) await applyFound(kit, tx, map, answered, way, brake);
  if (gone !== null) await applyFound(kit, tx, map, { ...answered, ...gone }, way, brake);
  if (outside !== null) await endOutsideRun(tx, await endOutside(kit, tx, { map, object, page: outside, runId: null }));
  const left = ids.filter((id) => gone?.ids.includes(id) !== true);
  const unseen = await unseenOf(tx, { object, ids: left, page, outside });
  const ended = await endUnseen(kit, tx, object, unseen, mayStop);
  const leftOut = [
    ...unseen.slice(ended),
    ...(await leftOutOf(tx, page, brake.leaveFrom)),
    ...(gone === null ? [] : await leftOutOf(tx, gone.page, brake.leaveFrom)),
  ];
  await endAsks(tx, answered, ids, leftOut);
};

/** A difference in who is there was decided by this read. */
const endAsks = async (
  tx: Transaction,
  { object, beganAt }: Found,
  ids: readonly string[],
  leftOut: readonly string[],
): Promise<void> => {
  await tx.run(
    `delete from sync.reread where object = $1 and sf_id = any ($2) and not sf_id = any ($3) and asked_at <= $4`,
    [object, ids, leftOut, beganAt],
  );
  await tx.run(
    `delete from sync.difference where object = $1 and sf_id = any ($2) and not sf_id = any ($3) and kind in ('not_here', 'not_there')`,
    [object, ids, leftOut],
  );
  await tx.run(
    `update sync.reread set due_at = clock_timestamp() + interval '${LEFT_OUT_FOR}' where object = $1 and sf_id = any ($2)`,
    [object, leftOut],
  );
};

const neverStops = (brake: PageBrake): PageBrake => ({
  ...brake,
  count: async (tx, changed) => {
    const reading = await brake.count(tx, changed);
    return { ...reading, left: Math.max(0, reading.left) };
  },
});

const leftOutOf = async (tx: Transaction, page: QueryPage, from: PagePlace | null): Promise<readonly string[]> =>
  from === null
    ? []
    : (
        await tx.query<{ sf_id: string }>(
          `select r ->> 'Id' as sf_id from json_array_elements($1::json #> $2::text[]) r
            where ((r ->> 'SystemModstamp')::timestamptz, r ->> 'Id' collate "C") >= ($3::timestamptz, $4 collate "C")`,
          [page.body, page.path, from.stamp, from.id],
        )
      ).map(({ sf_id }) => sf_id);

const applyFound = async (
  kit: ReaderKit,
  tx: Transaction,
  map: FieldMap,
  answered: Found,
  way: Way,
  brake: PageBrake,
): Promise<void> => {
  const { page } = answered;
  await noteNuls(tx, answered.object, page.nulsRemoved);
  const held = await heldMap(kit, tx, map, answered.object);
  const counts = await applyPageBy(
    way,
    tx,
    kit.compiled.for(held, answered.object, answered.fields),
    { kind: 'json', body: page.body, path: page.path },
    {
      mode: 'reread',
      beganAt: answered.beganAt,
      runId: null,
      brake,
      beginRun: (inner) => beginRun(inner, answered.object, 'Pull updates'),
    },
  );
  if (counts.runId !== null) await endRun(tx, counts.runId, counts, 1);
};
