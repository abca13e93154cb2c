import { createHash, randomUUID } from 'node:crypto';
import type { Access, OrgUser } from '../access/access.ts';
import type { Store, StoredRow, TransactionWatcher } from '../store/store.ts';
import { changeEvents, changesMax, valuesOf } from './change-events.ts';
import { Channels, standardChannel } from './channels.ts';
import { defineStreaming } from './describes.ts';
import { EventUsage } from './event-usage.ts';
import type { EventState, Events, Follower, PublishedEvent, RowChange, Start, Topic, Wake } from './events.ts';
import { Followers } from './followers.ts';
import { EventLog, type NewEvent } from './log.ts';
import { ManagedSubscriptions } from './managed.ts';
import { PushTopics } from './push-topics.ts';
import { type EventSchema, Schemas } from './schemas.ts';
import { Topics } from './topics.ts';

export interface EventParts {
  readonly store: Store;
  readonly access: Access;
}

/** Makes the bus of an org, over the log its file has. */
export function makeEvents(parts: EventParts): Events {
  defineStreaming(parts.store);
  return new Bus(parts);
}

type Noted =
  | { readonly kind: 'change'; readonly change: RowChange }
  | { readonly kind: 'platform'; readonly event: NewEvent };

class Bus implements Events, TransactionWatcher {
  readonly channels: Channels;
  readonly managed: ManagedSubscriptions;
  readonly #store: Store;
  readonly #access: Access;
  readonly #log: EventLog;
  readonly #schemas: Schemas;
  readonly #topics: Topics;
  readonly #pushTopics: PushTopics;
  readonly #usage: EventUsage;
  readonly #followers: Followers;
  /** What the open transaction has noted, and how much of it each savepoint found there. */
  #noted: Noted[] = [];
  readonly #marks: number[] = [];
  #isOpen = false;
  #hasAppended = false;

  constructor({ store, access }: EventParts) {
    this.#store = store;
    this.#access = access;
    this.channels = new Channels(store);
    this.managed = new ManagedSubscriptions(store);
    this.#log = new EventLog(store);
    this.#schemas = new Schemas(store);
    this.#pushTopics = new PushTopics(store);
    this.#topics = new Topics({
      store,
      channels: this.channels,
      schemas: this.#schemas,
      pushTopics: this.#pushTopics,
    });
    this.#usage = new EventUsage(store, access.switches);
    this.#followers = new Followers({
      store,
      log: this.#log,
      switches: access.switches,
      usage: this.#usage,
      streamsOf: (topic) => this.topic(topic)?.streams ?? [],
    });
    store.watch(this);
    store.onRestored(() => {
      this.#pushTopics.changed();
      this.#schemas.undone();
      this.#followers.wake();
    });
  }

  record(change: RowChange): void {
    if (!this.#isOpen) throw new Error(`A change of ${change.object} was recorded outside of a transaction.`);
    if (change.object === 'PushTopic') this.#pushTopics.changed();
    if (this.channels.members.length === 0 && !this.#pushTopics.watches(change.object)) return;
    this.#noted.push({ kind: 'change', change });
  }

  enqueue(event: string, values: StoredRow, userId: string): string {
    if (!this.#isOpen) throw new Error(`${event} was published outside of a transaction.`);
    const schema = this.#schemas.current(event);
    const uuid = randomUUID();
    const told = valuesOf(this.#schemas.shape(event), values);
    this.#noted.push({ kind: 'platform', event: this.#platformEvent({ schema, uuid, values: told }, userId) });
    return uuid;
  }

  mayPublish(): boolean {
    return this.#usage.publish();
  }

  #platformEvent({ schema, uuid, values }: PublishedEvent, createdById: string): NewEvent {
    const createdAt = this.#store.clock();
    return {
      stream: schema.event,
      schemaId: schema.id,
      body: { kind: 'platform', uuid, createdAt, createdById, values },
    };
  }

  begins(depth: number): void {
    this.#isOpen = true;
    this.#marks[depth] = this.#noted.length;
  }

  undone(depth: number): void {
    this.#noted.length = this.#marks[depth] ?? 0;
    this.#pushTopics.changed();
    this.#schemas.undone();
    if (depth > 0) return;
    this.#isOpen = false;
    this.#hasAppended = false;
  }

  committing(): void {
    if (this.#noted.length === 0) return;
    const noted = this.#noted;
    this.#noted = [];
    const changes = noted.flatMap((one) => (one.kind === 'change' ? [one.change] : []));
    const platform = noted.flatMap((one) => (one.kind === 'platform' ? [one.event] : []));
    this.#append([...this.#changeEvents(changes), ...this.#topicEvents(changes), ...platform]);
  }

  committed(): void {
    this.#isOpen = false;
    if (!this.#hasAppended) return;
    this.#hasAppended = false;
    this.#followers.wake();
  }

  #changeEvents(changes: readonly RowChange[]): readonly NewEvent[] {
    const captured = (object: string): boolean =>
      this.#schemas.isCaptured(object) && this.channels.isChosen(this.#schemas.eventOf(object));
    if (!changes.some(({ object }) => captured(object))) return [];
    const { switches } = this.#access;
    const overflows = switches.take('overflowEvents');
    const commitNumber = this.#log.last + 1;
    const commit = { commitNumber, commitTimestamp: this.#store.clock(), transactionKey: this.#keyOf(commitNumber) };
    const events = changeEvents(changes, commit, {
      shape: (object) => (captured(object) ? this.#schemas.shape(object) : undefined),
      gap: () => switches.take('gapEvents'),
      changesMax: overflows ? 0 : changesMax,
    });
    return events.map(({ object, header, values }) => {
      const { id, event } = this.#schemas.current(object);
      return { stream: event, schemaId: id, body: { kind: 'change', header, values } };
    });
  }

  /** A key as Salesforce's look, the same for the same transaction of the same org. */
  #keyOf(commitNumber: number): string {
    const hash = createHash('md5').update(`${this.#access.orgId} ${commitNumber}`).digest('hex');
    return hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }

  #topicEvents(changes: readonly RowChange[]): readonly NewEvent[] {
    return changes.flatMap((change) => this.#pushTopics.events(change, this.#store.clock()));
  }

  #append(events: readonly NewEvent[]): readonly number[] {
    const { switches } = this.#access;
    const kept = events.filter(() => !switches.take('loseEvents'));
    const ids = this.#log.reserve(kept.length);
    kept.forEach((event, at) => this.#log.append(ids[at] as number, event));
    this.#hasAppended ||= kept.length > 0;
    return ids;
  }

  capture(object: string): void {
    const described = this.#store.schema.object(object);
    if (described === undefined || !this.#schemas.isCaptured(described.name)) {
      throw new Error(
        `Changes of ${object} cannot be captured: there is no such object, or Salesforce does not capture it.`,
      );
    }
    const entity = this.#schemas.eventOf(described.name);
    this.channels.add({ fullName: `${standardChannel}_${entity}`, channel: standardChannel, entity });
  }

  topic(name: string): Topic | undefined {
    return this.#topics.named(name);
  }

  schema(id: string): EventSchema | undefined {
    return this.#schemas.byId(id);
  }

  follow(topic: string, from: Start, wake: Wake): Follower {
    return this.#followers.follow(topic, from, wake);
  }

  publish(events: readonly PublishedEvent[], user: OrgUser): readonly number[] {
    return this.#store.transaction(() => {
      const ids = this.#log.reserve(events.length);
      events.forEach((event, at) => this.#log.append(ids[at] as number, this.#platformEvent(event, user.id)));
      this.#hasAppended = true;
      return ids;
    });
  }

  push(channel: string, payload: unknown): void {
    const event = { createdDate: new Date(this.#store.clock()).toISOString() };
    this.#store.transaction(() =>
      this.#append([{ stream: channel, schemaId: null, body: { kind: 'message', event, rest: { payload } } }]),
    );
  }

  forget(): void {
    this.#log.forget();
  }

  endStreams(): void {
    this.#followers.end();
  }

  state(): EventState {
    return {
      events: this.#log.count,
      lastReplayId: this.#log.last,
      deliveredToday: this.#usage.used,
      publishedThisHour: this.#usage.published,
      members: this.channels.members.map(({ fullName }) => fullName),
      followers: this.#followers.places,
    };
  }

  close(): void {
    this.#followers.close();
  }
}
