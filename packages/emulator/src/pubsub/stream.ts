import { randomUUID } from 'node:crypto';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { Follower, Start } from '../events/events.ts';
import type { LoggedEvent } from '../events/log.ts';
import { seen } from '../events/seen.ts';
import type { Org } from '../org.ts';
import { encode } from './avro.ts';
import type { Caller } from './caller.ts';
import { replayIdBytes } from './replay-id.ts';
import { asRefusal, refusals } from './status.ts';
import type { ConsumerEvent, FetchResponse } from './wire.ts';

/** Events of one response, as Salesforce bounds a request for them. */
const eventsMax = 100;
/** How often a silent stream's session is looked after. */
const watchMs = 500;

export interface StreamParts {
  readonly org: Org;
  readonly caller: Caller;
  /** How long a stream may be silent before an empty response tells the newest replay id. */
  readonly keepAliveMs: number;
}

/** A response stream of events: gives as many as were asked for, and no more. */
export class EventStream {
  readonly #parts: StreamParts;
  readonly #call: ServerDuplexStream<unknown, FetchResponse>;
  readonly #rpcId = randomUUID();
  #follower: Follower | undefined;
  #pending = 0;
  #keepAlive: NodeJS.Timeout | undefined;
  readonly #watch: NodeJS.Timeout;
  #isOver = false;

  constructor(parts: StreamParts, call: ServerDuplexStream<unknown, FetchResponse>) {
    this.#parts = parts;
    this.#call = call;
    this.#watch = setInterval(() => {
      if (!parts.caller.isThere()) this.fail(refusals.unauthenticated());
    }, watchMs);
    call.on('cancelled', () => this.#stop());
    call.on('close', () => this.#stop());
    call.on('error', () => this.#stop());
  }

  get isFollowing(): boolean {
    return this.#follower !== undefined;
  }

  follow(topic: string, from: Start): void {
    if (this.#isOver) return;
    this.#follower = this.#parts.org.events.follow(topic, from, (why) => {
      if (why === 'ended') this.fail(refusals.unavailable());
      else this.#flush();
    });
    this.#rest();
  }

  /** Asks for more events. */
  ask(events: number): void {
    if (events <= 0) throw refusals.requestedEvents();
    this.#pending += Math.min(events, eventsMax);
    this.#flush();
  }

  write(more: Partial<FetchResponse> & Record<string, unknown>): void {
    if (this.#isOver) return;
    this.#call.write({
      events: [],
      latestReplayId: replayIdBytes(this.#follower?.position ?? 0),
      rpcId: this.#rpcId,
      pendingNumRequested: this.#pending,
      ...more,
    });
    this.#rest();
  }

  end(): void {
    if (this.#isOver) return;
    this.#stop();
    this.#call.end();
  }

  /** Ends the stream with a status. */
  fail(error: unknown): void {
    if (this.#isOver) return;
    this.#stop();
    this.#call.emit('error', asRefusal(error));
  }

  #flush(): void {
    try {
      while (!this.#isOver && this.#follower !== undefined && this.#pending > 0) {
        if (!this.#parts.caller.isThere()) throw refusals.unauthenticated();
        const events = this.#follower.take(Math.min(this.#pending, eventsMax));
        if (events.length === 0) return;
        const told = events.flatMap((event) => this.#consumerEvent(event) ?? []);
        this.#pending -= told.length;
        if (told.length > 0) this.write({ events: told });
      }
    } catch (error) {
      this.fail(error);
    }
  }

  #consumerEvent({ body, schemaId, replayId }: LoggedEvent): ConsumerEvent | undefined {
    const { access, events, schema: objects } = this.#parts.org;
    const schema = schemaId === null ? undefined : events.schema(schemaId);
    if (schema === undefined || body.kind === 'message') return undefined;
    const object = objects.object(body.kind === 'change' ? body.header.entityName : schema.event);
    const sight = access.sight(this.#parts.caller.user);
    if (object !== undefined && !sight.rights(object).read) return undefined;
    const visible = seen(body, object, sight);
    const id = body.kind === 'platform' ? body.uuid : randomUUID();
    return {
      event: { id, schemaId: schema.id, payload: encode(visible, schema.avro) },
      replayId: replayIdBytes(replayId),
    };
  }

  /** Waits for the next thing to say; a stream that stays silent says the newest replay id. */
  #rest(): void {
    clearTimeout(this.#keepAlive);
    this.#keepAlive = setTimeout(() => {
      this.#follower?.rest();
      this.write({});
    }, this.#parts.keepAliveMs);
  }

  #stop(): void {
    this.#isOver = true;
    clearTimeout(this.#keepAlive);
    clearInterval(this.#watch);
    this.#follower?.close();
  }
}
