/** Why a person is not in Salesforce: the gates in the order of ERR4, as far as they exist today. Pure. */
import type { Gate } from '@syncline/contract/people';
import type { StoredProblem } from '../errors/errors.ts';

export interface GateFacts {
  readonly isInSalesforce: boolean;
  readonly isDeleted: boolean;
  /** The record in which the person's ended and that was not read yet: it is out of sight, or the filter leaves it out. */
  readonly endedIn: string | null;
  /** State of the newest link; null: there never was one. */
  readonly linkState: string | null;
  readonly isEnabled: boolean;
  readonly paused: StoredProblem | null;
  readonly entry: {
    readonly isCreate: boolean;
    readonly isClaimed: boolean;
    /** A field of the person waits for somebody's decision (MRG13). */
    readonly isHeld: boolean;
    readonly parkedCode: string | null;
    readonly parkedMessage: string | null;
    readonly dueAt: string | null;
    /** People that are due before this one. */
    readonly place: number;
  } | null;
}

type Named = Pick<Gate, 'gate'> & Partial<Gate> & { readonly paused?: StoredProblem };

/** Every gate in the order of ERR4, with what there is to say of it where it is closed; null: it is open. */
const GATES_IN_ORDER: readonly (readonly [Gate['gate'], (facts: GateFacts) => Omit<Named, 'gate'> | null])[] = [
  ['never_asked', ({ isInSalesforce, isDeleted, entry }) => closed(!isInSalesforce && !isDeleted && !entry?.isCreate)],
  ['ended_unseen', ({ endedIn }) => (endedIn === null ? null : { message: endedIn })],
  ['deleted_in_salesforce', ({ isDeleted }) => closed(isDeleted)],
  ['out_of_sight', ({ linkState }) => closed(linkState === 'out_of_sight')],
  ['out_of_scope', ({ linkState }) => closed(linkState === 'out_of_scope')],
  // What an action asked for is sent while the background sync is disabled (N17).
  ['sync_disabled', ({ isEnabled, entry }) => closed(entry !== null && !isEnabled && !entry.isCreate)],
  ['connection_paused', ({ paused, entry }) => (entry && paused ? { paused } : null)],
  ['held', ({ entry }) => closed(entry?.isHeld ?? false)],
  ['parked', ({ entry }) => (entry?.parkedCode ? { code: entry.parkedCode, message: entry.parkedMessage } : null)],
  ['waiting', ({ entry }) => (entry && !entry.isClaimed ? { place: entry.place, dueAt: entry.dueAt } : null)],
  ['in_flight', ({ entry }) => closed(entry?.isClaimed ?? false)],
];

const closed = (isClosed: boolean): Omit<Named, 'gate'> | null => (isClosed ? {} : null);

/** Null: nothing stands between the person and Salesforce. */
export const firstClosedGate = (facts: GateFacts): Named | null => {
  for (const [gate, judge] of GATES_IN_ORDER) {
    const said = judge(facts);
    if (said) return { gate, ...said };
  }
  return null;
};

/** All gates, those after the first closed one not reached. */
export const allGates = (
  facts: GateFacts,
): readonly {
  readonly gate: Gate['gate'];
  readonly state: 'open' | 'closed' | 'not_reached';
  readonly said: Named | null;
}[] => {
  const first = firstClosedGate(facts);
  const at = GATES_IN_ORDER.findIndex(([gate]) => gate === first?.gate);
  return GATES_IN_ORDER.map(([gate], place) => ({
    gate,
    state: at === -1 || place < at ? 'open' : place === at ? 'closed' : 'not_reached',
    said: place === at ? first : null,
  }));
};
