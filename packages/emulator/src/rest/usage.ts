import type { Switches } from '../access/switches.ts';
import type { Store } from '../store/store.ts';

/** Calls counted a UTC day, kept in the org's file, against the switch `dailyLimit` (A3). */
export class Usage {
  readonly #store: Store;
  readonly #switches: Switches;
  #day = '';
  #used = 0;

  constructor(store: Store, switches: Switches) {
    this.#store = store;
    this.#switches = switches;
    this.#read();
    store.onRestored(() => this.#read());
  }

  #read(): void {
    const [day = '', used = '0'] = (this.#store.setting('usage') ?? '').split(' ');
    this.#day = day;
    this.#used = Number(used);
  }

  get state(): { readonly used: number; readonly limit: number } {
    this.#turn();
    return { used: this.#used, limit: this.#switches.state.dailyLimit };
  }

  /** Counts a call; false if the day's calls are spent. */
  take(): boolean {
    this.#turn();
    if (this.#used >= this.#switches.state.dailyLimit) return false;
    this.#used += 1;
    this.#store.setSetting('usage', `${this.#day} ${this.#used}`);
    return true;
  }

  /** `api-usage=18/100000`. */
  get header(): string {
    const { used, limit } = this.state;
    return `api-usage=${used}/${limit}`;
  }

  #turn(): void {
    const today = this.#store.now().slice(0, 10);
    if (today === this.#day) return;
    this.#day = today;
    this.#used = 0;
  }
}
