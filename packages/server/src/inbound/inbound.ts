/**
 * The door of everything that comes from Salesforce: the initial load, the poll, and reads by id.
 *
 * Promises: a batch enters by COPY or as JSON text and one transaction applies it: mirror, people, journal, conflicts and cursor
 * together, or none of it (IN1). Applying it again changes nothing (IN7). A cursor moves only in the transaction that holds its
 * rows, to the greatest stamp among them (IN4). Node carries bytes and never loops over rows.
 *
 * Corridor: `poll.ts` (from `starts.ts`, in `pages.ts`), `reread.ts` (with `absent.ts`) and `load.ts` ask (`queries.ts`, `parts.ts`); `apply.ts` runs what `merge` compiled for a page;
 * `runs.ts` and `load-store.ts` keep what is known of a pass.
 *
 * States. An object is loaded once: waiting → preparing (a Bulk job runs) → reading (pages, two at a time) → done; a load that was
 * cut off goes on with its job from the first page that `sync.load_page` lacks, and a job that is gone is made anew as the next
 * generation, whose pages are merged like any other (IN15). Before it is done its cursor is null and nobody polls it. A pass that
 * was cut off leaves the cursor at its last page; only a pass that came to its end moves `last_began_at`, which senders read as
 * "everything that changed before this is known" (OUT20). A field that the sync user cannot see is left out of the query and keeps
 * its values (IN10); each deep pass asks for it again.
 *
 * One process of all reads (IN26). Each page's transaction asks `holdReading`; when the place has passed on, the page fails whole with
 * `ReadingPassedOn`, and nothing of it is written down. Merges of an object come one after another all the same.
 */
import type { SyncObject } from '../mapping/mapping.ts';

/** Another process reads now: nothing of the page was written, and the other one goes on from the cursor. */
export class ReadingPassedOn extends Error {
  override readonly name = 'ReadingPassedOn';
}

export interface PassOutcome {
  readonly object: SyncObject;
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Records of a sameness check: compared, left out because an edit waits or because they are too young, and how many differ. */
export interface Compared {
  readonly compared: number;
  readonly waiting: number;
  readonly young: number;
  readonly differing: number;
}

export interface Inbound {
  /**
   * One poll of the objects given, five in a call (SAFE7). `deep` starts further back (IN3). Returns what each found. One that
   * Salesforce refuses delays no other: the rest is applied, and then its error is thrown. Errors: `object-unreadable`,
   * `field-gone` where `Id`, `SystemModstamp` or the external id is hidden, `salesforce-refused`, and those of `Salesforce`.
   */
  poll(objects: readonly SyncObject[], options: { readonly deep: boolean }): Promise<readonly PassOutcome[]>;
  /**
   * Serves what is due in `sync.reread`, a bounded batch: reads the records by id, afresh, and merges them; cursors do not move.
   * Returns how many were asked for. A record that is absent is merged, deleted, gone for good by the log of deletes, else out of
   * sight (IN12). `isAskedOnly`: only records that an action waits for, which are read while the sync is disabled, too (ACT1).
   */
  reread(options?: { readonly isAskedOnly?: boolean }): Promise<number>;
  /**
   * Runs or resumes the initial load of every object that is not done (IN15). Returns when all are done. Throws where it was
   * aborted or Salesforce failed; called again it goes on. Errors: `job-failed`, `field-gone`, and those of `Salesforce`.
   */
  load(signal: AbortSignal): Promise<void>;
  /**
   * Compares every record of an object with what is ours, apart from what waits and what is too young to be known (SAFE3), and keeps the
   * differences in `sync.difference`. Records that only one side has, though they are linked, are then read by id (IN12). Errors:
   * `job-failed`, and those of `Salesforce`, written beside the object; it is then begun anew.
   */
  checkSameness(object: SyncObject, signal: AbortSignal): Promise<Compared>;
  /**
   * Reads the formula fields of every record of an object, and takes what changed of records that did not (IN24). Returns how many rows of ours
   * changed. Errors: `job-failed`, and those of `Salesforce`; it is begun anew after a while.
   */
  sweepFormulas(object: SyncObject, signal: AbortSignal): Promise<number>;
  /** The object whose formulas were swept long enough ago; null: none. */
  dueSweep(): Promise<SyncObject | null>;
  /** The object whose check somebody asked for, or is due by itself, and whose repair was read; null: none. */
  dueCheck(): Promise<SyncObject | null>;
}
