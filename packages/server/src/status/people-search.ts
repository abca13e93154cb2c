/**
 * People by the beginning of an e-mail address or a name, by Salesforce id, or by our id; pages by keyset.
 *
 * A text is looked for in one index after another (e-mail, name, last name), each page going on where the last one stopped, so that
 * no page sorts what it does not show. Rows found by an earlier index are not shown again by a later one.
 */
import {
  PEOPLE_VIEWS,
  type People,
  type PeopleQuery,
  type PeopleViews,
  type PersonRow,
} from '@syncline/contract/people';
import type { Database } from '../db/db.ts';
import type { FieldMap } from '../mapping/mapping.ts';
import { EXPORT_ROWS, pagesOf, readCursor, readIdCursor, writeCursor } from './page-cursor.ts';
import { readPersonRows } from './people-rows.ts';
import { conditionSql, type Narrowed, narrowedOf, sourceOf } from './people-views.ts';
import { type PersonColumns, personColumnsOf } from './person-columns.ts';
import { fullSalesforceId } from './salesforce-id.ts';
import { searchKey } from './search-indexes.ts';

const PAGE_ROWS = 100;
/** Counted exactly up to here; above, the planner's estimate serves. */
const COUNTED_MAX = 10_000;

export const searchPeople = async (db: Database, map: FieldMap, query: PeopleQuery): Promise<People> => {
  const columns = personColumnsOf(map);
  const limit = query.limit ?? PAGE_ROWS;
  const found = await findPage(db, { ...askedOf(columns, query), limit, cursor: query.cursor });
  const ids = found.ids.slice(0, limit);
  const rows = await readPersonRows(db, columns, ids);
  return { rows: [...rows], nextCursor: found.nextCursor, ...(await found.count()) };
};

/** Everybody who matches, a page at a time and without counting. */
export const peoplePages = (db: Database, map: FieldMap, query: PeopleQuery): AsyncIterable<readonly PersonRow[]> => {
  const columns = personColumnsOf(map);
  return pagesOf(async ({ cursor }) => {
    const { ids, nextCursor } = await findPage(db, { ...askedOf(columns, query), limit: EXPORT_ROWS, cursor });
    return { rows: await readPersonRows(db, columns, ids.slice(0, EXPORT_ROWS)), nextCursor };
  });
};

/** How many each view holds, without any other filter. */
export const readPeopleViews = async (db: Database, map: FieldMap): Promise<PeopleViews> => {
  const columns = personColumnsOf(map);
  const views = PEOPLE_VIEWS.map(async (view) => ({
    view,
    ...(await countOf(db, sourceOf(narrowedOf(columns, { view })).sql, [])),
  }));
  return { views: await Promise.all(views) };
};

type Wanted =
  | { readonly by: 'nothing' }
  | { readonly by: 'id'; readonly id: number }
  | { readonly by: 'salesforce_id'; readonly salesforceId: string }
  | { readonly by: 'text'; readonly from: string; readonly to: string };

/** Ids of leads and contacts; a word of 15 letters that is no id begins a name instead. */
const SALESFORCE_ID = /^00[Q3][0-9A-Za-z]{12}([0-9A-Za-z]{3})?$/i;

/** Pure. `to` is the first text that no longer begins with `from`. */
export const wantedOf = (q: string): Wanted => {
  const text = q.trim();
  if (text === '') return { by: 'nothing' };
  // An id of Salesforce may be all digits; ours never begins with a zero.
  if (SALESFORCE_ID.test(text)) return { by: 'salesforce_id', salesforceId: text };
  if (/^\d{1,15}$/.test(text)) return { by: 'id', id: Number(text) };
  const from = text.toLowerCase();
  return { by: 'text', from, to: `${from}\u{10FFFF}` };
};

interface Asked {
  readonly search: Wanted;
  readonly narrowed: Narrowed;
  readonly limit: number;
  readonly cursor: string | undefined;
}

const askedOf = (columns: PersonColumns, query: PeopleQuery): Pick<Asked, 'search' | 'narrowed'> => ({
  search: wantedOf(query.q ?? ''),
  narrowed: narrowedOf(columns, query),
});

interface Found {
  readonly ids: readonly number[];
  readonly nextCursor: string | null;
  readonly count: () => Promise<{ readonly total: number; readonly totalIsExact: boolean }>;
}

const findPage = (db: Database, asked: Asked): Promise<Found> => {
  const { search } = asked;
  switch (search.by) {
    case 'nothing':
      return asked.narrowed.view === 'likely_duplicates' ? pageOfDuplicates(db, asked) : pageOfView(db, asked);
    case 'id':
      return few(db, `select p.id from marketing.person p where p.id = $1 and ${conditionSql(asked.narrowed)}`, [
        search.id,
      ]);
    case 'salesforce_id':
      return bySalesforceId(db, search.salesforceId, asked.narrowed);
    case 'text':
      return pageOfText(db, asked, search);
  }
};

const few = async (db: Database, sql: string, params: readonly unknown[]): Promise<Found> => {
  const ids = (await db.query<{ id: number }>(sql, params)).map(({ id }) => id);
  return { ids, nextCursor: null, count: async () => ({ total: ids.length, totalIsExact: true }) };
};

/** Ids that the person had before find it too; an id with a wrong checksum finds nobody (ID2). */
const bySalesforceId = (db: Database, typed: string, narrowed: Narrowed): Promise<Found> =>
  few(
    db,
    `select p.id from sync.link l join marketing.person p on p.id = l.person_id where l.sf_id = $1 and ${conditionSql(narrowed)}`,
    [fullSalesforceId(typed)],
  );

const pageOfView = async (db: Database, { narrowed, limit, cursor }: Asked): Promise<Found> => {
  const { sql, id } = sourceOf(narrowed);
  const after = readIdCursor(cursor) ?? 0;
  const ids = (await db.query<{ id: number }>(`${sql} and ${id} > $1 order by ${id} limit $2`, [after, limit + 1])).map(
    (row) => row.id,
  );
  const last = ids[limit - 1];
  return {
    ids,
    nextCursor: ids.length > limit && last !== undefined ? writeCursor([last]) : null,
    count: () => countOf(db, sql, []),
  };
};

/** Those of one address side by side, by the index that the search has. */
const pageOfDuplicates = async (db: Database, { narrowed, limit, cursor }: Asked): Promise<Found> => {
  const { email } = narrowed.columns;
  if (email === null) return few(db, 'select null::bigint as id where false', []);
  const key = searchKey(`p.${email}`);
  const [lastKey, lastId] = readCursor(cursor, 2) ?? [];
  const rows = await db.query<{ id: number; key: string }>(
    `select p.id, ${key} as key from marketing.person p
      where ${conditionSql(narrowed)}${lastKey === undefined ? '' : ` and (${key}, p.id) > ($2, $3::bigint)`}
      order by ${key}, p.id limit $1`,
    [limit + 1, ...(lastKey === undefined ? [] : [String(lastKey), Number(lastId)])],
  );
  const last = rows[limit - 1];
  return {
    ids: rows.map(({ id }) => id),
    nextCursor: rows.length > limit && last ? writeCursor([last.key, last.id]) : null,
    count: () => countOf(db, sourceOf(narrowed).sql, []),
  };
};

interface Phase {
  readonly column: string;
  readonly sql: string;
}

/** The indexes in the order they are asked, each leaving out what an earlier one has shown. */
const phasesOf = (narrowed: Narrowed): readonly Phase[] => {
  const { columns } = narrowed;
  const keys = [columns.email, columns.name, columns.lastName].flatMap((column) => (column ? [column] : []));
  return keys.map((column, at) => {
    const key = searchKey(`p.${column}`);
    const shownBefore = keys
      .slice(0, at)
      .map(
        (before) => ` and not coalesce(${searchKey(`p.${before}`)} >= $1 and ${searchKey(`p.${before}`)} < $2, false)`,
      );
    return {
      column,
      sql: `select p.id, lower(p.${column}) as key from marketing.person p where ${key} >= $1 and ${key} < $2${shownBefore.join('')} and ${conditionSql(narrowed)}`,
    };
  });
};

const pageOfText = async (
  db: Database,
  { narrowed, limit, cursor }: Asked,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<Found> => {
  const phases = phasesOf(narrowed);
  const [startPhase = 0, startKey = '', startId = 0] = readCursor(cursor, 3) ?? [];
  const found: { readonly id: number; readonly key: string; readonly phase: number }[] = [];
  for (const [at, phase] of phases.entries()) {
    if (at < Number(startPhase) || found.length > limit) continue;
    const isStart = at === Number(startPhase) && cursor !== undefined;
    const key = searchKey(`p.${phase.column}`);
    const rows = await db.query<{ id: number; key: string }>(
      `${phase.sql}${isStart ? ` and (${key}, p.id) > ($4, $5::bigint)` : ''} order by ${key}, p.id limit $3`,
      [from, to, limit + 1 - found.length, ...(isStart ? [String(startKey), Number(startId)] : [])],
    );
    found.push(...rows.map((row) => ({ ...row, phase: at })));
  }
  const last = found[limit - 1];
  const all = phases.map(({ sql }) => `(${sql})`).join(' union all ');
  return {
    ids: found.map(({ id }) => id),
    nextCursor: found.length > limit && last ? writeCursor([last.phase, last.key, last.id]) : null,
    count: async () => (phases.length === 0 ? { total: 0, totalIsExact: true } : countOf(db, all, [from, to])),
  };
};

/** Exact as far as `COUNTED_MAX`; what Postgres expects, above. */
const countOf = async (
  db: Database,
  sql: string,
  params: readonly unknown[],
): Promise<{ total: number; totalIsExact: boolean }> => {
  const [row] = await db.query<{ total: number }>(
    `select count(*) as total from (${sql} limit ${COUNTED_MAX + 1}) as counted`,
    params,
  );
  const total = row?.total ?? 0;
  if (total <= COUNTED_MAX) return { total, totalIsExact: true };
  const [plan] = await db.query<{ 'QUERY PLAN': readonly { readonly Plan: { readonly 'Plan Rows': number } }[] }>(
    `explain (format json) ${sql}`,
    params,
  );
  return { total: Math.max(total, plan?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0), totalIsExact: false };
};
