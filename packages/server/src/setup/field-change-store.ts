/** Drafts of the map in `sync.field_change`. Edits are stored as they were made; an added field is stored with what the org said of it. */
import type { DryRun, FieldChange, MapEdit } from '@syncline/contract/mappings';
import type { Connection, Transaction } from '../db/db.ts';
import type { ChosenField } from '../mapping/open-field-store.ts';

/** `field`: of an added field, as it will stand in the map. */
export type StoredEdit = MapEdit & { readonly field?: ChosenField };

interface ChangeRow {
  readonly change_id: number;
  readonly state: FieldChange['state'];
  readonly edits: readonly StoredEdit[];
  readonly made_at: Date;
  readonly made_by: string;
  readonly dry_run: (Omit<DryRun, 'filters'> & Partial<Pick<DryRun, 'filters'>>) | null;
  readonly fingerprint: string | null;
  readonly map_version: number | null;
  readonly applied_at: Date | null;
  readonly backfill: unknown;
  readonly backfill_done: number;
  readonly backfill_total: number;
  readonly backfilled_at: Date | null;
}

export interface StoredChange {
  readonly changeId: number;
  readonly state: FieldChange['state'];
  readonly edits: readonly StoredEdit[];
  readonly fingerprint: string | null;
  readonly mapVersion: number | null;
  readonly shown: FieldChange;
}

type Reader = Pick<Connection, 'query'>;

const COLUMNS = `change_id, state, edits, made_at, made_by, dry_run, fingerprint, map_version, applied_at, backfill, backfill_done, backfill_total, backfilled_at`;

export const readDraft = async (db: Reader): Promise<StoredChange | null> =>
  storedOf((await db.query<ChangeRow>(`select ${COLUMNS} from sync.field_change where state = 'draft'`))[0]);

export const readChange = async (db: Reader, changeId: number): Promise<StoredChange | null> =>
  storedOf((await db.query<ChangeRow>(`select ${COLUMNS} from sync.field_change where change_id = $1`, [changeId]))[0]);

/** The newest change whose backfill runs. */
export const readBackfilling = async (db: Reader): Promise<StoredChange | null> =>
  storedOf(
    (
      await db.query<ChangeRow>(
        `select ${COLUMNS} from sync.field_change where backfill is not null and backfilled_at is null order by change_id desc limit 1`,
      )
    )[0],
  );

/** Makes the draft where there is none; an edit of it forgets its dry run. */
export const putEdits = async (tx: Transaction, edits: readonly StoredEdit[], by: string): Promise<void> => {
  await tx.run(
    `insert into sync.field_change (edits, made_by) values ($1, $2)
         on conflict ((true)) where state = 'draft' do update set edits = excluded.edits, dry_run = null, fingerprint = null`,
    [JSON.stringify(edits), by],
  );
};

/** False: it is no draft any more. */
export const putDryRun = async (
  db: Pick<Connection, 'run'>,
  changeId: number,
  facts: { readonly dryRun: DryRun; readonly fingerprint: string; readonly mapVersion: number },
): Promise<boolean> =>
  (await db.run(
    `update sync.field_change set dry_run = $2, fingerprint = $3, map_version = $4 where change_id = $1 and state = 'draft'`,
    [changeId, JSON.stringify(facts.dryRun), facts.fingerprint, facts.mapVersion],
  )) === 1;

export const markDiscarded = async (db: Pick<Connection, 'run'>, changeId: number): Promise<boolean> =>
  (await db.run(`update sync.field_change set state = 'discarded' where change_id = $1 and state = 'draft'`, [
    changeId,
  ])) === 1;

/** `backfill` null: existing values stay as they are. */
export const markApplied = async (
  tx: Transaction,
  changeId: number,
  backfill: readonly { readonly object: string; readonly name: string }[] | null,
): Promise<void> => {
  await tx.run(
    `update sync.field_change
        set state = 'applied', applied_at = clock_timestamp(), backfill = $2::jsonb,
            backfill_total = case when $2::jsonb is null then 0 else (select count(*) from marketing.person where salesforce_id is not null) end
      where change_id = $1`,
    [changeId, backfill === null ? null : JSON.stringify(backfill)],
  );
};

const storedOf = (row: ChangeRow | undefined): StoredChange | null =>
  row
    ? {
        changeId: row.change_id,
        state: row.state,
        edits: row.edits,
        fingerprint: row.fingerprint,
        mapVersion: row.map_version,
        shown: shownOf(row),
      }
    : null;

const shownOf = (row: ChangeRow): FieldChange => ({
  changeId: row.change_id,
  state: row.state,
  edits: [...row.edits],
  madeAt: row.made_at.toISOString(),
  madeBy: row.made_by,
  // One of before filters existed says nothing of them.
  dryRun: row.dry_run && { ...row.dry_run, filters: row.dry_run.filters ?? [] },
  appliedAt: row.applied_at?.toISOString() ?? null,
  backfill:
    row.backfill === null
      ? null
      : {
          state: row.backfilled_at ? 'done' : 'running',
          done: row.backfill_done,
          total: row.backfill_total,
        },
});
