import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { Start } from '../events/events.ts';
import { topicFor } from './caller.ts';
import { replayIdOf } from './replay-id.ts';
import { refusals } from './status.ts';
import { EventStream, type StreamParts } from './stream.ts';
import type { FetchRequest, FetchResponse } from './wire.ts';

/** `Subscribe`: the first request says what and from where, each asks for more events (A15). */
export function subscribe(parts: StreamParts, call: ServerDuplexStream<FetchRequest, FetchResponse>): void {
  const stream = new EventStream(parts, call);
  let topic: string | undefined;
  call.on('data', (request: FetchRequest) => {
    try {
      if (request.numRequested <= 0) throw refusals.requestedEvents();
      if (topic === undefined) {
        topic = request.topicName;
        begin(parts, stream, request);
      } else if (request.topicName !== '' && request.topicName !== topic) throw refusals.otherTopic();
      stream.ask(request.numRequested);
    } catch (error) {
      stream.fail(error);
    }
  });
  call.on('end', () => stream.end());
}

function begin(parts: StreamParts, stream: EventStream, request: FetchRequest): void {
  const topic = topicFor(parts.org, parts.caller, request.topicName);
  stream.follow(topic.name, startOf(request));
}

function startOf({ replayPreset, replayId }: FetchRequest): Start {
  if (replayPreset === 'LATEST') return 'latest';
  if (replayPreset === 'EARLIEST') return 'earliest';
  const id = replayIdOf(replayId);
  if (id === undefined) throw refusals.replayIdForm();
  return id;
}
