/** `GET /api/status`, `GET /api/objects`, `PUT /api/sync`, `POST /api/sync/now`. */
import { z } from 'zod';
import { ProblemShape } from './problems.ts';
import { Sameness } from './sameness.ts';
import { RangeMs, SyncObjectName, Time } from './shared.ts';

/** Exactly three, as the native sync has them; a time or a cause follows in smaller type. */
export const SyncState = z.enum(['last_sync', 'in_progress', 'failed']);
export type SyncState = z.infer<typeof SyncState>;

/** Where this instance stands between a bare machine and the running sync. Asked now, never stored. */
export const Stage = z.enum(['not_connected', 'not_confirmed', 'not_started', 'initial_sync', 'running']);
export type Stage = z.infer<typeof Stage>;

export const OrgKind = z.enum(['production', 'sandbox', 'practice']);
export type OrgKind = z.infer<typeof OrgKind>;

export const Status = z.object({
  syncState: SyncState,
  stage: Stage,
  /** When the last complete pass ended; null: never. */
  lastSyncAt: Time.nullable(),
  /** Of what runs now, when `syncState` is `in_progress`. */
  startedAt: Time.nullable(),
  failedAt: Time.nullable(),
  /** Why it failed, or why the connection waits. */
  problem: ProblemShape.nullable(),
  /** What failed as a whole; null: the connection. */
  failedObject: SyncObjectName.nullable(),
  enabled: z.boolean(),
  enabledChangedAt: Time.nullable(),
  /** Records that wait for a person. */
  openErrors: z.number().int(),
  /** People with changes that wait to be sent. */
  waitingToSend: z.number().int(),
  conflictsToday: z.number().int(),
  heldConflicts: z.number().int(),
  org: z.object({ orgId: z.string().nullable(), name: z.string().nullable(), kind: OrgKind }).nullable(),
  version: z.string(),
});
export type Status = z.infer<typeof Status>;

export const ObjectHealth = z.enum(['normal', 'growing', 'first_read', 'failed', 'off']);
export type ObjectHealth = z.infer<typeof ObjectHealth>;

export const ObjectRow = z.object({
  object: SyncObjectName,
  /** Rows of the mirror, as the database estimates them. */
  records: z.number().int(),
  recordsIsExact: z.boolean(),
  /** People of this object that wait to be sent; 0 for objects that are only read. */
  backlogOut: z.number().int(),
  /** Records of Salesforce that wait to be read, as last counted; null: not counted yet. */
  backlogIn: z.number().int().nullable(),
  /** Over the last 24 hours (N111); `hours` are those since the start, the oldest first, the last one running. */
  recordsPerHour: z.object({ avg: z.number(), min: z.number(), max: z.number(), hours: z.array(z.number()) }),
  remainingMs: RangeMs.nullable(),
  lastFetchedAt: Time.nullable(),
  nextFetchAt: Time.nullable(),
  quietCycles: z.number().int(),
  health: ObjectHealth,
  sameness: Sameness,
  problem: ProblemShape.nullable(),
});
export type ObjectRow = z.infer<typeof ObjectRow>;
export const Objects = z.object({ objects: z.array(ObjectRow) });

export const SyncSwitch = z.object({ enabled: z.boolean() });
export type SyncSwitch = z.infer<typeof SyncSwitch>;
