/**
 * The Streaming API: Bayeux over long polling, as CometD and Faye speak it (A16), at `/cometd/64.0`.
 *
 * A client shakes hands with a session's token, subscribes to `/data/...`, `/event/...`, `/topic/...` or `/u/...`, and
 * polls; a poll waits for an event 110 seconds. `ext.replay` of a subscription names where to begin: behind a replay id,
 * -1 at the newest event (unless told), -2 at the oldest that is kept. A client that does not poll for 40 seconds is
 * forgotten and told `403::Unknown client`; one whose session ended is told `401::Authentication invalid`. Delivery is at
 * most once from the moment an answer leaves: an answer that is cut loses its events, and replay is what brings them back.
 *
 * Not here: WebSocket, which Salesforce does not speak either, and the limit on clients at once.
 */
import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Session } from '../access/access.ts';
import { EventRefusal, type Start } from '../events/events.ts';
import { maySee } from '../events/seen.ts';
import type { Org } from '../org.ts';
import { ClientSession } from './client-session.ts';
import { type Answer, anew, done, errors, failed, longPolling, type Message, messagesOf, never } from './messages.ts';

const pollMs = 110_000;
/** How often sessions of waiting clients are looked after. */
const watchMs = 500;
const versionMin = 23;

export function registerCometd(app: FastifyInstance, org: Org, quietMs = pollMs): void {
  const bayeux = new Bayeux(org, quietMs);
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_, body, parsed) => {
    try {
      parsed(null, JSON.parse(String(body)));
    } catch {
      parsed(null, undefined);
    }
  });
  const handle = (request: FastifyRequest, reply: FastifyReply): FastifyReply => bayeux.answer(request, reply);
  for (const path of ['/cometd/:version', '/cometd/:version/*']) {
    app.post(path, handle);
    app.get(path, (_, reply) => reply.code(400).type('text/plain').send(errors.connectionType('websocket')));
  }
  app.post('/cometd', (_, reply) => reply.code(400).type('text/plain').send(uriFormat('mandatory')));
  app.addHook('onClose', async () => bayeux.close());
}

function uriFormat(what: 'mandatory' | 'supported'): string {
  return what === 'mandatory'
    ? "400::API version in the URI is mandatory. URI format: '/cometd/64.0'"
    : "400::Unsupported API version. Only API versions '23.0' and above are supported. URI format: '/cometd/64.0'";
}

class Bayeux {
  readonly #org: Org;
  readonly #pollMs: number;
  readonly #clients = new Map<string, ClientSession>();
  readonly #watch: NodeJS.Timeout;

  constructor(org: Org, pollMs: number) {
    this.#org = org;
    this.#pollMs = pollMs;
    this.#watch = setInterval(() => this.#lookAfter(), watchMs);
    this.#watch.unref();
  }

  close(): void {
    clearInterval(this.#watch);
    for (const client of this.#clients.values()) client.close();
  }

  /** Ends clients whose session has ended. */
  #lookAfter(): void {
    for (const client of this.#clients.values()) {
      if (this.#org.access.sessions.find(client.session.token) !== undefined) continue;
      client.close(errors.authenticationInvalid, never);
    }
  }

  answer(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const version = Number(/^\/cometd\/(?:replay\/)?(\d+\.\d+)/.exec(request.url)?.[1]);
    if (Number.isNaN(version)) return reply.code(400).type('text/plain').send(uriFormat('mandatory'));
    if (version < versionMin) return reply.code(400).type('text/plain').send(uriFormat('supported'));
    const messages = messagesOf(request.body);
    if (messages === undefined) return reply.code(400).type('text/plain').send('400::No Bayeux messages');
    const token = /^(?:Bearer|OAuth)\s+(.+)$/i.exec(request.headers.authorization ?? '')?.[1]?.trim();
    const answers = messages.filter(({ channel }) => channel !== '/meta/connect').map((one) => this.#one(one, token));
    const poll = messages.find(({ channel }) => channel === '/meta/connect');
    void reply.type('application/json;charset=UTF-8');
    if (poll === undefined) return reply.send(answers);
    this.#poll(poll, token, reply, answers);
    return reply;
  }

  #poll(message: Message, token: string | undefined, reply: FastifyReply, before: readonly object[]): void {
    const found = this.#client(message, token);
    if ('refusal' in found) {
      void reply.send([...before, found.refusal]);
      return;
    }
    reply.raw.once('close', () => found.client.leave(message));
    found.client.connect(message, (answers) => void reply.send([...before, ...answers]));
  }

  #one(message: Message, token: string | undefined): Answer {
    if (message.channel === '/meta/handshake') return this.#handshake(message, token);
    const found = this.#client(message, token);
    if ('refusal' in found) return found.refusal;
    switch (message.channel) {
      case '/meta/subscribe':
        return this.#subscribe(message, found.client);
      case '/meta/unsubscribe':
        for (const channel of channelsOf(message)) found.client.unsubscribe(channel);
        return done(message, { clientId: message.clientId, subscription: message.subscription });
      case '/meta/disconnect':
        found.client.close();
        return done(message, { clientId: message.clientId });
      default:
        return failed(message, errors.publishDenied);
    }
  }

  #session(token: string | undefined): Session | undefined {
    return token === undefined ? undefined : this.#org.access.session(token);
  }

  #handshake(message: Message, token: string | undefined): Answer {
    const session = this.#session(token);
    if (session === undefined) {
      const failureReason = token === undefined ? errors.needsAuthentication : errors.authenticationInvalid;
      const ext = { sfdc: { failureReason }, replay: true, 'payload.format': true };
      return failed(message, errors.handshakeDenied, { ...never, ext });
    }
    const types = message.supportedConnectionTypes ?? [longPolling];
    if (!types.includes(longPolling)) return failed(message, errors.connectionType(types.join()), never);
    const clientId = randomBytes(20).toString('hex');
    const client = new ClientSession({
      org: this.#org,
      session,
      pollMs: this.#pollMs,
      forgotten: () => this.#clients.delete(clientId),
    });
    this.#clients.set(clientId, client);
    return done(message, {
      clientId,
      version: '1.0',
      minimumVersion: '1.0',
      supportedConnectionTypes: [longPolling],
      ext: { replay: true, 'payload.format': true },
    });
  }

  /** The client that a message is of, or what it is told instead. */
  #client(message: Message, token: string | undefined): { client: ClientSession } | { refusal: Answer } {
    const client = this.#clients.get(message.clientId ?? '');
    if (client === undefined) return { refusal: failed(message, errors.unknownClient, anew) };
    if (this.#session(token) !== undefined) return { client };
    client.close();
    const error = token === undefined ? errors.needsAuthentication : errors.authenticationInvalid;
    return { refusal: failed(message, error, { ...never, clientId: message.clientId }) };
  }

  #subscribe(message: Message, client: ClientSession): Answer {
    const channels = channelsOf(message);
    if (channels.length === 0) return failed(message, errors.noChannelName);
    const about = { clientId: message.clientId, subscription: message.subscription };
    for (const channel of channels) {
      const error = this.#follow(channel, message, client);
      if (error !== undefined) return failed(message, error, about);
    }
    return done(message, about);
  }

  /** Undefined if the client follows the channel now. */
  #follow(channel: string, message: Message, client: ClientSession): string | undefined {
    if (!channel.startsWith('/')) return errors.noSlash;
    const topic = this.#org.events.topic(channel);
    if (topic === undefined) return errors.noChannel(channel);
    if (!maySee(topic, this.#org.schema, this.#org.access.sight(client.session.user))) return errors.noAccess;
    const replayId = message.ext?.replay?.[channel] ?? -1;
    try {
      client.subscribe(channel, topic, startOf(replayId));
      return undefined;
    } catch (error) {
      if (error instanceof EventRefusal) return errors.replayId(replayId);
      throw error;
    }
  }
}

function channelsOf({ subscription }: Message): readonly string[] {
  if (subscription === undefined) return [];
  return typeof subscription === 'string' ? [subscription] : subscription;
}

function startOf(replayId: number): Start {
  if (replayId === -1) return 'latest';
  return replayId === -2 ? 'earliest' : replayId;
}
