/**
 * Which page of a Bulk result comes next. Each page names its successor in its header, before its body; pages that are applied
 * already are passed over. Several may take from it at once.
 */
export class LocatorChain {
  readonly #done: ReadonlyMap<string, string | null>;
  readonly #announced = new Set<string>();
  #next: string | null | undefined;
  #waiting: (() => void)[] = [];

  constructor(done: ReadonlyMap<string, string | null>) {
    this.#done = done;
    this.#next = this.#firstMissing('');
  }

  /** The next page to read, `''` for the first; waits until its locator is known. Null: there is none, or somebody stopped. */
  async take(): Promise<string | null> {
    while (this.#next === undefined) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const taken = this.#next;
    if (taken !== null) this.#next = undefined;
    return taken;
  }

  /** Page `locator` says which one follows; null: it is the last. Said twice (a page read again) it counts once. */
  announce(locator: string, next: string | null): void {
    if (this.#announced.has(locator)) return;
    this.#announced.add(locator);
    if (this.#next === null) return;
    this.#set(next === null ? null : this.#firstMissing(next));
  }

  /** Nobody takes anything any more. */
  stop(): void {
    this.#set(null);
  }

  #set(next: string | null): void {
    this.#next = next;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #firstMissing(from: string): string | null {
    let locator: string | null = from;
    while (locator !== null) {
      const next: string | null | undefined = this.#done.get(locator);
      if (next === undefined) return locator;
      locator = next;
    }
    return null;
  }
}
