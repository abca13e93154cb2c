import { makeId } from '../store/ids.ts';
import type { Store } from '../store/store.ts';

/** A subscription whose place the org keeps: `ManagedEventSubscription` of the Tooling API (A15). */
export interface ManagedSubscription {
  /** `18x...`, 18 characters. */
  readonly id: string;
  readonly developerName: string;
  readonly label: string;
  /** `/event/X__e`, `/data/LeadChangeEvent`, a channel. */
  readonly topicName: string;
  readonly defaultReplay: 'LATEST' | 'EARLIEST';
  /** Where it goes on when its committed replay id is no longer good. */
  readonly errorRecoveryReplay: 'LATEST' | 'EARLIEST';
  readonly state: 'RUN' | 'STOP';
}

interface Kept {
  readonly subscriptions: readonly ManagedSubscription[];
  readonly next: number;
}

/** The org's managed subscriptions, kept in its file with the replay ids that were committed to them. */
export class ManagedSubscriptions {
  readonly #store: Store;
  #kept: Kept;

  constructor(store: Store) {
    this.#store = store;
    this.#kept = this.#read();
    store.onRestored(() => {
      this.#kept = this.#read();
    });
  }

  #read(): Kept {
    const kept = this.#store.setting('managedSubscriptions');
    return kept === undefined ? { subscriptions: [], next: 1 } : (JSON.parse(kept) as Kept);
  }

  get all(): readonly ManagedSubscription[] {
    return this.#kept.subscriptions;
  }

  /** By id or developer name. */
  find(idOrName: string): ManagedSubscription | undefined {
    return this.all.find(
      ({ id, developerName }) => same(developerName, idOrName) || id.slice(0, 15) === idOrName.slice(0, 15),
    );
  }

  /** Adds one; one of the same developer name is replaced and keeps its id and place. */
  put(given: Omit<ManagedSubscription, 'id'>): ManagedSubscription {
    const known = this.all.find(({ developerName }) => same(developerName, given.developerName));
    const subscription = { ...given, id: known?.id ?? makeId('18x', this.#kept.next) };
    const subscriptions = [...this.all.filter(({ id }) => id !== subscription.id), subscription];
    this.#keep({ subscriptions, next: this.#kept.next + (known === undefined ? 1 : 0) });
    return subscription;
  }

  /** False if there was none. */
  remove(idOrName: string): boolean {
    const found = this.find(idOrName);
    if (found === undefined) return false;
    this.#keep({ ...this.#kept, subscriptions: this.all.filter(({ id }) => id !== found.id) });
    return true;
  }

  /** The replay id behind which the subscription goes on; undefined before the first commit. */
  committed(id: string): number | undefined {
    const replayId = this.#store.setting(`managedReplayId ${id}`);
    return replayId === undefined ? undefined : Number(replayId);
  }

  commit(id: string, replayId: number): void {
    this.#store.setSetting(`managedReplayId ${id}`, String(replayId));
  }

  #keep(kept: Kept): void {
    this.#kept = kept;
    this.#store.setSetting('managedSubscriptions', JSON.stringify(kept));
  }
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
