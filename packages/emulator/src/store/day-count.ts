import type { Store } from './store.ts';

/** Something counted a UTC day, or an hour, kept in the org's file (A3). */
export class DayCount {
  readonly #store: Store;
  readonly #key: string;
  readonly #span: number;
  #at = '';
  #used = 0;

  /** `key` is the setting it is kept under. */
  constructor(store: Store, key: string, per: 'day' | 'hour' = 'day') {
    this.#store = store;
    this.#key = key;
    this.#span = per === 'day' ? '2026-11-24'.length : '2026-11-24T03'.length;
    this.#read();
    store.onRestored(() => this.#read());
  }

  /** How many since midnight, or since the full hour. */
  get used(): number {
    const now = this.#store.now().slice(0, this.#span);
    if (now !== this.#at) {
      this.#at = now;
      this.#used = 0;
    }
    return this.#used;
  }

  add(count: number): void {
    this.#used = this.used + count;
    this.#store.setSetting(this.#key, `${this.#at} ${this.#used}`);
  }

  /** Counts one more unless `limit` is reached; false then. */
  take(limit: number): boolean {
    if (this.used >= limit) return false;
    this.add(1);
    return true;
  }

  #read(): void {
    const [at = '', used = '0'] = (this.#store.setting(this.#key) ?? '').split(' ');
    this.#at = at;
    this.#used = Number(used);
  }
}
