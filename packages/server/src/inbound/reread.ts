/** Records read again by id, because a read was stale or an identity is in doubt. Cursors do not move. */
import { countChanges, MANY_REASONS, readMeter, SAMPLE_ROWS, stop } from '../brake/brake.ts';
import type { Transaction } from '../db/db.ts';
import { type FieldMap, SYNC_OBJECTS, type SyncObject } from '../mapping/mapping.ts';
import type { QueryPage } from '../salesforce/salesforce.ts';
import type { PageBrake, PagePlace } from './apply.ts';
import { applyPageBy, despiteMisfits, type Way } from './misfits.ts';
import { endOutside, endOutsideRun } from './outside.ts';
import { underBrake } from './page-brake.ts';
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
    if (answered.page) await applyAnswer(kit, { map, answered, page: answered.page, ids, ...serving });
    else errors.push(answered.error);
  }
  if (errors.length > 0) throw errors[0];
};

/** One answer to a read by id. */
interface Answer {
  readonly map: FieldMap;
  readonly answered: Answered;
  readonly page: QueryPage;
  readonly ids: readonly string[];
  readonly mayStop: boolean;
}

const applyAnswer = async (kit: ReaderKit, answer: Answer): Promise<void> => {
  const { map, answered, mayStop } = answer;
  await despiteMisfits(kit, map, answered.object, (way) =>
    underBrake(kit, answered.object, (tx, brake) =>
      applyWhole(kit, tx, answer, way, mayStop ? brake : neverStops(brake)),
    ),
  );
};

/**
 * In one transaction: the records, the absent ones, and the asks that this read serves. One asked again meanwhile stays, and so does what the
 * brake left out: it is asked again in a while.
 */
const applyWhole = async (
  kit: ReaderKit,
  tx: Transaction,
  { map, answered, page, ids, mayStop }: Answer,
  way: Way,
  brake: PageBrake,
): Promise<void> => {
  const { object, beganAt } = answered;
  await kit.holdReading(tx);
  if (page.rows > 0) await applyFound(kit, tx, { map, answered, page }, way, brake);
  const outside = answered.outside ?? null;
  if (outside !== null) await endOutsideRun(tx, await endOutside(kit, tx, { map, object, page: outside, runId: null }));
  const unseen = await unseenOf(tx, { object, ids, page, outside });
  const ended = await endUnseen(kit, tx, object, unseen, mayStop);
  const leftOut = [...unseen.slice(ended), ...(await leftOutOf(tx, page, brake.leaveFrom))];
  await tx.run(
    `delete from sync.reread where object = $1 and sf_id = any ($2) and not sf_id = any ($3) and asked_at <= $4`,
    [object, ids, leftOut, beganAt],
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
  { map, answered, page }: Pick<Answer, 'map' | 'answered' | 'page'>,
  way: Way,
  brake: PageBrake,
): Promise<void> => {
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

interface Looked {
  readonly object: SyncObject;
  readonly ids: readonly string[];
  readonly page: QueryPage;
  readonly outside: QueryPage | null;
}

/**
 * IN12: a record that `queryAll` does not show, inside a filter or outside, is neither merged nor in the bin. Out of sight is what destroys nothing: the link
 * ends, the person stays, and its edits wait until the record is seen again.
 */
const unseenOf = async (tx: Transaction, { object, ids, page, outside }: Looked): Promise<readonly string[]> =>
  (
    await tx.query<{ sf_id: string }>(UNSEEN, [
      object,
      ids,
      page.body,
      page.path,
      page.rows > 0,
      outside?.body ?? '[]',
      outside?.path ?? [],
      (outside?.rows ?? 0) > 0,
    ])
  ).map(({ sf_id }) => sf_id);

const UNSEEN = `
select l.sf_id
  from unnest($2::text[]) a (sf_id)
  join sync.link l on l.sf_id = a.sf_id collate "C" and l.object = $1 and l.state = 'live'
 where not ($5 and exists (select from json_array_elements($3::json #> $4::text[]) r where r ->> 'Id' = a.sf_id))
   and not ($8 and exists (select from json_array_elements($6::json #> $7::text[]) r where r ->> 'Id' = a.sf_id))
 order by l.sf_id`;

/** Who lost sight of many lost a right, not the records: the brake counts them like any change (RACE23). Returns how many ended. */
const endUnseen = async (
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
