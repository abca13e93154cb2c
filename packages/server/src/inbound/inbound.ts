/**
 * The door of everything that comes from Salesforce: the initial load and the poll.
 *
 * Promises: a batch enters by COPY or as JSON text and one transaction applies it: mirror, people, journal, conflicts and cursor
 * together, or none of it (IN1). Applying it again changes nothing (IN7). A cursor moves only in the transaction that holds its
 * rows (IN4). Node carries bytes and never loops over rows.
 */
import type { SyncObject } from '../mapping/mapping.ts';

export interface PassOutcome {
  readonly object: SyncObject;
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface Inbound {
  /** One poll of the objects given, five in a call (SAFE7). `deep` starts further back (IN3). Returns what each found. */
  poll(objects: readonly SyncObject[], options: { readonly deep: boolean }): Promise<readonly PassOutcome[]>;
  /** Serves `sync.reread`: reads the records by id, afresh, and merges them; cursors do not move. Returns how many it read. */
  reread(): Promise<number>;
  /** Runs or resumes the initial load of every object that is not done (IN15). Returns when all are done, or throws. */
  load(signal: AbortSignal): Promise<void>;
}
