/**
 * The Pub/Sub API: gRPC over TLS (A15). This module, and the gRPC it needs, is loaded when the first client connects.
 *
 * `Subscribe` and `ManagedSubscribe` give change events and platform events as Avro, as many as were asked for; a stream
 * that has nothing to say tells the newest replay id every 270 seconds. `GetTopic` and `GetSchema` tell the schema that
 * events are written with; a field that is added makes a new schema, and events of before keep theirs. `Publish` and
 * `PublishStream` publish platform events. A call needs the headers `accesstoken`, `instanceurl` and `tenantid`; its stream
 * ends with UNAUTHENTICATED when the session does. A refusal carries `error-code` and `rpc-id` in its trailers.
 */
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  type GrpcObject,
  loadPackageDefinition,
  type Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServiceClientConstructor,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { Org } from '../org.ts';
import type { Certificates } from '../secure/certificates.ts';
import { type Caller, callerOf, topicFor } from './caller.ts';
import { managedSubscribe } from './managed-subscribe.ts';
import { publish, publishStream } from './publish.ts';
import { asRefusal, type CallRefusal, refusals } from './status.ts';
import { subscribe } from './subscribe.ts';
import type { PublishRequest, SchemaInfo, SchemaRequest, TopicInfo, TopicRequest } from './wire.ts';

const publishIdleMs = 70_000;
const closeMs = 300;

export interface PubSub {
  /** Serves a connection that came to the gRPC port. */
  take(socket: Socket): void;
  /** Ends every stream with UNAVAILABLE, and gives its client a moment to hear of it. */
  close(): Promise<void>;
}

export function makePubSub(org: Org, certificates: Certificates, keepAliveMs: number): PubSub {
  const server = new Server();
  const streams = new Set<() => void>();
  server.addService(serviceDefinition(), implementation(org, keepAliveMs, streams));
  const credentials = ServerCredentials.createSsl(null, [
    { cert_chain: Buffer.from(certificates.cert), private_key: Buffer.from(certificates.key) },
  ]);
  const injector = server.createConnectionInjector(credentials);
  return {
    take: (socket) => injector.injectConnection(socket),
    close: async () => {
      const ended = new Promise((resolve) => server.tryShutdown(resolve));
      for (const end of streams) end();
      await Promise.race([ended, wait(closeMs, undefined, { ref: false })]);
      injector.destroy();
      server.forceShutdown();
    },
  };
}

function serviceDefinition(): ServiceClientConstructor['service'] {
  const proto = path.join(import.meta.dirname, 'pubsub.proto');
  const loaded = loadSync(proto, { enums: String, longs: Number, defaults: true, arrays: true, objects: false });
  const eventbus = loadPackageDefinition(loaded)['eventbus'] as GrpcObject;
  return ((eventbus['v1'] as GrpcObject)['PubSub'] as ServiceClientConstructor).service;
}

interface UnaryCall<Request> {
  readonly request: Request;
  readonly metadata: Metadata;
}
type Reply<Response> = (error: CallRefusal | null, response?: Response) => void;

/** Answers a call of one request. */
function unary<Request, Response>(org: Org, answer: (request: Request, caller: Caller) => Response) {
  return (call: UnaryCall<Request>, reply: Reply<Response>): void => {
    try {
      reply(null, answer(call.request, callerOf(org, call.metadata)));
    } catch (error) {
      reply(asRefusal(error));
    }
  };
}

/** Serves a call of streams, once its caller is known; `streams` ends those that are open. */
function streaming<Request, Response>(
  org: Org,
  streams: Set<() => void>,
  serve: (caller: Caller, call: ServerDuplexStream<Request, Response>) => void,
) {
  return (call: ServerDuplexStream<Request, Response>): void => {
    const end = (): boolean => call.emit('error', refusals.unavailable());
    streams.add(end);
    for (const over of ['cancelled', 'close', 'error', 'finish']) call.on(over, () => streams.delete(end));
    try {
      serve(callerOf(org, call.metadata), call);
    } catch (error) {
      call.emit('error', asRefusal(error));
    }
  };
}

function implementation(org: Org, keepAliveMs: number, streams: Set<() => void>): UntypedServiceImplementation {
  return {
    GetTopic: unary(org, (request: TopicRequest, caller) => topicInfo(org, caller, request)),
    GetSchema: unary(org, (request: SchemaRequest) => schemaInfo(org, request)),
    Publish: unary(org, (request: PublishRequest, caller) => publish(org, caller, request)),
    PublishStream: streaming(org, streams, (caller, call) =>
      publishStream({ org, caller, idleMs: publishIdleMs }, call),
    ),
    Subscribe: streaming(org, streams, (caller, call) => subscribe({ org, caller, keepAliveMs }, call)),
    ManagedSubscribe: streaming(org, streams, (caller, call) => managedSubscribe({ org, caller, keepAliveMs }, call)),
  } as unknown as UntypedServiceImplementation;
}

function topicInfo(org: Org, caller: Caller, { topicName }: TopicRequest): TopicInfo {
  const topic = topicFor(org, caller, topicName);
  return {
    topicName: topic.name,
    tenantGuid: org.access.orgId,
    canPublish: topic.canPublish,
    canSubscribe: true,
    schemaId: topic.schema?.id ?? '',
    rpcId: randomUUID(),
  };
}

function schemaInfo(org: Org, { schemaId }: SchemaRequest): SchemaInfo {
  const schema = org.events.schema(schemaId);
  if (schema === undefined) throw refusals.noSchema(schemaId);
  return { schemaJson: JSON.stringify(schema.avro), schemaId, rpcId: randomUUID() };
}
