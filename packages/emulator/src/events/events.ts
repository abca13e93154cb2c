/**
 * The org's event bus: Change Data Capture, platform events, PushTopics and generic channels, in one log (A14 to A16).
 *
 * Whoever changes a row tells it with `record`, inside the store's transaction that changes it. When that transaction
 * commits, its changes become events of one `transactionKey`, numbered from 1 in the order they were recorded, written to
 * the log as a part of the same commit; when it is undone, or a savepoint in it, nothing was ever said. Rows that change
 * alike in one transaction share one event with several `recordIds`. An object is captured once a channel has it as a
 * member (`channels`), as in Salesforce, where nothing is captured until somebody chooses it.
 *
 * A change of more than 1 MB is told as a gap, without its values; what goes beyond 100,000 changes of one transaction is
 * told as one overflow an object. The switches `gapEvents`, `overflowEvents`, `loseEvents`, `duplicateEvents`,
 * `eventLagMs` and `dailyEvents` cause the same at will.
 *
 * Replay ids grow and have holes. Events are kept 72 hours, those of PushTopics and generic channels 24. A follower reads
 * a topic from the newest event on, from the oldest kept, or behind a replay id; an id that was never given out, or whose
 * event is no longer kept, is refused (`EventRefusal`). Delivery is at least once and in the order of replay ids.
 *
 * What a subscriber may not see by field-level security is left out by `seen.ts`.
 */
import type { OrgUser } from '../access/access.ts';
import type { StoredRow } from '../store/store.ts';
import type { Channels } from './channels.ts';
import type { LoggedEvent, Values } from './log.ts';
import type { ManagedSubscriptions } from './managed.ts';
import type { EventSchema } from './schemas.ts';

export type ChangeType = 'CREATE' | 'UPDATE' | 'DELETE' | 'UNDELETE';

/** One row's change. */
export interface RowChange {
  /** The object's name in canonical case. */
  readonly object: string;
  readonly type: ChangeType;
  /** 18 characters. */
  readonly id: string;
  /** The row as it was stored; an UPDATE needs it. */
  readonly before?: StoredRow | undefined;
  /** The row as it is stored now; all but a DELETE need it. */
  readonly after?: StoredRow | undefined;
  readonly userId: string;
  /** `changeOrigin` as `originOf` makes it; absent for the org's own work and its page. */
  readonly origin?: string | undefined;
  /** Fields whose change is not told: the UPDATE of a lead conversion leaves out `LastModifiedDate` (A14). */
  readonly untold?: readonly string[];
}

/** What writing records needs of the bus. */
export interface ChangeRecorder {
  /** Notes a change; throws outside of a transaction of the store. Cheap where nobody captures the object. */
  record(change: RowChange): void;
  /** Notes a platform event to be published when the transaction commits; returns its `EventUuid`. */
  enqueue(event: string, values: StoredRow, userId: string): string;
  /** Counts a platform event about to be published; false if the hour's are spent. */
  mayPublish(): boolean;
}

/** What a subscriber may name: `/data/LeadChangeEvent`, `/event/X__e`, `/topic/X`, `/u/X`, a channel `/data/X__chn`. */
export interface Topic {
  /** In canonical case. */
  readonly name: string;
  readonly kind: 'data' | 'event' | 'topic' | 'generic';
  /** The object that one must be allowed to read to follow it; undefined for channels of several. */
  readonly object: string | undefined;
  /** Names under which its events are in the log. */
  readonly streams: readonly string[];
  /** The current schema of a topic of one kind of event; undefined for channels of several, and where there is none. */
  readonly schema: EventSchema | undefined;
  readonly canPublish: boolean;
}

/** A replay id behind which to start, or one of the two ends of the log. */
export type Start = 'latest' | 'earliest' | number;

/** Why a follower is told: there may be events to take, or its stream was ended by the switch and it is closed. */
export type Wake = (why: 'events' | 'ended') => void;

/** A reader's place in a topic. */
export interface Follower {
  /** The replay id behind which it reads. */
  readonly position: number;
  /** Up to `max` events behind its place, and moves behind them. Throws `EventRefusal` once the day's events are spent. */
  take(max: number): readonly LoggedEvent[];
  /** Moves to the end of the log when nothing is left to take, so that an idle client may come back there. */
  rest(): number;
  close(): void;
}

/** An event that a client publishes. */
export interface PublishedEvent {
  readonly schema: EventSchema;
  readonly values: Values;
  /** `EventUuid`, given by the client or made here. */
  readonly uuid: string;
}

export interface Events extends ChangeRecorder {
  readonly channels: Channels;
  readonly managed: ManagedSubscriptions;
  /** Chooses an object for the standard channel, as its setup page does. Throws for one that cannot be captured. */
  capture(object: string): void;
  /** Undefined if there is no such topic. */
  topic(name: string): Topic | undefined;
  /** A schema that is, or once was, the schema of an event. */
  schema(id: string): EventSchema | undefined;
  /** Follows a topic. `wake` is called, never from inside this call or a commit, when there may be something to take. */
  follow(topic: string, from: Start, wake: Wake): Follower;
  /** Publishes at once, in one transaction; the replay ids in the order of `events`. */
  publish(events: readonly PublishedEvent[], user: OrgUser): readonly number[];
  /** Puts a message into a generic channel; `fanoutCount` is -1, as Salesforce says when it does not count. */
  push(channel: string, payload: unknown): void;
  /** Forgets every event: replay ids given out so far are no longer valid. */
  forget(): void;
  /** Ends every subscription, as an outage does. */
  endStreams(): void;
  /** What `GET /practice/events` says: how long the log is, and who follows what from where. */
  state(): EventState;
  close(): void;
}

export interface EventState {
  readonly events: number;
  readonly lastReplayId: number;
  readonly deliveredToday: number;
  readonly publishedThisHour: number;
  readonly members: readonly string[];
  readonly followers: readonly { readonly topic: string; readonly position: number }[];
}

export { makeEvents } from './bus.ts';
export { originOf } from './origin.ts';
export { EventRefusal } from './refusal.ts';
