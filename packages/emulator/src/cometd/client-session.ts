import type { Session } from '../access/access.ts';
import { EventRefusal, type Follower, type Start, type Topic } from '../events/events.ts';
import type { Org } from '../org.ts';
import { delivery } from './delivery.ts';
import { type Answer, anew, done, errors, failed, type Message, never } from './messages.ts';

/** Events that wait for a client's next poll; the rest wait in the log. */
const waitingMax = 200;
/** How long a client may take between two polls before it is forgotten. */
const absentMs = 40_000;

export interface SessionParts {
  readonly org: Org;
  readonly session: Session;
  /** How long a poll waits for an event. */
  readonly pollMs: number;
  readonly forgotten: () => void;
}

/** How a poll is answered: events first, the poll's own answer last. */
type Reply = (answers: readonly object[]) => void;

interface Poll {
  readonly message: Message;
  readonly reply: Reply;
  readonly timer: NodeJS.Timeout;
}

/** A client between its handshake and its end: what it follows, and the poll it waits with. */
export class ClientSession {
  readonly #parts: SessionParts;
  readonly #followers = new Map<string, { readonly topic: Topic; readonly follower: Follower }>();
  #waiting: object[] = [];
  #poll: Poll | undefined;
  #absence: NodeJS.Timeout | undefined;
  #hasPolled = false;
  /** Why it is over: what its next poll is told. */
  #end: { readonly error: string; readonly advice: Answer } | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#expectPoll();
  }

  get session(): Session {
    return this.#parts.session;
  }

  /** Follows a topic from where it is told; throws `EventRefusal`. A topic it follows already is followed anew. */
  subscribe(channel: string, topic: Topic, from: Start): void {
    this.unsubscribe(channel);
    const follower = this.#parts.org.events.follow(topic.name, from, (why) => {
      if (why === 'ended') this.#finish(errors.unknownClient, anew);
      else this.#gather();
    });
    this.#followers.set(channel, { topic: { ...topic, name: channel }, follower });
  }

  unsubscribe(channel: string): void {
    this.#followers.get(channel)?.follower.close();
    this.#followers.delete(channel);
  }

  /** Answers at the next event, or when the poll's time is over; the first poll is answered at once. */
  connect(message: Message, reply: Reply): void {
    clearTimeout(this.#absence);
    this.#answerPoll();
    const isFirst = !this.#hasPolled;
    this.#hasPolled = true;
    const wait = isFirst || message.advice?.timeout === 0 ? 0 : this.#parts.pollMs;
    const timer = setTimeout(() => this.#answerPoll(), wait);
    this.#poll = { message, reply, timer };
    this.#gather();
    if (this.#end !== undefined || wait === 0) this.#answerPoll();
  }

  /** The client's connection was cut: nobody hears the answer. */
  leave(message: Message): void {
    if (this.#poll?.message !== message) return;
    clearTimeout(this.#poll.timer);
    this.#poll = undefined;
    this.#expectPoll();
  }

  /** Ends it, with what its waiting poll, or its next, is told. */
  close(error: string = errors.unknownClient, advice: Answer = anew): void {
    this.#finish(error, advice);
  }

  /** Takes what has come for the client, as long as it is not behind with hearing it. */
  #gather(): void {
    try {
      for (const { topic, follower } of this.#followers.values()) {
        const room = waitingMax - this.#waiting.length;
        for (const event of room > 0 ? follower.take(room) : []) {
          const message = delivery(this.#parts.org, this.session.user, topic, event);
          if (message !== undefined) this.#waiting.push(message);
        }
      }
    } catch (error) {
      if (!(error instanceof EventRefusal)) throw error;
      this.#finish(errors.dailyLimit, never);
    }
    if (this.#waiting.length > 0) this.#answerPoll();
  }

  #answerPoll(): void {
    const poll = this.#poll;
    if (poll === undefined) return;
    this.#poll = undefined;
    clearTimeout(poll.timer);
    const events = this.#waiting;
    this.#waiting = [];
    poll.reply([...events, this.#end === undefined ? this.#connected(poll.message) : this.#ended(poll.message)]);
    if (this.#end === undefined) this.#expectPoll();
    else this.#parts.forgotten();
  }

  #connected(message: Message): Answer {
    const advice = { interval: 0, timeout: this.#parts.pollMs, reconnect: 'retry' };
    return done(message, { clientId: message.clientId, advice });
  }

  #ended(message: Message): Answer {
    return failed(message, this.#end?.error ?? errors.unknownClient, this.#end?.advice);
  }

  #expectPoll(): void {
    clearTimeout(this.#absence);
    this.#absence = setTimeout(() => this.#finish(errors.unknownClient, anew), absentMs);
    this.#absence.unref();
  }

  #finish(error: string, advice: Answer): void {
    if (this.#end !== undefined) return;
    this.#end = { error, advice };
    clearTimeout(this.#absence);
    for (const { follower } of this.#followers.values()) follower.close();
    this.#followers.clear();
    if (this.#poll === undefined) this.#parts.forgotten();
    else this.#answerPoll();
  }
}
