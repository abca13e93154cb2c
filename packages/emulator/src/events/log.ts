import type { Store, Stored } from '../store/store.ts';

/** An event's values by field; a compound field's by part. Values are as the store has them; null is absent. */
export type Values = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

/** `ChangeEventHeader` with fields by name (`Phone`, `Name.FirstName`) in place of bitmaps. */
export interface ChangeHeader {
  readonly entityName: string;
  readonly recordIds: readonly string[];
  readonly changeType: string;
  readonly changeOrigin: string;
  readonly transactionKey: string;
  readonly sequenceNumber: number;
  readonly commitTimestamp: number;
  readonly commitNumber: number;
  readonly commitUser: string;
  readonly nulledFields: readonly string[];
  readonly changedFields: readonly string[];
}

export type EventBody =
  | { readonly kind: 'change'; readonly header: ChangeHeader; readonly values: Values }
  | {
      readonly kind: 'platform';
      readonly uuid: string;
      readonly createdAt: number;
      readonly createdById: string;
      readonly values: Values;
    }
  /** What a PushTopic or generic channel delivers, but for the replay id. */
  | {
      readonly kind: 'message';
      readonly event: Readonly<Record<string, unknown>>;
      readonly rest: Readonly<Record<string, unknown>>;
    };

export interface NewEvent {
  /** `LeadChangeEvent`, `Sample__e`, `/topic/X`, `/u/X`. */
  readonly stream: string;
  readonly schemaId: string | null;
  readonly body: EventBody;
}

export interface LoggedEvent extends NewEvent {
  readonly replayId: number;
  /** When it was committed, in milliseconds. */
  readonly at: number;
}

const hourMs = 3_600_000;
const retentionMs = 72 * hourMs;
const shortRetentionMs = 24 * hourMs;
/** The tip moves at least so often, so that an id given to an idle client stays good. */
const tipMs = hourMs;
/** Old events are looked for once in so many. */
const pruneEvery = 1000;
const tipStream = '';

/** The log of the bus, in tables of the org's file. */
export class EventLog {
  readonly #store: Store;
  #sincePruned = 0;

  constructor(store: Store) {
    this.#store = store;
    store.database.exec(`
      create table if not exists "_event" (replay_id integer primary key, stream text not null, at integer not null,
        schema_id text, body text not null);
      create index if not exists "_event.stream" on "_event" (stream, replay_id);
      create table if not exists "_event_mark" (name text primary key, replay_id integer not null);
    `);
  }

  /** The newest replay id given out; 0 before the first. */
  get last(): number {
    return this.#mark('last');
  }

  get count(): number {
    const row = this.#store.statement('select count(*) as events from "_event" where stream <> ?').get(tipStream);
    return Number(row?.['events']);
  }

  /** Ids for events about to be written, in order and with holes between them. */
  reserve(count: number): readonly number[] {
    let last = this.last;
    const ids = Array.from({ length: count }, () => {
      last += 1 + ((last * 7) % 5);
      return last;
    });
    this.#setMark('last', last);
    return ids;
  }

  append(replayId: number, { stream, schemaId, body }: NewEvent): void {
    this.#store
      .statement('insert into "_event" (replay_id, stream, at, schema_id, body) values (?, ?, ?, ?, ?)')
      .run(replayId, stream, this.#store.clock(), schemaId, JSON.stringify(body));
    this.#sincePruned += 1;
    if (this.#sincePruned >= pruneEvery) this.#prune();
  }

  /** Events of these streams behind a replay id that were committed by `until`, at most `max`. */
  read(streams: readonly string[], behind: number, until: number, max: number): readonly LoggedEvent[] {
    if (streams.length === 0 || max <= 0) return [];
    const marks = streams.map(() => '?').join(', ');
    return this.#store
      .statement(
        `select replay_id, stream, at, schema_id, body from "_event"
         where stream in (${marks}) and replay_id > ? and at <= ? and at > ? order by replay_id limit ?`,
      )
      .all(...streams, behind, until, this.#store.clock() - retentionOf(streams), max)
      .map((row) => ({
        replayId: Number(row['replay_id']),
        stream: String(row['stream']),
        at: Number(row['at']),
        schemaId: (row['schema_id'] as Stored | undefined) ?? null,
        body: JSON.parse(String(row['body'])) as EventBody,
      }));
  }

  /** When the next event of these streams behind a replay id was committed. */
  nextAt(streams: readonly string[], behind: number): number | undefined {
    if (streams.length === 0) return undefined;
    const row = this.#store
      .statement(
        `select at from "_event" where stream in (${streams.map(() => '?').join(', ')}) and replay_id > ?
         order by replay_id limit 1`,
      )
      .get(...streams, behind);
    return row === undefined ? undefined : Number(row['at']);
  }

  /** Whether a reader of these streams may start behind this id: it was given out, and nothing after it is lost yet. */
  isValid(streams: readonly string[], replayId: number): boolean {
    if (!Number.isSafeInteger(replayId) || replayId <= this.#mark('forgotten') || replayId > this.last) return false;
    const row = this.#store
      .statement('select at from "_event" where replay_id <= ? order by replay_id desc limit 1')
      .get(replayId);
    const at = row?.['at'];
    return typeof at === 'number' && at > this.#store.clock() - retentionOf(streams);
  }

  /** The newest id, moved on first if it is of long ago: what an idle client may keep to come back with. */
  tip(): number {
    const row = this.#store.statement('select at from "_event" order by replay_id desc limit 1').get();
    if (row !== undefined && Number(row['at']) > this.#store.clock() - tipMs) return this.last;
    return this.#store.transaction(() => {
      const [id] = this.reserve(1) as [number];
      this.append(id, { stream: tipStream, schemaId: null, body: { kind: 'message', event: {}, rest: {} } });
      return id;
    });
  }

  forget(): void {
    this.#store.transaction(() => {
      this.#setMark('forgotten', this.last);
      this.#store.database.exec('delete from "_event"');
    });
  }

  #prune(): void {
    this.#sincePruned = 0;
    const oldest = this.#store.clock() - retentionMs;
    const row = this.#store.statement('select max(replay_id) as id from "_event" where at <= ?').get(oldest);
    const id = row?.['id'];
    if (typeof id !== 'number') return;
    this.#setMark('forgotten', Math.max(id, this.#mark('forgotten')));
    this.#store.statement('delete from "_event" where at <= ?').run(oldest);
  }

  #mark(name: string): number {
    const row = this.#store.statement('select replay_id from "_event_mark" where name = ?').get(name);
    return Number(row?.['replay_id'] ?? 0);
  }

  #setMark(name: string, replayId: number): void {
    this.#store.statement('insert or replace into "_event_mark" (name, replay_id) values (?, ?)').run(name, replayId);
  }
}

function retentionOf(streams: readonly string[]): number {
  return streams.every((stream) => stream.startsWith('/')) ? shortRetentionMs : retentionMs;
}
