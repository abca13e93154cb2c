import type { ServerDuplexStream } from '@grpc/grpc-js';
import { EventRefusal } from '../events/events.ts';
import type { ManagedSubscription } from '../events/managed.ts';
import { topicFor } from './caller.ts';
import { replayIdOf } from './replay-id.ts';
import { refusals } from './status.ts';
import { EventStream, type StreamParts } from './stream.ts';
import type { ManagedFetchRequest, ManagedFetchResponse } from './wire.ts';

/** `ManagedSubscribe`: as `Subscribe`, from the place the org keeps for the subscription, which its client commits. */
export function managedSubscribe(
  parts: StreamParts,
  call: ServerDuplexStream<ManagedFetchRequest, ManagedFetchResponse>,
): void {
  const stream = new EventStream(parts, call);
  let subscription: ManagedSubscription | undefined;
  call.on('data', (request: ManagedFetchRequest) => {
    try {
      if (subscription === undefined) {
        subscription = find(parts, request);
        if (request.numRequested <= 0) throw refusals.requestedEvents();
        begin(parts, stream, subscription);
      }
      if (request.commitReplayIdRequest !== null) commit(parts, stream, subscription, request.commitReplayIdRequest);
      if (request.numRequested > 0) stream.ask(request.numRequested);
    } catch (error) {
      stream.fail(error);
    }
  });
  call.on('end', () => stream.end());
}

function find({ org, caller }: StreamParts, request: ManagedFetchRequest): ManagedSubscription {
  const name = request.subscriptionId || request.developerName;
  const found = org.events.managed.find(name);
  if (found === undefined) throw refusals.noManaged(name);
  if (found.state !== 'RUN') throw refusals.stopped(name);
  topicFor(org, caller, found.topicName);
  return found;
}

function begin({ org }: StreamParts, stream: EventStream, subscription: ManagedSubscription): void {
  const { id, topicName, defaultReplay, errorRecoveryReplay } = subscription;
  const committed = org.events.managed.committed(id);
  try {
    stream.follow(topicName, committed ?? presets[defaultReplay]);
  } catch (error) {
    if (!(error instanceof EventRefusal)) throw error;
    stream.follow(topicName, presets[errorRecoveryReplay]);
  }
}

const presets = { LATEST: 'latest', EARLIEST: 'earliest' } as const;

function commit(
  { org }: StreamParts,
  stream: EventStream,
  { id }: ManagedSubscription,
  request: NonNullable<ManagedFetchRequest['commitReplayIdRequest']>,
): void {
  const { commitRequestId, replayId: bytes } = request;
  const replayId = replayIdOf(bytes);
  const processTime = org.store.clock();
  if (replayId === undefined || replayId > org.events.state().lastReplayId) {
    const error = { code: 'COMMIT', msg: 'The replay id was never given out.' } as const;
    stream.write({ commitResponse: { commitRequestId, error, processTime } });
    return;
  }
  org.events.managed.commit(id, replayId);
  stream.write({ commitResponse: { commitRequestId, replayId: bytes, processTime } });
}
