/**
 * The door of everything that goes to Salesforce.
 *
 * Promises: one statement claims and leases (OUT8); the values sent are stored with the claim (OUT6); each record has its own
 * outcome (OUT14); an outcome counts only for the claim's present holder (OUT11); a lead is created by upsert on the external id,
 * and after a lost answer only when `queryAll` does not know it (OUT22, OUT23); a released record keeps its counts (OUT29).
 */
export type Lane = 0 | 1 | 2;
export const LANE = { urgent: 0, normal: 1, backfill: 2 } as const satisfies Record<string, Lane>;

/** Records of one REST request (A6). */
export const COLLECTION_MAX = 200;

export interface SendOutcome {
  readonly claimed: number;
  readonly settled: number;
  readonly retried: number;
  readonly parked: number;
  readonly released: number;
}

/** What `heal` did: people whose cause went away, and records that are tried to find out. */
export interface Healed {
  readonly freed: number;
  readonly trying: number;
}

export interface HealOptions {
  /** The org's schema is asked what it shows of the causes. */
  readonly look: boolean;
  /** The schema moved, or somebody asked: every cause is tried now, however long it should rest. */
  readonly atOnce: boolean;
}

export interface Outbound {
  /**
   * Claims the next bounded batch of a lane and sends it, to its end. Zero claimed: nothing is due. `includeUpdates: false` while the sync is
   * disabled (N17): only what an action asked for is sent.
   */
  sendOnce(lane: Lane, options: { readonly includeUpdates: boolean }): Promise<SendOutcome>;
  /** Takes over claims whose holder is dead (its advisory lock is free) or whose lease has run out (OUT11 to OUT13). */
  takeOver(): Promise<number>;
  /** Tries what is parked where its cause may have gone away (OUT34): bounded, and cheap where nothing is parked. */
  heal(options: HealOptions): Promise<Healed>;
  /** Releases claims that this process holds and has not sent (OUT29: asked to stop). */
  releaseUnsent(): Promise<void>;
}
