/** Whose and which changes an undo is of. */
import type { UndoTarget } from '@syncline/contract/undo';
import type { Connection } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import { EDIT_PLAN, MASS_PLAN, RUN_PLAN, UNDO_PLAN } from './compile-undo.ts';

export interface Plan {
  /** SQL of `person_id, wanted`. */
  readonly sql: string;
  /** $2 and later. */
  readonly params: readonly unknown[];
  /** People that the run made; they stay. */
  readonly made: number;
  /** Of an edit of one person: the numbers under which it was sent, and since when others of the same may have been. */
  readonly mass: readonly [versions: readonly number[], since: Date] | null;
}

type Queries = Pick<Connection, 'query'>;

/**
 * Nothing but the index of times finds the lines of a run, and a line bears the time at which its transaction began; so it does the lines that
 * were sent of one edit, of which the first may have gone a week before a last one that had been refused.
 */
const RUN_MARGIN = '10 minutes';
const SENT_WITHIN = '7 days';

/** Errors: `not-found`, `undo-not-found`, `undo-nothing`, `undo-too-soon`. `personId` is who the person is now. */
export const findPlan = (db: Queries, target: UndoTarget): Promise<Plan> => {
  switch (target.kind) {
    case 'run':
      return planOfRun(db, target.id);
    case 'undo':
      return planOfUndo(db, target.id);
    case 'edit':
    case 'mass_edit':
      return planOfEdit(db, target);
  }
};

const planOfRun = async (db: Queries, runId: number): Promise<Plan> => {
  const [run] = await db.query<{ is_ended: boolean; made: number; from: Date; to: Date }>(
    `select ended_at is not null as is_ended, case when operation like 'Push%' then 0 else created end::float8 as made,
            started_at - interval '${RUN_MARGIN}' as "from", coalesce(ended_at, clock_timestamp()) + interval '${RUN_MARGIN}' as "to"
       from sync.run where run_id = $1`,
    [runId],
  );
  if (!run) throw new Problem('not-found');
  if (!run.is_ended) throw new Problem('undo-too-soon');
  return { sql: RUN_PLAN, params: [runId, run.from, run.to], made: run.made, mass: null };
};

const planOfUndo = async (db: Queries, undoId: number): Promise<Plan> => {
  const [undo] = await db.query<{ is_ended: boolean }>(
    'select ended_at is not null as is_ended from sync.undo where undo_id = $1',
    [undoId],
  );
  if (!undo) throw new Problem('undo-not-found', { id: undoId });
  if (!undo.is_ended) throw new Problem('undo-too-soon');
  return { sql: UNDO_PLAN, params: [undoId], made: 0, mass: null };
};

const planOfEdit = async (db: Queries, { kind, id, personId }: UndoTarget): Promise<Plan> => {
  const [line] = await db.query<{ since: Date; versions: readonly number[] }>(
    `select j.at - interval '${SENT_WITHIN}' as since,
            array(select distinct (e.value ->> 2)::bigint::float8 from jsonb_each(sync.undoable(j.cause, j.fields)) e where j.cause = 'sent') as versions
       from sync.journal j where j.row_id = $1 and j.journal_id = $2 and j.cause <> 'load'`,
    [personId ?? 0, id],
  );
  if (!line || (kind === 'mass_edit' && line.versions.length === 0)) throw new Problem('undo-nothing');
  const mass = line.versions.length === 0 ? null : ([line.versions, line.since] as const);
  return kind === 'mass_edit' && mass
    ? { sql: MASS_PLAN, params: mass, made: 0, mass: null }
    : { sql: EDIT_PLAN, params: [personId, id], made: 0, mass };
};
