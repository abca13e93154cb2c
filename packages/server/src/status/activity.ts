/** What ran, what failed, what the two sides disagreed about: lists by keyset, newest first. */
import type { Conflicts, ConflictsQuery } from '@syncline/contract/conflicts';
import {
  type Cause,
  type ErrorCause,
  type ErrorRow,
  type ErrorsQuery,
  WHO_FIXES_CAUSE,
} from '@syncline/contract/errors';
import { isProblemCode, type ProblemShape, problemShape } from '@syncline/contract/problems';
import type { RunStatus, Runs, RunsQuery } from '@syncline/contract/runs';
import type { FieldValue, List } from '@syncline/contract/shared';
import type { Database } from '../db/db.ts';
import { causeOf } from '../errors/causes.ts';
import { readJobProblem, readStoredProblem } from '../errors/errors.ts';
import type { FieldMap } from '../mapping/mapping.ts';
import { readCursor, readIdCursor, writeCursor } from './page-cursor.ts';
import { nameSql, personColumnsOf } from './person-columns.ts';

const PAGE_ROWS = 100;
/** Five days, as the native sync shows them. */
const RUNS_HOURS = 120;

export const problemOf = (stored: unknown): ProblemShape | null => {
  const problem = readStoredProblem(stored);
  return problem ? problemShape(problem.code, problem.detail) : null;
};

const pageOf = <Row>(
  rows: readonly Row[],
  cursorOf: (row: Row) => number,
): { rows: Row[]; nextCursor: string | null } => {
  const shown = rows.slice(0, PAGE_ROWS);
  const last = shown.at(-1);
  return { rows: shown, nextCursor: rows.length > PAGE_ROWS && last ? writeCursor([cursorOf(last)]) : null };
};

// -- runs -------------------------------------------------------------------------------------------------------------

interface RunFacts {
  readonly run_id: number;
  readonly started_at: Date;
  readonly ended_at: Date | null;
  readonly object: string;
  readonly operation: string;
  readonly status: RunStatus;
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly failed: number;
  readonly skipped: number;
  readonly calls: number;
  readonly problem: unknown;
}

const RUNS_WHERE = `
  from sync.run
 where started_at > clock_timestamp() - $1::int * interval '1 hour'
   and ($2::text is null or object = $2) and ($3::text is null or operation = $3) and ($4::text is null or status = $4)`;

export const readRuns = async (db: Database, query: RunsQuery): Promise<Runs> => {
  const filter = [query.hours ?? RUNS_HOURS, query.object ?? null, query.operation ?? null, query.status ?? null];
  const [rows, [counts]] = await Promise.all([
    db.query<RunFacts>(
      `select run_id, started_at, ended_at, object, operation, status, created, updated, deleted, failed, skipped, calls, problem
       ${RUNS_WHERE} and ($5::bigint is null or run_id < $5) order by run_id desc limit ${PAGE_ROWS + 1}`,
      [...filter, readIdCursor(query.cursor)],
    ),
    db.query<{ total: number; quiet: number }>(
      `select (select count(*) ${RUNS_WHERE}) as total,
              (select coalesce(sum(quiet_cycles), 0)::bigint from sync.cursor where $2::text is null or object = $2) as quiet`,
      filter,
    ),
  ]);
  const page = pageOf(rows, (row) => row.run_id);
  return {
    rows: page.rows.map(runOf),
    nextCursor: page.nextCursor,
    total: counts?.total ?? 0,
    totalIsExact: true,
    quietCycles: counts?.quiet ?? 0,
  };
};

const runOf = (row: RunFacts): Runs['rows'][number] => ({
  runId: row.run_id,
  startedAt: row.started_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
  object: row.object,
  operation: row.operation,
  status: row.status,
  created: row.created,
  updated: row.updated,
  deleted: row.deleted,
  failed: row.failed,
  skipped: row.skipped,
  calls: row.calls,
  problem: problemOf(row.problem),
});

// -- errors -----------------------------------------------------------------------------------------------------------

interface CauseFacts {
  readonly level: 'record' | 'job';
  readonly object: string;
  readonly code: string;
  readonly fields: readonly string[];
  readonly message: string;
  readonly affected: number;
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

export const readErrorCauses = async (
  db: Database,
): Promise<{ readonly causes: readonly ErrorCause[]; readonly records: number }> => {
  const causes = (await db.query<CauseFacts>(CAUSES)).map(causeRowOf);
  return {
    causes,
    records: causes.reduce((sum, { level, affected }) => (level === 'record' ? sum + affected : sum), 0),
  };
};

const causeRowOf = (row: CauseFacts): ErrorCause => {
  const cause = causeOf(row.code);
  return {
    id: writeCursor([row.level, row.object, row.code, row.fields.join(',')]),
    cause,
    level: row.level,
    object: row.object,
    code: row.code,
    fields: [...row.fields],
    message: messageOf(row),
    affected: row.affected,
    firstAt: row.first_at.toISOString(),
    lastAt: row.last_at.toISOString(),
    perDay: [...row.per_day],
    whoCanFix: WHO_FIXES_CAUSE[cause],
    nextRetryAt: row.next_retry_at?.toISOString() ?? null,
  };
};

/** A job's failure of ours is stored as a code with its detail; it reads as the code's sentence. Salesforce's text stays as it is. */
const messageOf = ({ code, message, level }: Pick<CauseFacts, 'code' | 'message' | 'level'>): string => {
  if (level !== 'job' || !isProblemCode(code)) return message;
  const problem = readJobProblem({ code, text: message });
  return problem ? problemShape(problem.code, problem.detail).title : message;
};

interface ErrorFacts {
  readonly error_id: number;
  readonly at: Date;
  readonly level: 'record' | 'job';
  readonly object: string;
  readonly person_id: number | null;
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

export const readErrors = async (db: Database, query: ErrorsQuery): Promise<List<ErrorRow>> => {
  const group = readCursor(query.cause, 4) ?? [null, null, null, null];
  const filter = [query.resolved !== 'true', ...group];
  const [rows, [counts]] = await Promise.all([
    db.query<ErrorFacts>(
      `select error_id, at, level, object, person_id, sf_id, code, fields, message, disposition, resolved_at
       ${ERRORS_WHERE} and ($6::bigint is null or error_id < $6) order by error_id desc limit ${PAGE_ROWS + 1}`,
      [...filter, readIdCursor(query.cursor)],
    ),
    db.query<{ total: number }>(`select count(*) as total ${ERRORS_WHERE}`, filter),
  ]);
  const page = pageOf(rows, (row) => row.error_id);
  return { rows: page.rows.map(errorOf), nextCursor: page.nextCursor, total: counts?.total ?? 0, totalIsExact: true };
};

const errorOf = (row: ErrorFacts): ErrorRow => {
  const cause: Cause = causeOf(row.code);
  return {
    errorId: row.error_id,
    at: row.at.toISOString(),
    level: row.level,
    object: row.object,
    personId: row.person_id,
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

// -- conflicts --------------------------------------------------------------------------------------------------------

interface ConflictFacts {
  readonly conflict_id: number;
  readonly at: Date;
  readonly object: string;
  readonly person_id: number;
  readonly person_name: string | null;
  readonly sf_id: string;
  readonly field: string;
  readonly base: FieldValue;
  readonly theirs: FieldValue;
  readonly ours: FieldValue;
  readonly policy: string;
  readonly winner: 'salesforce' | 'marketing';
  readonly ours_at: Date | null;
  readonly theirs_at: Date | null;
  readonly reversed_at: Date | null;
}

/** Numbers leave as text (MAP16). */
const text = (column: string): string =>
  `case when jsonb_typeof(k.${column}) in ('boolean', 'null') then k.${column} else to_jsonb(k.${column} #>> '{}') end as ${column}`;

export const readConflicts = async (db: Database, map: FieldMap, query: ConflictsQuery): Promise<Conflicts> => {
  const person = query.person ?? null;
  const [rows, [counts]] = await Promise.all([
    db.query<ConflictFacts>(
      `select k.conflict_id, k.at, k.object, k.person_id, ${nameSql(personColumnsOf(map))} as person_name, k.sf_id, k.field,
              ${text('base')}, ${text('theirs')}, ${text('ours')}, k.policy, k.winner, k.ours_at, k.theirs_at, k.reversed_at
         from sync.conflict k left join marketing.person p on p.id = k.person_id
        where ($1::bigint is null or k.person_id = $1) and ($2::bigint is null or k.conflict_id < $2)
        order by k.conflict_id desc limit ${PAGE_ROWS + 1}`,
      [person, readIdCursor(query.cursor)],
    ),
    db.query<{ total: number }>(
      'select count(*) as total from sync.conflict where $1::bigint is null or person_id = $1',
      [person],
    ),
  ]);
  const page = pageOf(rows, (row) => row.conflict_id);
  return {
    rows: page.rows.map(conflictOf),
    nextCursor: page.nextCursor,
    total: counts?.total ?? 0,
    totalIsExact: true,
  };
};

const conflictOf = (row: ConflictFacts): Conflicts['rows'][number] => ({
  conflictId: row.conflict_id,
  at: row.at.toISOString(),
  object: row.object,
  personId: row.person_id,
  personName: row.person_name,
  salesforceId: row.sf_id,
  field: row.field,
  base: row.base,
  theirs: row.theirs,
  ours: row.ours,
  policy: row.policy,
  winner: row.winner,
  oursAt: row.ours_at?.toISOString() ?? null,
  theirsAt: row.theirs_at?.toISOString() ?? null,
  reversedAt: row.reversed_at?.toISOString() ?? null,
});
