import type { Clock } from './store.ts';

/** What `GET /practice/clock` says. */
export interface ClockState {
  /** The org's time, ISO 8601 with milliseconds. */
  readonly now: string;
  readonly isHeld: boolean;
  /** Milliseconds the org's clock is ahead of the machine's, or behind where negative. */
  readonly aheadMs: number;
}

/** A moment: milliseconds since 1970, a `Date`, or text in ISO 8601. */
export type Moment = number | Date | string;

/**
 * The org's time. It runs with the machine's until somebody holds it still or moves it; stamps, sessions, codes, relative
 * dates and the end of events and cursors all go by it. A restart of the org releases it.
 */
export class OrgClock {
  readonly #machine: Clock;
  #heldAt: number | undefined;
  #movedMs = 0;
  #skewMs: () => number = () => 0;

  constructor(machine: Clock) {
    this.#machine = machine;
  }

  /** Milliseconds since 1970. */
  readonly now: Clock = () => this.#at(this.#machine());

  #at(machine: number): number {
    return (this.#heldAt ?? machine + this.#movedMs) + this.#skewMs();
  }

  /** Stands still, at this moment or where it is. Throws on a text that is no time. */
  hold(at: Moment = this.now() - this.#skewMs()): void {
    const held = new Date(at).getTime();
    if (Number.isNaN(held)) throw new Error(`${String(at)} is no time: give one like 2026-11-24T09:30:00Z.`);
    this.#heldAt = held;
  }

  /** Goes forward by this many milliseconds, held or not; back where negative. */
  advance(ms: number): void {
    if (!Number.isFinite(ms)) throw new Error('The clock advances by a number of milliseconds.');
    if (this.#heldAt === undefined) this.#movedMs += ms;
    else this.#heldAt += ms;
  }

  /** Runs with the machine's time again. */
  release(): void {
    this.#heldAt = undefined;
    this.#movedMs = 0;
  }

  /** The switch `clockSkewMs`: it is added to whatever the clock says. */
  skewBy(skewMs: () => number): void {
    this.#skewMs = skewMs;
  }

  get state(): ClockState {
    const machine = this.#machine();
    const now = this.#at(machine);
    return {
      now: new Date(now).toISOString(),
      isHeld: this.#heldAt !== undefined,
      aheadMs: now - machine,
    };
  }
}
