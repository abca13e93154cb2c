import type { Store } from '../store/store.ts';

const attemptsMax = 10;
const lockedMs = 15 * 60_000;

/** Wrong passwords of a user in a row: after ten the user is locked for a quarter of an hour, as an org is set at first. */
export class Attempts {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  isLocked(userId: string): boolean {
    const { count, at } = this.#of(userId);
    return count >= attemptsMax && this.#store.clock() - at < lockedMs;
  }

  /** A lock that has ended counts from one again. */
  failed(userId: string): void {
    const { count } = this.#of(userId);
    this.#keep(userId, count >= attemptsMax ? 1 : count + 1);
  }

  succeeded(userId: string): void {
    if (this.#of(userId).count > 0) this.#keep(userId, 0);
  }

  #of(userId: string): { readonly count: number; readonly at: number } {
    const [count = 0, at = 0] = (this.#store.setting(`attempts:${userId}`) ?? '').split(' ').map(Number);
    return { count, at };
  }

  #keep(userId: string, count: number): void {
    this.#store.setSetting(`attempts:${userId}`, `${count} ${this.#store.clock()}`);
  }
}
