/** What ran, and what the two sides disagreed about: lists by keyset, newest first. */
import type { Conflicts, ConflictsQuery } from '@syncline/contract/conflicts';
import { type ProblemShape, problemShape } from '@syncline/contract/problems';
import type { RunRow, RunStatus, Runs, RunsQuery } from '@syncline/contract/runs';
import type { FieldValue } from '@syncline/contract/shared';
import type { Database } from '../db/db.ts';
import { readStoredProblem } from '../errors/errors.ts';
import type { FieldMap } from '../mapping/mapping.ts';
import { EXPORT_ROWS, PAGE_ROWS, pageOf, pagesOf, readIdCursor } from './page-cursor.ts';
import { nameSql, personColumnsOf } from './person-columns.ts';

/** Five days, as the native sync shows them. */
const RUNS_HOURS = 120;

export const problemOf = (stored: unknown): ProblemShape | null => {
  const problem = readStoredProblem(stored);
  return problem ? problemShape(problem.code, problem.detail) : null;
};

// -- runs -------------------------------------------------------------------------------------------------------------

export interface RunFacts {
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

export const RUN_COLUMNS =
  'run_id, started_at, ended_at, object, operation, status, created, updated, deleted, failed, skipped, calls, problem';

const RUNS_WHERE = `
  from sync.run
 where started_at > clock_timestamp() - $1::int * interval '1 hour'
   and ($2::text is null or object = $2) and ($3::text is null or operation = $3) and ($4::text is null or status = $4)`;

const runsFilter = (query: RunsQuery): readonly unknown[] => [
  query.hours ?? RUNS_HOURS,
  query.object ?? null,
  query.operation ?? null,
  query.status ?? null,
];

const runsPage = (db: Database, query: RunsQuery, rowsMax: number): Promise<readonly RunFacts[]> =>
  db.query<RunFacts>(
    `select ${RUN_COLUMNS}
     ${RUNS_WHERE} and ($5::bigint is null or run_id < $5) order by run_id desc limit $6`,
    [...runsFilter(query), readIdCursor(query.cursor), rowsMax],
  );

export const readRuns = async (db: Database, query: RunsQuery): Promise<Runs> => {
  const [rows, [counts]] = await Promise.all([
    runsPage(db, query, PAGE_ROWS + 1),
    db.query<{ total: number; quiet: number }>(
      `select (select count(*) ${RUNS_WHERE}) as total,
              (select coalesce(sum(quiet_cycles), 0)::bigint from sync.cursor where $2::text is null or object = $2) as quiet`,
      runsFilter(query),
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

/** All of them, a page at a time. */
export const runPages = (db: Database, query: RunsQuery): AsyncIterable<readonly RunRow[]> =>
  pagesOf(async (cursor) => {
    const page = pageOf(await runsPage(db, { ...query, ...cursor }, EXPORT_ROWS + 1), (row) => row.run_id, EXPORT_ROWS);
    return { rows: page.rows.map(runOf), nextCursor: page.nextCursor };
  });

export const runOf = (row: RunFacts): Runs['rows'][number] => ({
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
        where k.winner is not null and ($1::bigint is null or k.person_id = $1) and ($2::bigint is null or k.conflict_id < $2)
        order by k.conflict_id desc limit ${PAGE_ROWS + 1}`,
      [person, readIdCursor(query.cursor)],
    ),
    db.query<{ total: number }>(
      'select count(*) as total from sync.conflict where winner is not null and ($1::bigint is null or person_id = $1)',
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
