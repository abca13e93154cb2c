import type { Switches } from '../access/switches.ts';
import type { Store } from '../store/store.ts';

/** Events delivered a UTC day, kept in the org's file, against the switch `dailyEvents` (A3). */
export class EventUsage {
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
    const [day = '', used = '0'] = (this.#store.setting('eventUsage') ?? '').split(' ');
    this.#day = day;
    this.#used = Number(used);
  }

  get used(): number {
    this.#turn();
    return this.#used;
  }

  get left(): number {
    return Math.max(0, this.#switches.state.dailyEvents - this.used);
  }

  count(events: number): void {
    if (events === 0) return;
    this.#turn();
    this.#used += events;
    this.#store.setSetting('eventUsage', `${this.#day} ${this.#used}`);
  }

  #turn(): void {
    const today = this.#store.now().slice(0, 10);
    if (today === this.#day) return;
    this.#day = today;
    this.#used = 0;
  }
}
