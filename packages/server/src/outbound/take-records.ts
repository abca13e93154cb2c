/** A claim with everything it sends, made in one transaction: by collections, or by Bulk with what Bulk cannot carry beside it. */
import type { Transaction } from '../db/db.ts';
import type { Bounds } from '../lib/bounds.ts';
import { divideBulk } from './bulk-rows.ts';
import type { ChosenGroup } from './choose-group.ts';
import { type ClaimWish, countClaimed, type Group, takeClaim } from './claim.ts';
import { fillCreates, fillUpdates, readSendings, type Sending } from './fill.ts';
import { COLLECTION_MAX, LANE, type Lane } from './outbound.ts';
import { beginRun } from './runs.ts';
import type { PersonObject, Sendable, SendableObject } from './sendable.ts';
import type { ClaimKey } from './settle.ts';

export interface TakeParts {
  readonly bounds: Bounds;
  readonly processId: number;
}

export interface Taken {
  readonly claim: ClaimKey;
  readonly object: PersonObject;
  readonly sendings: readonly Sending[];
}

interface TakenBulk {
  /** What is sent by collections instead; null: nothing. */
  readonly beside: Taken | null;
  readonly bulk: { readonly rows: number; readonly claim: ClaimKey } | null;
}

/** A create makes a lead. */
export const objectOf = ({ kind }: Pick<Group, 'kind'>): PersonObject => (kind === 'create' ? 'Lead' : kind);

export const keyOf = (
  { bounds, processId }: TakeParts,
  claim: Pick<ClaimKey, 'claimId' | 'object' | 'isCreate' | 'runId'>,
): ClaimKey => ({ ...claim, holder: processId, lateLandingMs: bounds.lateLandingMs });

const wishOf = (
  { bounds, processId }: TakeParts,
  lane: Lane,
  { kind, lockTries, onlyOptOuts }: ChosenGroup,
  { version }: Sendable,
): Omit<ClaimWish, 'mode' | 'recordsMax' | 'brake'> => ({
  lane,
  kind,
  lockTries,
  holder: processId,
  leaseMs: bounds.leaseMs,
  freshnessMs: bounds.freshnessMs,
  mapVersion: version,
  onlyOptOuts,
});

/** Null: others were faster, or nothing of it needs a call. */
export const takeRecords = async (
  tx: Transaction,
  parts: TakeParts,
  lane: Lane,
  group: ChosenGroup,
  sendable: Sendable,
): Promise<Taken | null> => {
  const { bounds } = parts;
  const isCreate = group.kind === 'create';
  const isCounted = !isCreate && lane !== LANE.urgent;
  const object = sendable[objectOf(group)];
  const claimId = await takeClaim(
    tx,
    {
      ...wishOf(parts, lane, group, sendable),
      mode: isCreate ? 'create' : 'collections',
      // UNABLE_TO_LOCK_ROW: a smaller batch each time, at last one alone.
      recordsMax: Math.max(1, COLLECTION_MAX >> Math.min(group.lockTries * 2, 30)),
      brake: isCounted ? bounds : null,
    },
    object,
  );
  if (claimId === null) return null;
  if (isCreate) await fillCreates(tx, claimId, object);
  else await fillUpdates(tx, claimId, object, group);
  if (isCounted && !group.onlyOptOuts) await countClaimed(tx, [claimId], object.object, bounds);
  return open(tx, parts, claimId, object, isCreate);
};

/** Null: others were faster. */
export const takeBulk = async (
  tx: Transaction,
  parts: TakeParts,
  lane: Lane,
  group: ChosenGroup,
  sendable: Sendable,
): Promise<TakenBulk | null> => {
  const { bounds, processId } = parts;
  const object = sendable[objectOf(group)];
  const claimId = await takeClaim(
    tx,
    { ...wishOf(parts, lane, group, sendable), mode: 'bulk', recordsMax: bounds.bulkRecordsMax, brake: bounds },
    object,
  );
  if (claimId === null) return null;
  await fillUpdates(tx, claimId, object);
  const [made] = await tx.query<{ claim_id: number }>(
    `insert into sync.claim (mode, object, holder, leased_until) values ('collections', $1, $2, clock_timestamp() + $3 * interval '1 ms') returning claim_id`,
    [object.object, processId, bounds.leaseMs],
  );
  const besideId = made?.claim_id ?? 0;
  await divideBulk(tx, claimId, besideId, object);
  await countClaimed(tx, [claimId, besideId], object.object, bounds);
  return { beside: await open(tx, parts, besideId, object, false), bulk: await openBulk(tx, parts, claimId, object) };
};

/** A claim without anything to send ends here. */
const open = async (
  tx: Transaction,
  parts: TakeParts,
  claimId: number,
  object: SendableObject,
  isCreate: boolean,
): Promise<Taken | null> => {
  const sendings = await readSendings(tx, claimId, object);
  if (sendings.length === 0) return end(tx, claimId);
  const runId = await beginRun(tx, object.object, isCreate);
  return {
    claim: keyOf(parts, { claimId, object: object.object, isCreate, runId }),
    object: object.object,
    sendings,
  };
};

const openBulk = async (
  tx: Transaction,
  parts: TakeParts,
  claimId: number,
  { object }: SendableObject,
): Promise<TakenBulk['bulk']> => {
  const [size] = await tx.query<{ rows: number }>('select count(*)::int as rows from sync.sent where claim_id = $1', [
    claimId,
  ]);
  const rows = size?.rows ?? 0;
  if (rows === 0) return end(tx, claimId);
  const runId = await beginRun(tx, object, false);
  return { rows, claim: keyOf(parts, { claimId, object, isCreate: false, runId }) };
};

const end = async (tx: Transaction, claimId: number): Promise<null> => {
  await tx.run('delete from sync.claim where claim_id = $1', [claimId]);
  return null;
};
