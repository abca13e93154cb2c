/** What goes next: the group of entries that waits longest and may go. */
import { bringBack, hasAside, openBrakes, setAside } from '../brake/brake.ts';
import type { Database } from '../db/db.ts';
import type { Bounds } from '../lib/bounds.ts';
import { isBulkPaused } from './bulk-aborts.ts';
import { type Group, lookAtLane, lookForOptOuts, setIdleAside } from './claim.ts';
import { COLLECTION_MAX, LANE, type Lane } from './outbound.ts';
import { PERSON_OBJECTS, type PersonObject, type Sendable } from './sendable.ts';

export interface ChosenGroup extends Group {
  /** The object is stopped, and of these entries opt-outs go alone (SAFE1). */
  readonly onlyOptOuts: boolean;
}

interface ChooseParts {
  readonly db: Database;
  readonly bounds: Pick<Bounds, 'bulkFrom' | 'freshnessMs'>;
  readonly requestRead: (object: PersonObject) => Promise<void>;
}

interface ChooseOptions {
  readonly includeUpdates: boolean;
  /** Asked only where a create would go. */
  readonly mayCreate: () => Promise<boolean>;
}

/** OUT16: creates need an answer each, and an urgent edit does not wait for a job. */
export const isForBulk = (lane: Lane, group: Group, { bulkFrom }: Pick<Bounds, 'bulkFrom'>): boolean =>
  lane !== LANE.urgent && group.kind !== 'create' && group.due - group.unread >= bulkFrom;

/** The longest waiting group that may go now. Groups that wait for a read have it asked for. */
export const chooseGroup = async (
  { db, bounds, requestRead }: ChooseParts,
  lane: Lane,
  { includeUpdates, mayCreate }: ChooseOptions,
  sendable: Sendable,
): Promise<ChosenGroup | null> => {
  const stopped = await keepStopped(db, lane, sendable);
  const { groups, hasIdle } = await lookAtLane(db, {
    lane,
    // Twice: with two objects, one has that many.
    rowsMax: lane === LANE.urgent ? COLLECTION_MAX : 2 * bounds.bulkFrom,
    readFirst: { Lead: sendable.Lead.readFirst, Contact: sendable.Contact.readFirst },
    freshnessMs: bounds.freshnessMs,
  });
  if (hasIdle) await setIdleAside(db, lane);
  for (const object of PERSON_OBJECTS) {
    if (includeUpdates && groups.some((group) => group.kind === object && group.unread > 0)) await requestRead(object);
  }
  for (const object of includeUpdates ? stopped : []) {
    const optOuts = await lookForOptOuts(db, lane, sendable[object]);
    if (optOuts !== null) return { ...optOuts, onlyOptOuts: true };
  }
  for (const group of groups) {
    if (group.kind !== 'create' && stopped.includes(group.kind)) continue;
    if (isForBulk(lane, group, bounds) && (await isBulkPaused(db))) continue;
    if (group.kind === 'create' ? await mayCreate() : includeUpdates && group.due > group.unread)
      return { ...group, onlyOptOuts: false };
  }
  return null;
};

/** SAFE1: what is stopped makes room for what is not; an urgent edit goes whatever is stopped. Returns what is. */
const keepStopped = async (db: Database, lane: Lane, sendable: Sendable): Promise<readonly PersonObject[]> => {
  if (lane === LANE.urgent) return [];
  const open = await openBrakes(db, 'out');
  const stopped = PERSON_OBJECTS.filter((object) => open.some((brake) => brake.object === object));
  for (const object of stopped) while (!(await setAside(db, lane, object, sendable[object].optOuts)).isAll);
  if (stopped.length === 0 && (await hasAside(db))) await bringBack(db, null);
  return stopped;
};
