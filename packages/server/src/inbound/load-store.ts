/** Tables `sync.load` and `sync.load_page`, and the cursor that a load leaves. */
import type { Database, Transaction } from '../db/db.ts';
import type { Detail } from '../errors/errors.ts';
import type { SyncObject } from '../mapping/mapping.ts';
import type { LoadStatements } from '../merge/merge.ts';
import type { Tally } from './runs.ts';

export interface Load {
  readonly object: SyncObject;
  readonly generation: number;
  readonly job_id: string | null;
  readonly api_version: string | null;
  readonly job_began_at: string | null;
  readonly total_rows: number | null;
  readonly phase: 'waiting' | 'preparing' | 'reading' | 'done' | 'failed';
  readonly run_id: number | null;
}

/** What a load's own steps are written with; a step of a process that reads no more fails whole (IN26). */
export interface LoadKeeper {
  readonly db: Database;
  readonly holdReading: (tx: Transaction) => Promise<void>;
}

export const beginLoads = (db: Database, objects: readonly SyncObject[]): Promise<void> =>
  db.transaction(async (tx) => {
    await tx.run('insert into sync.load (object) select unnest($1::text[]) on conflict (object) do nothing', [objects]);
    await tx.run('insert into sync.cursor (object) select unnest($1::text[]) on conflict (object) do nothing', [
      objects,
    ]);
  });

export const readLoad = async (db: Database, object: SyncObject): Promise<Load> => {
  const [load] = await db.query<Load>(
    `select object, generation, job_id, api_version, job_began_at::text as job_began_at, total_rows, phase,
            (select max(run_id) from sync.run r where r.object = l.object and r.operation = 'Initial sync' and r.status = 'in_process') as run_id
       from sync.load l where object = $1`,
    [object],
  );
  if (!load) throw new Error(`no load of ${object} was begun`);
  return load;
};

export interface JobFacts {
  readonly jobId: string;
  readonly apiVersion: string;
  readonly cursorFrom: Date;
  readonly beganAt: string;
  readonly expected: number;
  readonly calls: number;
}

export const beginJob = ({ db, holdReading }: LoadKeeper, object: SyncObject, job: JobFacts): Promise<void> =>
  db.transaction(async (tx) => {
    await holdReading(tx);
    await tx.run(
      `update sync.load
          set job_id = $2, api_version = $3, cursor_from = $4, job_began_at = $5, total_rows = $6, calls = calls + $7,
              phase = 'preparing', problem = null, started_at = coalesce(started_at, clock_timestamp())
        where object = $1`,
      [object, job.jobId, job.apiVersion, job.cursorFrom, job.beganAt, job.expected, job.calls],
    );
    await tx.run(
      `insert into sync.run (object, operation)
       select $1, 'Initial sync' where not exists (select from sync.run where object = $1 and operation = 'Initial sync' and status = 'in_process')`,
      [object],
    );
  });

export const beginReading = async (db: Database, object: SyncObject, rows: number): Promise<void> => {
  await db.run(
    `update sync.load set phase = 'reading', total_rows = $2, problem = null, reading_at = coalesce(reading_at, clock_timestamp()) where object = $1`,
    [object, rows],
  );
};

/** The job is gone or failed: another one, and every page again; rows that are there already write nothing (IN7). */
export const startAnew = ({ db, holdReading }: LoadKeeper, object: SyncObject): Promise<void> =>
  db.transaction(async (tx) => {
    await holdReading(tx);
    await tx.run(
      `update sync.load set generation = generation + 1, job_id = null, api_version = null, cursor_from = null, job_began_at = null,
            read_rows = 0, phase = 'waiting', reading_at = null where object = $1`,
      [object],
    );
  });

export const noteProblem = async (
  db: Database,
  object: SyncObject,
  problem: { readonly code: string; readonly detail: Detail },
): Promise<void> => {
  await db.run('update sync.load set problem = $2 where object = $1', [object, JSON.stringify(problem)]);
};

/** Makes the mirror take pages of a load; a load that goes on does it again. */
export const openLoad = (db: Database, load: Load, statements: LoadStatements): Promise<void> =>
  db.transaction(async (tx) => {
    await tx.run(`select set_config('syncline.began_at', $1, true)`, [load.job_began_at]);
    for (const statement of statements.open) await tx.run(statement);
  });

export const closeLoad = (db: Database, statements: LoadStatements): Promise<void> =>
  db.transaction(async (tx) => {
    for (const statement of statements.close) await tx.run(statement);
  });

/** Pages that are applied, with the locator that each of them named. */
export const donePages = async (db: Database, load: Load): Promise<ReadonlyMap<string, string | null>> => {
  const rows = await db.query<{ locator: string; next_locator: string | null }>(
    'select locator, next_locator from sync.load_page where object = $1 and generation = $2',
    [load.object, load.generation],
  );
  return new Map(rows.map((row) => [row.locator, row.next_locator]));
};

/** Whether pages of an earlier job of this load were applied: their people are known. */
export const hasEarlierPages = async (db: Database, { object, generation }: Load): Promise<boolean> => {
  const [row] = await db.query<{ has: boolean }>(
    'select exists (select from sync.load_page where object = $1 and generation < $2) as has',
    [object, generation],
  );
  return row?.has ?? false;
};

/** In the page's own transaction. */
export const endPage = async (
  tx: Transaction,
  load: Load,
  page: { readonly locator: string; readonly nextLocator: string | null; readonly rows: number; readonly tally: Tally },
): Promise<void> => {
  await tx.run(
    'insert into sync.load_page (object, generation, locator, next_locator, rows) values ($1, $2, $3, $4, $5)',
    [load.object, load.generation, page.locator, page.nextLocator, page.rows],
  );
  await tx.run('update sync.load set read_rows = read_rows + $2, calls = calls + 1 where object = $1', [
    load.object,
    page.rows,
  ]);
  await tx.run(
    `update sync.run set created = created + $2, updated = updated + $3, deleted = deleted + $4, skipped = skipped + $5, calls = calls + 1
      where run_id = $1`,
    [load.run_id, page.tally.created, page.tally.updated, page.tally.deleted, page.tally.skipped],
  );
};

/** IN15: every page is applied, and only now the cursor is set. A deep pass follows (IN3). */
export const endLoad = ({ db, holdReading }: LoadKeeper, object: SyncObject): Promise<void> =>
  db.transaction(async (tx) => {
    await holdReading(tx);
    await tx.run(
      `update sync.cursor c set at = l.cursor_from, deep_from = null, last_deep_at = null, asked_at = null, deep_asked_at = null, dense_through = null
         from sync.load l where l.object = c.object and c.object = $1`,
      [object],
    );
    await tx.run(
      `update sync.load set phase = 'done', problem = null, ended_at = clock_timestamp() where object = $1`,
      [object],
    );
    await tx.run(
      `update sync.run set status = 'succeeded', ended_at = clock_timestamp()
        where object = $1 and operation = 'Initial sync' and status = 'in_process'`,
      [object],
    );
  });

/** An object without a single field in the map is not read. */
export const endEmptyLoads = async (db: Database, objects: readonly SyncObject[]): Promise<void> => {
  await db.run(
    `update sync.load set phase = 'done', ended_at = clock_timestamp() where object = any ($1) and phase <> 'done'`,
    [objects],
  );
};
