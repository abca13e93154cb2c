/** A sleep that can be cut short: `ring` wakes who waits now, or, when nobody waits, the next who would. */
export class Alarm {
  #wake: (() => void) | null = null;
  #rang = false;

  ring(): void {
    this.#rang = true;
    this.#wake?.();
  }

  /** Returns after `ms`, or at once when the alarm rings or has rung since the last wait. */
  async wait(ms: number): Promise<void> {
    if (!this.#rang) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#wake = null;
    this.#rang = false;
  }
}

/** The pause before the next try: doubling from `fromMs` to `toMs` with each failure in a row. */
export const backoffMs = (failuresInARow: number, fromMs: number, toMs: number): number =>
  Math.min(toMs, fromMs * 2 ** Math.min(30, Math.max(0, failuresInARow - 1)));
