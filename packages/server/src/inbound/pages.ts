/**
 * The pages of a pass, in the order in which they are applied. Most passes read each row whole. In a dense stretch (`starts.ts`) that would be
 * the same many rows at every poll, so it is read thin: ids and stamps, of which only what the mirror does not know is read whole, by id.
 */
import type { FieldMap, SyncObject } from '../mapping/mapping.ts';
import { mirrorTable } from '../mapping/shape.ts';
import type { QueryPage } from '../salesforce/salesforce.ts';
import { createGlances, type Glances } from './glances.ts';
import { askTogether, type Found, foundOf, type Question, type ReaderKit } from './parts.ts';
import { pollOutsideQuery, pollQuery, rereadQuery, thinQuery } from './queries.ts';
import type { ObjectStart } from './starts.ts';

export const questionOf = (map: FieldMap, start: ObjectStart): Question => {
  const { object, from, thinBefore } = start;
  return {
    object,
    soql: (fields) =>
      thinBefore === null
        ? pollQuery(map.objects[object], fields, from)
        : thinQuery(map.objects[object], from, thinBefore),
    outside: pollOutsideQuery(map.objects[object], from),
  };
};

export interface PassPage {
  readonly answered: Found;
  readonly page: QueryPage;
  /** Before its turn: its rows come again, and the cursor does not move with them. */
  readonly isAhead: boolean;
}

/** What a pass read so far; whoever applies its pages looks at it afterwards. */
export interface Spent {
  calls: number;
  rows: number;
}

export async function* pagesOf(
  kit: ReaderKit,
  map: FieldMap,
  answered: Found,
  start: ObjectStart,
  spent: Spent,
): AsyncGenerator<PassPage> {
  const glances = createGlances(kit, map, start, spent);
  if (start.thinBefore === null) {
    yield* wholePages(kit, answered, spent, glances);
    return;
  }
  const from = yield* lackingPages(kit, map, answered, start.thinBefore, spent, glances);
  const [whole] = await askTogether(kit, map, [
    { ...questionOf(map, { ...start, from, thinBefore: null }), outside: null },
  ]);
  spent.calls += 1;
  yield* wholePages(kit, foundOf(whole), spent, glances);
}

async function* wholePages(kit: ReaderKit, answered: Found, spent: Spent, glances: Glances): AsyncGenerator<PassPage> {
  for await (const page of eachPage(kit, answered.page, spent)) {
    if (!page.done) yield* glances();
    yield { answered, page, isAhead: false };
  }
}

async function* eachPage(kit: ReaderKit, first: QueryPage, spent: Spent): AsyncGenerator<QueryPage> {
  for (let page = first; ; ) {
    spent.rows += page.rows;
    yield page;
    if (page.done || page.nextRecordsUrl === null) return;
    page = await kit.salesforce.queryMore(page.nextRecordsUrl);
    spent.calls += 1;
  }
}

/** Queries by id that go in one call. */
const QUERIES_MAX = 5;

/** Whole, what the mirror lacks of a thin answer. Returns from where on all is to be read whole: earlier than planned, where much is lacking. */
async function* lackingPages(
  kit: ReaderKit,
  map: FieldMap,
  thin: Found,
  before: string,
  spent: Spent,
  glances: Glances,
): AsyncGenerator<PassPage, string> {
  for await (const page of eachPage(kit, thin.page, spent)) {
    if (!page.done) yield* glances();
    const { first, ids } = await lackingOf(kit, thin.object, page);
    if (first !== null && ids.length > QUERIES_MAX * kit.bounds.rereadRecordsMax) return first;
    if (ids.length === 0) continue;
    for (const answered of await askTogether(kit, map, byId(kit, map, thin.object, ids))) {
      const found = foundOf(answered);
      yield* wholePages(kit, found, spent, glances);
    }
    spent.calls += 1;
  }
  return before;
}

const byId = (kit: ReaderKit, map: FieldMap, object: SyncObject, ids: readonly string[]): readonly Question[] =>
  Array.from({ length: Math.ceil(ids.length / kit.bounds.rereadRecordsMax) }, (_, at) => ({
    object,
    soql: (fields: readonly string[]) =>
      rereadQuery(
        map.objects[object],
        fields,
        ids.slice(at * kit.bounds.rereadRecordsMax, (at + 1) * kit.bounds.rereadRecordsMax),
      ),
    outside: null,
  }));

interface Lacking {
  /** The first stamp of the page, as a query takes it; null: the page is empty. */
  readonly first: string | null;
  readonly ids: readonly string[];
}

const lackingOf = async (kit: ReaderKit, object: SyncObject, page: QueryPage): Promise<Lacking> => {
  if (page.rows === 0) return { first: null, ids: [] };
  const [row] = await kit.db.query<Lacking>(LACKING(mirrorTable(object)), [page.body, page.path]);
  if (!row) throw new Error('an aggregate brought no row');
  return row;
};

/**
 * Known is what the mirror has with that stamp or a later one, unless a read of it is waited for all the same: a link that ended for want of
 * sight or scope lives again by it, and what was sent and answered is settled by it. While a send is under way no read is a fresh one.
 */
const LACKING = (mirror: string): string => `
with rows as materialized (
  select (r ->> 'Id') collate "C" as sf_id, (r ->> 'SystemModstamp')::timestamptz as stamp, place
    from json_array_elements($1::json #> $2::text[]) with ordinality listed (r, place))
select to_char(min(stamp) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as first,
       coalesce(array_agg(rows.sf_id order by place) filter (where m."Id" is null or m."SystemModstamp" < stamp or exists (
         select from sync.link l
          where l.sf_id = rows.sf_id
            and (l.state in ('out_of_sight', 'out_of_scope') or exists (select from sync.sent x where x.person_id = l.person_id and x.in_flight = '{}')))), '{}') as ids
  from rows left join ${mirror} m on m."Id" = rows.sf_id`;
