import { randomUUID } from 'node:crypto';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { PublishedEvent, Topic } from '../events/events.ts';
import type { Org } from '../org.ts';
import { decode } from './avro.ts';
import { type Caller, topicFor } from './caller.ts';
import { replayIdBytes } from './replay-id.ts';
import { asRefusal, refusals } from './status.ts';
import type { ProducerEvent, PublishRequest, PublishResponse, PublishResult } from './wire.ts';

/** `Publish`: platform events, each with a result of its own. */
export function publish(org: Org, caller: Caller, request: PublishRequest): PublishResponse {
  const topic = topicFor(org, caller, request.topicName);
  if (!topic.canPublish || topic.schema === undefined) throw refusals.closedTopic(topic.name);
  if (request.events.length === 0) throw refusals.noEvents();
  const read = request.events.map((event) => readEvent(org, topic, event));
  const good = read.filter((one): one is PublishedEvent => 'uuid' in one);
  const ids = org.events.publish(good, caller.user);
  let next = 0;
  const results = read.map((one, at): PublishResult => {
    const correlationKey = request.events[at]?.id ?? '';
    if (!('uuid' in one)) return { error: { code: 'PUBLISH', msg: one.refused }, correlationKey };
    next += 1;
    return { replayId: replayIdBytes(ids[next - 1] ?? 0), correlationKey };
  });
  return { results, schemaId: topic.schema.id, rpcId: randomUUID() };
}

type Reading = PublishedEvent | { readonly refused: string };

function readEvent(org: Org, topic: Topic, event: ProducerEvent): Reading {
  const schema = org.events.schema(event.schemaId);
  if (schema === undefined || schema.event !== topic.schema?.event) {
    return { refused: `There is no schema ${event.schemaId} of ${topic.name}.` };
  }
  if (!org.events.mayPublish()) return { refused: 'You have exceeded the event publishing limit for your org.' };
  try {
    return { schema, values: decode(event.payload, schema.avro), uuid: event.id === '' ? randomUUID() : event.id };
  } catch (error) {
    return { refused: `The payload is no ${schema.event}: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** `PublishStream`: a response to each request; a client that publishes nothing for 70 seconds is let go. */
export function publishStream(
  parts: { readonly org: Org; readonly caller: Caller; readonly idleMs: number },
  call: ServerDuplexStream<PublishRequest, PublishResponse>,
): void {
  const { org, caller, idleMs } = parts;
  let topic: string | undefined;
  let timer = setTimeout(() => call.end(), idleMs);
  const fail = (error: unknown): void => {
    clearTimeout(timer);
    call.emit('error', asRefusal(error));
  };
  call.on('data', (request: PublishRequest) => {
    clearTimeout(timer);
    timer = setTimeout(() => call.end(), idleMs);
    try {
      if (!caller.isThere()) throw refusals.unauthenticated();
      topic ??= request.topicName;
      if (request.topicName !== '' && request.topicName !== topic) throw refusals.otherTopic();
      call.write(publish(org, caller, { ...request, topicName: topic }));
    } catch (error) {
      fail(error);
    }
  });
  call.on('end', () => {
    clearTimeout(timer);
    call.end();
  });
  for (const event of ['cancelled', 'close', 'error']) call.on(event, () => clearTimeout(timer));
}
