/** Why a person is not in Salesforce: the first closed gate, in the order of ERR4, as far as gates exist today. Pure. */
import type { Gate } from '@syncline/contract/people';
import type { StoredProblem } from '../errors/errors.ts';

export interface GateFacts {
  readonly isInSalesforce: boolean;
  readonly isDeleted: boolean;
  /** State of the newest link; null: there never was one. */
  readonly linkState: string | null;
  readonly isEnabled: boolean;
  readonly paused: StoredProblem | null;
  readonly entry: {
    readonly isCreate: boolean;
    readonly isClaimed: boolean;
    readonly parkedCode: string | null;
    readonly parkedMessage: string | null;
    readonly dueAt: string | null;
    /** People that are due before this one. */
    readonly place: number;
  } | null;
}

type Named = Pick<Gate, 'gate'> & Partial<Gate>;

/** Null: nothing stands between the person and Salesforce. */
export const firstClosedGate = (facts: GateFacts): (Named & { readonly paused?: StoredProblem }) | null => {
  const { entry } = facts;
  if (facts.isDeleted) return { gate: 'deleted_in_salesforce' };
  if (!facts.isInSalesforce && !entry?.isCreate) return { gate: 'never_asked' };
  if (facts.linkState === 'out_of_sight') return { gate: 'out_of_sight' };
  if (facts.linkState === 'out_of_scope') return { gate: 'out_of_scope' };
  if (!entry) return null;
  // What an action asked for is sent while the background sync is disabled (N17).
  if (!facts.isEnabled && !entry.isCreate) return { gate: 'sync_disabled' };
  if (facts.paused) return { gate: 'connection_paused', paused: facts.paused };
  if (entry.parkedCode) return { gate: 'parked', code: entry.parkedCode, message: entry.parkedMessage };
  if (entry.isClaimed) return { gate: 'in_flight' };
  return { gate: 'waiting', place: entry.place, dueAt: entry.dueAt };
};
