import type { Switches } from '../access/switches.ts';
import type { Store } from '../store/store.ts';
import type { EventUsage } from './event-usage.ts';
import type { Follower, Start, Wake } from './events.ts';
import type { EventLog, LoggedEvent } from './log.ts';
import { EventRefusal } from './refusal.ts';

interface Parts {
  readonly store: Store;
  readonly log: EventLog;
  readonly switches: Switches;
  readonly usage: EventUsage;
  /** The streams a topic has now: those of a channel change with its members. */
  readonly streamsOf: (topic: string) => readonly string[];
}

/** How often an event that the switch `eventLagMs` holds back is looked at again, since the switch may be turned. */
const ripenMs = 100;

/** Everybody who follows a topic. */
export class Followers {
  readonly #parts: Parts;
  readonly #open = new Set<Place>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get places(): readonly { readonly topic: string; readonly position: number }[] {
    return [...this.#open].map(({ topic, position }) => ({ topic, position }));
  }

  follow(topic: string, from: Start, wake: Wake): Follower {
    const { log } = this.#parts;
    const streams = this.#parts.streamsOf(topic);
    if (typeof from === 'number' && !log.isValid(streams, from)) {
      throw new EventRefusal('invalid replay id', `The replay id ${from} was never given out or is no longer kept.`);
    }
    const position = from === 'latest' ? log.last : from === 'earliest' ? 0 : from;
    const place = new Place(this.#parts, topic, position, wake, () => this.#open.delete(place));
    this.#open.add(place);
    place.stir();
    return place;
  }

  /** Something was written to the log. */
  wake(): void {
    for (const place of this.#open) place.stir();
  }

  end(): void {
    for (const place of this.#open) place.end();
  }

  close(): void {
    for (const place of this.#open) place.close();
  }
}

class Place implements Follower {
  readonly topic: string;
  position: number;
  readonly #parts: Parts;
  readonly #wake: Wake;
  readonly #left: () => void;
  #isClosed = false;
  #isStirred = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: Parts, topic: string, position: number, wake: Wake, left: () => void) {
    this.#parts = parts;
    this.topic = topic;
    this.position = position;
    this.#wake = wake;
    this.#left = left;
  }

  /** Wakes the reader, soon, if there is something to take; looks again later if it is held back. */
  stir(): void {
    if (this.#isClosed || this.#isStirred) return;
    const { log, store, switches } = this.#parts;
    const at = log.nextAt(this.#parts.streamsOf(this.topic), this.position);
    if (at === undefined) return;
    if (at + switches.state.eventLagMs > store.clock()) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.stir(), ripenMs);
      return;
    }
    this.#isStirred = true;
    setImmediate(() => {
      this.#isStirred = false;
      if (!this.#isClosed) this.#wake('events');
    });
  }

  take(max: number): readonly LoggedEvent[] {
    if (this.#isClosed) return [];
    const { log, store, switches, usage } = this.#parts;
    const until = store.clock() - switches.state.eventLagMs;
    const found = log.read(this.#parts.streamsOf(this.topic), this.position, until, max);
    if (found.length === 0) return [];
    const isCounted = !found.every(({ body }) => body.kind === 'message');
    const left = isCounted ? usage.left : max;
    if (left === 0) throw new EventRefusal('daily limit', 'You have exceeded the event delivery limit for your org.');
    const taken: LoggedEvent[] = [];
    for (const event of found.slice(0, left)) {
      if (taken.length >= max) break;
      taken.push(event);
      this.position = event.replayId;
      if (taken.length < max && switches.take('duplicateEvents')) taken.push(event);
    }
    if (isCounted) usage.count(taken.length);
    return taken;
  }

  rest(): number {
    const { log } = this.#parts;
    if (log.nextAt(this.#parts.streamsOf(this.topic), this.position) === undefined) this.position = log.tip();
    return this.position;
  }

  end(): void {
    if (this.#isClosed) return;
    this.close();
    setImmediate(() => this.#wake('ended'));
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#left();
  }
}
