import { asProblem } from '../errors/errors.ts';

/**
 * OUT33: once the org has refused for the sake of the day's calls, no lane sends until its usage has fallen. One of the lanes asks the org from
 * time to time; the others wait for what it learns. The monotonic clock of this process only spaces the questions.
 */
export class DailyLimit {
  readonly #askOrg: () => Promise<unknown>;
  readonly #everyMs: number;
  #isReached = false;
  #askAt = 0;

  /** `askOrg` fails with `limit-reached` while the calls of the day are used. */
  constructor(askOrg: () => Promise<unknown>, everyMs: number) {
    this.#askOrg = askOrg;
    this.#everyMs = everyMs;
  }

  /** What a lane failed with. */
  note(error: unknown): void {
    if (asProblem(error).code !== 'limit-reached') return;
    this.#isReached = true;
    this.#askAt = performance.now() + this.#everyMs;
  }

  /** How long a lane rests; 0: it may go. A question that fails otherwise is the caller's failure, and is asked again. */
  async restMs(): Promise<number> {
    if (!this.#isReached) return 0;
    const leftMs = this.#askAt - performance.now();
    if (leftMs > 0) return leftMs;
    this.#askAt = performance.now() + this.#everyMs;
    try {
      await this.#askOrg();
    } catch (error) {
      if (asProblem(error).code === 'limit-reached') return this.#everyMs;
      throw error;
    }
    this.#isReached = false;
    return 0;
  }
}
