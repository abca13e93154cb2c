/** What Salesforce, or we before it, refused: groups by cause, and the rows of each (ERR1, ERR2). */
import {
  type Cause,
  type ErrorCause,
  type ErrorCauses,
  type ErrorRow,
  type ErrorsQuery,
  type HealedCause,
  WHO_FIXES_CAUSE,
} from '@syncline/contract/errors';
import { isProblemCode, problemShape } from '@syncline/contract/problems';
import type { List } from '@syncline/contract/shared';
import type { Database } from '../db/db.ts';
import { causeOf } from '../errors/causes.ts';
import { readJobProblem } from '../errors/errors.ts';
import type { FieldMap } from '../mapping/mapping.ts';
import { EXPORT_ROWS, PAGE_ROWS, pageOf, pagesOf, readCursor, readIdCursor, writeCursor } from './page-cursor.ts';
import { nameSql, personColumnsOf } from './person-columns.ts';

/** As it is stored: of one value that came and does not fit, `value`, which is told as what it is, a record's (IN25). */
export type StoredLevel = 'record' | 'job' | 'value';
const toldLevel = (level: StoredLevel): 'record' | 'job' => (level === 'value' ? 'record' : level);

interface CauseFacts {
  readonly level: StoredLevel;
  readonly object: string;
  readonly code: string;
  readonly fields: readonly string[];
  readonly message: string;
  readonly affected: number;
  readonly parked: number;
  readonly first_at: Date;
  readonly last_at: Date;
  readonly per_day: readonly number[];
  readonly next_retry_at: Date | null;
}

/** ERR2: one group an object, code and list of fields; a failure of a job is one row, however many records it held. */
const CAUSES = `
select e.level, e.object, e.code, e.fields,
       (array_agg(e.message order by e.at desc))[1] as message,
       count(distinct coalesce(e.person_id::text, e.sf_id, e.error_id::text)) as affected,
       count(distinct e.person_id) filter (where exists (select from jsonb_each(x.parked) p where p.value = to_jsonb(e.code))) as parked,
       min(e.at) as first_at, max(e.at) as last_at,
       array[${[4, 3, 2, 1, 0].map((days) => `count(*) filter (where e.at >= d.today - interval '${days} days' and e.at < d.today - interval '${days - 1} days')`).join(', ')}]::int[] as per_day,
       min(x.due_at) filter (where x.parked = '{}' and isfinite(x.due_at)) as next_retry_at
  from sync.error e
  cross join (select date_trunc('day', clock_timestamp()) as today) as d
  left join sync.outbox x on x.person_id = e.person_id
 where e.resolved_at is null
 group by e.level, e.object, e.code, e.fields
 order by count(*) * extract(epoch from clock_timestamp() - min(e.at)) desc
 limit 200`;

export const readErrorCauses = async (db: Database): Promise<ErrorCauses> => {
  const [open, healed] = await Promise.all([db.query<CauseFacts>(CAUSES), db.query<HealedFacts>(HEALED)]);
  const causes = open.map(causeRowOf);
  return {
    causes,
    records: causes.reduce((sum, { level, affected }) => (level === 'job' ? sum : sum + affected), 0),
    healed: healed.map(healedOf),
  };
};

interface HealedFacts {
  readonly level: 'record' | 'value';
  readonly object: string;
  readonly code: string;
  readonly fields: readonly string[];
  readonly solved: number;
  readonly total: number;
  readonly last_at: Date;
}

/** Records that waited for a cause to go away and were sent within the last day; what somebody discarded is not among them. */
const HEALED = `
select level, object, code, fields, count(*) filter (where resolved_at is not null)::int as solved, count(*)::int as total, max(resolved_at) as last_at
  from (select level, object, code, fields, resolved_at from sync.error
         where level <> 'job' and disposition = 'park' and resolved_at > clock_timestamp() - interval '1 day'
        union all
        select level, object, code, fields, resolved_at from sync.error where level <> 'job' and disposition = 'park' and resolved_at is null) as e
 group by level, object, code, fields
having count(resolved_at) > 0
 order by last_at desc
 limit 20`;

const healedOf = (row: HealedFacts): HealedCause => ({
  id: groupIdOf(row),
  cause: causeOf(row.code),
  object: row.object,
  code: row.code,
  fields: [...row.fields],
  solved: row.solved,
  total: row.total,
  lastAt: row.last_at.toISOString(),
});

/** Names a group: what `GET /api/errors?cause=` and the acts on a group take. */
export const groupIdOf = (group: Pick<CauseFacts, 'level' | 'object' | 'code' | 'fields'>): string =>
  writeCursor([group.level, group.object, group.code, group.fields.join(',')]);

export interface ErrorGroup {
  readonly level: StoredLevel;
  readonly object: string;
  readonly code: string;
  readonly fields: string[];
}

/** The group that an id names; null: none that this version names. */
export const groupOf = (id: string): ErrorGroup | null => {
  try {
    const [level, object = '', code = '', fields = ''] = (readCursor(id, 4) ?? []).map(String);
    if (level !== 'record' && level !== 'job' && level !== 'value') return null;
    return { level, object, code, fields: fields === '' ? [] : fields.split(',') };
  } catch {
    return null; // Somebody made it up, or an older version wrote it otherwise.
  }
};

const causeRowOf = (row: CauseFacts): ErrorCause => {
  const cause = causeOf(row.code);
  return {
    id: groupIdOf(row),
    cause,
    level: toldLevel(row.level),
    object: row.object,
    code: row.code,
    fields: [...row.fields],
    message: messageOf(row),
    affected: row.affected,
    parked: row.parked,
    firstAt: row.first_at.toISOString(),
    lastAt: row.last_at.toISOString(),
    perDay: [...row.per_day],
    whoCanFix: WHO_FIXES_CAUSE[cause],
    nextRetryAt: row.next_retry_at?.toISOString() ?? null,
  };
};

/** A failure of a job or a value that is ours is stored as a code with its detail; it reads as the code's sentence. Salesforce's text stays as it is. */
const messageOf = ({ code, message, level }: Pick<CauseFacts, 'code' | 'message' | 'level'>): string => {
  if (level === 'record' || !isProblemCode(code)) return message;
  const problem = readJobProblem({ code, text: message });
  return problem ? problemShape(problem.code, problem.detail).title : message;
};

export interface ErrorFacts {
  readonly error_id: number;
  readonly at: Date;
  readonly level: StoredLevel;
  readonly object: string;
  readonly person_id: number | null;
  readonly person_name: string | null;
  readonly sf_id: string | null;
  readonly code: string;
  readonly fields: readonly string[];
  readonly message: string;
  readonly disposition: string;
  readonly resolved_at: Date | null;
}

const ERRORS_WHERE = `
  from sync.error
 where (resolved_at is null) = $1
   and ($2::text is null or (level = $2 and object = $3 and code = $4 and array_to_string(fields, ',') = $5))`;

const errorsPage = async (
  db: Database,
  map: FieldMap,
  query: ErrorsQuery,
  rowsMax: number,
): Promise<readonly ErrorFacts[]> =>
  db.query<ErrorFacts>(
    `select e.*, ${nameSql(personColumnsOf(map))} as person_name
       from (select error_id, at, level, object, person_id, sf_id, code, fields, message, disposition, resolved_at
             ${ERRORS_WHERE} and ($6::bigint is null or error_id < $6) order by error_id desc limit $7) as e
       left join marketing.person p on p.id = e.person_id
      order by e.error_id desc`,
    [...errorsFilter(query), readIdCursor(query.cursor), rowsMax],
  );

const errorsFilter = (query: ErrorsQuery): readonly unknown[] => [
  query.resolved !== 'true',
  ...(readCursor(query.cause, 4) ?? [null, null, null, null]),
];

export const readErrors = async (db: Database, map: FieldMap, query: ErrorsQuery): Promise<List<ErrorRow>> => {
  const [rows, [counts]] = await Promise.all([
    errorsPage(db, map, query, PAGE_ROWS + 1),
    db.query<{ total: number }>(`select count(*) as total ${ERRORS_WHERE}`, errorsFilter(query)),
  ]);
  const page = pageOf(rows, (row) => row.error_id);
  return { rows: page.rows.map(errorOf), nextCursor: page.nextCursor, total: counts?.total ?? 0, totalIsExact: true };
};

/** All of them, a page at a time. */
export const errorPages = (db: Database, map: FieldMap, query: ErrorsQuery): AsyncIterable<readonly ErrorRow[]> =>
  pagesOf(async (cursor) => {
    const rows = await errorsPage(db, map, { ...query, ...cursor }, EXPORT_ROWS + 1);
    const page = pageOf(rows, (row) => row.error_id, EXPORT_ROWS);
    return { rows: page.rows.map(errorOf), nextCursor: page.nextCursor };
  });

export const errorOf = (row: ErrorFacts): ErrorRow => {
  const cause: Cause = causeOf(row.code);
  return {
    errorId: row.error_id,
    at: row.at.toISOString(),
    level: toldLevel(row.level),
    object: row.object,
    personId: row.person_id,
    personName: row.person_name,
    salesforceId: row.sf_id,
    cause,
    code: row.code,
    fields: [...row.fields],
    message: messageOf(row),
    disposition: row.disposition,
    whoCanFix: WHO_FIXES_CAUSE[cause],
    resolvedAt: row.resolved_at?.toISOString() ?? null,
  };
};
