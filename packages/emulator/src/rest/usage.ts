import type { Switches } from '../access/switches.ts';
import { DayCount } from '../store/day-count.ts';
import type { Store } from '../store/store.ts';

/** The day's calls, against the switch `dailyLimit` (A3). */
export class Usage {
  readonly #count: DayCount;
  readonly #switches: Switches;

  constructor(store: Store, switches: Switches) {
    this.#count = new DayCount(store, 'usage');
    this.#switches = switches;
  }

  get state(): { readonly used: number; readonly limit: number } {
    return { used: this.#count.used, limit: this.#switches.state.dailyLimit };
  }

  /** Counts a call; false if the day's calls are spent. */
  take(): boolean {
    return this.#count.take(this.#switches.state.dailyLimit);
  }

  /** `api-usage=18/100000`. */
  get header(): string {
    const { used, limit } = this.state;
    return `api-usage=${used}/${limit}`;
  }
}
