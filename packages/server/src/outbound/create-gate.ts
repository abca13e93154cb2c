import type { Database } from '../db/db.ts';

/**
 * Creates wait while the org cannot take them: its external id field is missing, hidden or not ours to write (OUT24), or its storage is
 * full. Updates go on. The cause is one open row of `sync.error`, and is asked for again after a while.
 */
export class CreateGate {
  readonly #db: Database;
  readonly #retryMs: number;
  #isChecked = false;
  #closedUntil = 0;

  constructor(db: Database, retryMs: number) {
    this.#db = db;
    this.#retryMs = retryMs;
  }

  /** Asks once, and again after each time it was closed. The monotonic clock of this process only spaces the questions. */
  async isOpen(hasKeyField: () => Promise<boolean>): Promise<boolean> {
    if (performance.now() < this.#closedUntil) return false;
    if (this.#isChecked) return true;
    if (!(await hasKeyField())) {
      await this.close('external-id-missing', '');
      return false;
    }
    this.#isChecked = true;
    await this.#db.run(
      `update sync.error set resolved_at = clock_timestamp() where level = 'job' and object = 'Lead' and disposition = 'pause' and resolved_at is null`,
    );
    return true;
  }

  async close(code: string, message: string): Promise<void> {
    this.#isChecked = false;
    this.#closedUntil = performance.now() + this.#retryMs;
    await this.#db.run(
      `with again as (
         update sync.error set at = clock_timestamp(), message = $2
          where level = 'job' and object = 'Lead' and code = $1 and resolved_at is null returning error_id)
       insert into sync.error (level, object, code, message, disposition)
       select 'job', 'Lead', $1, $2, 'pause' where not exists (select from again)`,
      [code, message],
    );
  }
}
