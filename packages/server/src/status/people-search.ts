/** People by the beginning of an e-mail address or a name, by Salesforce id, by our id, or by what their fields hold; counted as far as that is honest. */
import {
  PEOPLE_VIEWS,
  type People,
  type PeopleChoice,
  type PeopleFields,
  type PeopleQuery,
  type PeopleRow,
  type PeopleViews,
} from '@syncline/contract/people';
import type { Database } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import type { FieldMap } from '../mapping/mapping.ts';
import { readWithin } from './bounded.ts';
import { EXPORT_ROWS, PAGE_ROWS, pagesOf } from './page-cursor.ts';
import { listFieldsOf, readColumns, shownFields } from './people-fields.ts';
import { type Asked, readPage, wantedOf, wholeList } from './people-phases.ts';
import { readPeopleRows } from './people-rows.ts';
import { isEverybody, narrowedOf } from './people-views.ts';

/** Counted exactly up to here. */
const COUNTED_MAX = 10_000;

/** How long one statement of a list may read, before it is said in words; an export may take its time. */
export interface Patience {
  readonly pageMs: number;
  readonly countMs: number;
}
const PATIENCE: Patience = { pageMs: 8_000, countMs: 3_000 };
const EXPORT_MS = 600_000;

/** Errors: `list-too-slow`, `bad-request`, `field-unknown`, `filter-wrong`. */
export const searchPeople = async (
  db: Database,
  map: FieldMap,
  query: PeopleQuery,
  patience: Patience = PATIENCE,
): Promise<People> => {
  const asked = askedOf(map, query);
  const columns = readColumns(asked.narrowed.fields, query.columns);
  const wish = { limit: query.limit ?? PAGE_ROWS, cursor: query.cursor, isEnd: query.from === 'end' };
  const page = await readWithin(db, patience.pageMs, (tx) => readPage(tx, asked, wish));
  const rows = await readPeopleRows(db, asked.narrowed, page.ids, columns);
  const { nextCursor, previousCursor } = page;
  return { rows: [...rows], nextCursor, previousCursor, ...(await countOf(db, asked, patience, page.ids.length)) };
};

/** Everybody who matches, a page at a time and without counting. */
export const peoplePages = (db: Database, map: FieldMap, query: PeopleQuery): AsyncIterable<readonly PeopleRow[]> => {
  const asked = askedOf(map, query);
  const columns = readColumns(asked.narrowed.fields, query.columns);
  return pagesOf(async ({ cursor }) => {
    const wish = { limit: EXPORT_ROWS, cursor, isEnd: false };
    const { ids, nextCursor } = await readWithin(db, EXPORT_MS, (tx) => readPage(tx, asked, wish));
    return { rows: await readPeopleRows(db, asked.narrowed, ids, columns), nextCursor };
  });
};

/** How many each view holds, without any other filter. */
export const readPeopleViews = async (db: Database, map: FieldMap): Promise<PeopleViews> => {
  const views = PEOPLE_VIEWS.map(async (view) => ({
    view,
    ...(await countOf(db, askedOf(map, { view }), PATIENCE, 0)),
  }));
  return { views: await Promise.all(views) };
};

/** What can be a column of the list, and what can be asked. */
export const readPeopleFields = (map: FieldMap): PeopleFields => ({ fields: shownFields(listFieldsOf(map)) });

/** Errors: those of `readConditions`. */
export const askedOf = (map: FieldMap, choice: PeopleChoice): Asked => ({
  search: wantedOf(choice.q ?? ''),
  narrowed: narrowedOf(map, choice),
});

type Total = Pick<People, 'total' | 'totalIsExact' | 'totalIsFloor'>;

/**
 * Exact as far as `COUNTED_MAX`, and beyond that only that there are more: what the planner expects of a filter may be wrong by any factor. Of
 * everybody it knows the number well enough to say "about". A count that takes too long says that there are at least those that are shown.
 */
const countOf = async (db: Database, asked: Asked, { countMs }: Patience, shown: number): Promise<Total> => {
  const list = wholeList(asked);
  if (list === null) return { total: 0, totalIsExact: true, totalIsFloor: false };
  const total = await countUpTo(db, list, countMs);
  if (total === null) return { total: shown, totalIsExact: false, totalIsFloor: true };
  if (total <= COUNTED_MAX) return { total, totalIsExact: true, totalIsFloor: false };
  if (asked.search.by !== 'nothing' || !isEverybody(asked.narrowed))
    return { total: COUNTED_MAX, totalIsExact: false, totalIsFloor: true };
  return { total: Math.max(total, await expectedPeople(db)), totalIsExact: false, totalIsFloor: false };
};

/** Null: it took too long. */
const countUpTo = async (
  db: Database,
  { sql, values }: { readonly sql: string; readonly values: readonly unknown[] },
  ms: number,
): Promise<number | null> => {
  try {
    return await readWithin(db, ms, async (tx) => {
      const [row] = await tx.query<{ total: number }>(
        `select count(*) as total from (${sql} limit ${COUNTED_MAX + 1}) as counted`,
        values,
      );
      return row?.total ?? 0;
    });
  } catch (error) {
    if (error instanceof Problem && error.code === 'list-too-slow') return null;
    throw error;
  }
};

const expectedPeople = async (db: Database): Promise<number> => {
  const [plan] = await db.query<{ 'QUERY PLAN': readonly { readonly Plan: { readonly 'Plan Rows': number } }[] }>(
    'explain (format json) select id from marketing.person',
  );
  return plan?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0;
};
