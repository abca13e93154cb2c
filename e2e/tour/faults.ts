/**
 * Faults of the org by chance and seed, for the server alone: whoever has a hand of his own in the org (org-client.ts) has them rest for as
 * long as he is at it.
 */
import { setTimeout as sleep } from 'node:timers/promises';

/** Of each hundred requests of its kind so many, times `percent`. */
const RATES = {
  lockRow: 1,
  loseAnswers: 1,
  loseRequests: 1,
  resetConnections: 0.5,
  truncateBodies: 0.5,
  failWith503: 1,
  failWith500: 0.5,
  timeOutQueries: 0.5,
  failJobs: 1,
} as const;

export class Faults {
  readonly #origin: string;
  readonly #rates: Readonly<Record<string, number>>;
  readonly #seed: number;
  #hands = 0;
  #isOn = false;

  constructor(origin: string, percent: number, seed: number) {
    this.#origin = origin;
    this.#rates = Object.fromEntries(Object.entries(RATES).map(([name, rate]) => [name, (rate * percent) / 100]));
    this.#seed = seed;
  }

  async begin(): Promise<void> {
    this.#isOn = true;
    await this.#set({ rates: this.#rates, seed: this.#seed });
  }

  async end(): Promise<void> {
    this.#isOn = false;
    await this.#set({ rates: {} });
  }

  /** `work` meets none; several hands at once count as one. */
  async calmly<T>(work: () => Promise<T>): Promise<T> {
    this.#hands += 1;
    if (this.#isOn && this.#hands === 1) await this.#set({ rates: {} });
    try {
      return await work();
    } finally {
      this.#hands -= 1;
      if (this.#isOn && this.#hands === 0) await this.#set({ rates: this.#rates });
    }
  }

  /** Whether the faults rest is known only when the org has said so. */
  async #set(switches: Readonly<Record<string, unknown>>): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const answer = await fetch(`${this.#origin}/practice/switches`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(switches),
      }).catch(() => null);
      if (answer?.ok) return;
      if (tries === 10) throw new Error(`the org's faults could not be set: ${answer?.status ?? 'no answer'}`);
      await sleep(20);
    }
  }
}
