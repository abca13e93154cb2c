/** The checks of the sync user, in the order in which somebody mends them. Pure. */
import type { SetupUser, UserCheck } from '@syncline/contract/setup-org';

const WEIGHT = { blocks_start: 0, limits: 1, advice: 2 } as const satisfies Record<UserCheck['effect'], number>;

export interface CheckGroups {
  readonly toFix: readonly UserCheck[];
  readonly unknown: readonly UserCheck[];
  readonly passed: readonly UserCheck[];
  /** One press mends some of them. */
  readonly isMendable: boolean;
  /** An admin is signed in, and may not read which rights the user has either. */
  readonly mayNotRead: boolean;
}

export const groupChecks = ({ checks, admin }: Pick<SetupUser, 'checks' | 'admin'>): CheckGroups => {
  const toFix = checks
    .filter(({ state }) => state === 'to_fix')
    .toSorted((one, other) => WEIGHT[one.effect] - WEIGHT[other.effect]);
  return {
    toFix,
    unknown: checks.filter(({ state }) => state === 'cannot_tell'),
    passed: checks.filter(({ state }) => state === 'passed'),
    isMendable: toFix.some(({ isMendable }) => isMendable),
    // Whether the user is an administrator is told by every org whose permissions may be read.
    mayNotRead: admin !== null && checks.some(({ check, state }) => check === 'dedicated' && state === 'cannot_tell'),
  };
};

/** A name for lists: one check of one object. */
export const checkKey = ({ check, object }: UserCheck): string => `${check} ${object ?? ''}`;
