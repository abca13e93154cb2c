/** Runs and what is noted beside them: tables `sync.run` and `sync.error`. A pass that finds nothing has no run (SAFE7). */
import type { Connection } from '../db/db.ts';
import { asProblem } from '../errors/errors.ts';
import type { SyncObject } from '../mapping/mapping.ts';
import { mirrorTable } from '../mapping/shape.ts';
import type { PageCounts } from './apply.ts';

export type Operation = 'Pull updates' | 'Pull formulas' | 'Initial sync';
export type Tally = Pick<PageCounts, 'created' | 'updated' | 'deleted' | 'skipped'>;

export const NOTHING: Tally = { created: 0, updated: 0, deleted: 0, skipped: 0 };
export const sumOf = (left: Tally, right: Tally): Tally => ({
  created: left.created + right.created,
  updated: left.updated + right.updated,
  deleted: left.deleted + right.deleted,
  skipped: left.skipped + right.skipped,
});

export const beginRun = async (
  db: Pick<Connection, 'query'>,
  object: SyncObject,
  operation: Operation,
): Promise<number> => {
  const [row] = await db.query<{ run_id: number }>(
    'insert into sync.run (object, operation) values ($1, $2) returning run_id',
    [object, operation],
  );
  if (!row) throw new Error('an insert that returns brought no row');
  return row.run_id;
};

/**
 * ERR6: what was read is the sum of the five counts, by object and operation. Deletes are an operation of their own (N107): a
 * pass that brought both has a second run for them, one that brought only deletes is that run.
 */
export const endRun = async (
  db: Pick<Connection, 'run'>,
  runId: number,
  tally: Tally,
  calls: number,
): Promise<void> => {
  const isOnlyDeletes = tally.deleted > 0 && tally.created + tally.updated === 0;
  await db.run(
    `update sync.run set operation = case when $2 then 'Pull deletes' else operation end, status = 'succeeded', ended_at = clock_timestamp(),
            created = $3, updated = $4, deleted = case when $2 then $5::bigint else 0 end, skipped = $6, calls = $7
      where run_id = $1`,
    [runId, isOnlyDeletes, tally.created, tally.updated, tally.deleted, tally.skipped, calls],
  );
  if (tally.deleted === 0 || isOnlyDeletes) return;
  await db.run(
    `insert into sync.run (object, operation, status, started_at, ended_at, deleted)
     select object, 'Pull deletes', 'succeeded', started_at, ended_at, $2 from sync.run where run_id = $1`,
    [runId, tally.deleted],
  );
};

/** The object's pass ended early; what its pages had applied stays, and the next pass goes on from the cursor (IN6). */
export const failRun = async (
  db: Pick<Connection, 'query' | 'run'>,
  object: SyncObject,
  runId: number | null,
  tally: Tally,
  error: unknown,
  operation: Operation = 'Pull updates',
): Promise<void> => {
  const id = runId ?? (await beginRun(db, object, operation));
  const { code, detail } = asProblem(error);
  await db.run(
    `update sync.run set status = $2, ended_at = clock_timestamp(), created = $3, updated = $4, deleted = $5, skipped = $6, problem = $7 where run_id = $1`,
    [
      id,
      runId === null ? 'failed' : 'incomplete',
      tally.created,
      tally.updated,
      tally.deleted,
      tally.skipped,
      JSON.stringify({ code, detail }),
    ],
  );
};

/** MAP18: Postgres text holds no NUL; that some were removed is noted. */
export const noteNuls = async (db: Pick<Connection, 'run'>, object: string, removed: number): Promise<void> => {
  if (removed === 0) return;
  await db.run(
    `insert into sync.error (level, object, code, message, disposition, resolved_at)
     values ('job', $1, 'NUL_REMOVED', $2, 'none', clock_timestamp())`,
    [object, `NUL characters removed from values: ${removed}`],
  );
};

/**
 * One open line a field that is left out of queries: `field-gone` where the sync user cannot read it, `field-retyped` where its type changed. Its time
 * is that of the first read without it: a load reads as its job did.
 */
export const noteLeftOut = async (
  db: Pick<Connection, 'run'>,
  object: SyncObject,
  code: 'field-gone' | 'field-retyped',
  fields: readonly string[],
): Promise<void> => {
  if (fields.length === 0) return;
  await db.run(
    `insert into sync.error (at, level, object, code, fields, message, disposition)
     select least(clock_timestamp(), (select job_began_at from sync.load where object = $1 and phase in ('preparing', 'reading'))),
            'job', $1, $3, array[f.name], jsonb_build_object('object', $1::text, 'field', f.name)::text, 'retry'
       from unnest($2::text[]) f (name)
      where not exists (select from sync.error e where e.object = $1 and e.code = $3 and e.fields = array[f.name] and e.resolved_at is null)`,
    [object, fields, code],
  );
};

/**
 * MAP4: fields that are asked again are no fault any more, and records that were read without them are read once more, for their values may
 * have changed meanwhile without another change. The mirror knows when it read them.
 */
export const readWhatWasAway = async (
  db: Pick<Connection, 'run'>,
  object: SyncObject,
  stillAway: readonly string[],
): Promise<void> => {
  await db.run(
    `with back as (
       update sync.error set resolved_at = clock_timestamp()
        where object = $1 and code in ('field-gone', 'field-retyped') and resolved_at is null and not fields <@ $2::text[]
       returning at)
     insert into sync.reread as r (object, sf_id, reason)
     select $1, m."Id", 'field_back' from ${mirrorTable(object)} m where m."_began_at" >= (select min(at) - interval '1 minute' from back)
         on conflict (object, sf_id) do update set asked_at = clock_timestamp(), due_at = least(r.due_at, excluded.due_at)`,
    [object, stillAway],
  );
};
