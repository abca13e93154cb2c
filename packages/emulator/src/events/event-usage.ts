import type { Switches } from '../access/switches.ts';
import { DayCount } from '../store/day-count.ts';
import type { Store } from '../store/store.ts';

/** Events delivered a day and published an hour, against the switches `dailyEvents` and `hourlyPublished` (A3). */
export class EventUsage {
  readonly #delivered: DayCount;
  readonly #published: DayCount;
  readonly #switches: Switches;

  constructor(store: Store, switches: Switches) {
    this.#delivered = new DayCount(store, 'eventUsage');
    this.#published = new DayCount(store, 'publishUsage', 'hour');
    this.#switches = switches;
  }

  get used(): number {
    return this.#delivered.used;
  }

  get left(): number {
    return Math.max(0, this.#switches.state.dailyEvents - this.used);
  }

  count(events: number): void {
    if (events > 0) this.#delivered.add(events);
  }

  get published(): number {
    return this.#published.used;
  }

  /** Counts an event that is published; false if the hour's are spent. */
  publish(): boolean {
    return this.#published.take(this.#switches.state.hourlyPublished);
  }
}
