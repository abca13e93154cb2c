import { SYNC_OBJECT_NAMES, type SyncObjectName } from '@syncline/contract/shared';

/** The order in which a reader looks for objects: people first. */
const ORDER = {
  Lead: 0,
  Contact: 1,
  Account: 2,
  Opportunity: 3,
  OpportunityContactRole: 4,
  User: 5,
} as const satisfies Record<SyncObjectName, number>;

export const inReadingOrder = <Row extends { readonly object: SyncObjectName }>(rows: readonly Row[]): readonly Row[] =>
  [...rows].sort((a, b) => ORDER[a.object] - ORDER[b.object]);

export const OBJECTS_IN_READING_ORDER: readonly SyncObjectName[] = [...SYNC_OBJECT_NAMES].sort(
  (a, b) => ORDER[a] - ORDER[b],
);
