import { randomUUID } from 'node:crypto';
import { Metadata, status } from '@grpc/grpc-js';
import { EventRefusal } from '../events/events.ts';

/** What ends a call: a gRPC status, and in the trailers the Pub/Sub API's own `error-code` and the call's id (A15). */
export class CallRefusal extends Error {
  readonly code: status;
  readonly details: string;
  readonly metadata: Metadata;

  constructor(code: status, errorCode: string, message: string) {
    const rpcId = randomUUID();
    const details = `${message} rpcId: ${rpcId}`;
    super(details);
    this.name = 'CallRefusal';
    this.code = code;
    this.details = details;
    this.metadata = new Metadata();
    this.metadata.set('error-code', errorCode);
    this.metadata.set('rpc-id', rpcId);
  }
}

const prefix = 'sfdc.platform.eventbus.grpc';

export const refusals = {
  unauthenticated: () =>
    new CallRefusal(
      status.UNAUTHENTICATED,
      `${prefix}.service.auth.error`,
      'An authentication exception occurred. Provide valid authentication via metadata headers.',
    ),
  missingHeaders: (names: readonly string[]) =>
    new CallRefusal(
      status.UNAUTHENTICATED,
      `${prefix}.service.auth.headers.invalid`,
      `The authentication headers are not valid. Provide ${names.join(', ')}.`,
    ),
  noTopic: (name: string) =>
    new CallRefusal(status.NOT_FOUND, `${prefix}.topic.not.found`, `The topic ${name} does not exist.`),
  noSchema: (id: string) =>
    new CallRefusal(status.NOT_FOUND, `${prefix}.schema.not.found`, `There is no schema with the id ${id}.`),
  noManaged: (name: string) =>
    new CallRefusal(
      status.NOT_FOUND,
      `${prefix}.subscription.managed.not.found`,
      `There is no managed event subscription ${name}.`,
    ),
  stopped: (name: string) =>
    new CallRefusal(
      status.FAILED_PRECONDITION,
      `${prefix}.subscription.managed.stopped`,
      `The managed event subscription ${name} is not in the state RUN.`,
    ),
  otherTopic: () =>
    new CallRefusal(
      status.INVALID_ARGUMENT,
      `${prefix}.subscription.fetch.topic.invalid`,
      'A stream is about one topic; it cannot be changed.',
    ),
  requestedEvents: () =>
    new CallRefusal(
      status.INVALID_ARGUMENT,
      `${prefix}.subscription.fetch.requested.events.invalid`,
      'The number of requested events is not valid. Provide a number greater than zero.',
    ),
  replayIdForm: () =>
    new CallRefusal(
      status.INVALID_ARGUMENT,
      `${prefix}.subscription.fetch.replayid.validation.failed`,
      'The replay id validation failed. Ensure that the replay id is valid and that it is given with CUSTOM.',
    ),
  replayId: () =>
    new CallRefusal(
      status.INVALID_ARGUMENT,
      `${prefix}.subscription.fetch.replayid.corrupted`,
      'The replay id is corrupted or outside of the retention window.',
    ),
  dailyEvents: () =>
    new CallRefusal(
      status.RESOURCE_EXHAUSTED,
      `${prefix}.subscription.limit.exceeded`,
      'You have exceeded the event delivery limit for your org.',
    ),
  unavailable: () =>
    new CallRefusal(
      status.UNAVAILABLE,
      `${prefix}.service.unavailable`,
      'The service is unavailable. Try again later.',
    ),
  closedTopic: (name: string) =>
    new CallRefusal(
      status.PERMISSION_DENIED,
      `${prefix}.publish.permission.denied`,
      `Events cannot be published to ${name}.`,
    ),
  noEvents: () =>
    new CallRefusal(status.INVALID_ARGUMENT, `${prefix}.publish.events.empty`, 'A publish request needs an event.'),
} as const;

/** A bug of ours is told as one, and not as a refusal. */
export function asRefusal(error: unknown): CallRefusal {
  if (error instanceof CallRefusal) return error;
  if (error instanceof EventRefusal) {
    switch (error.reason) {
      case 'unknown topic':
        return refusals.noTopic(error.message);
      case 'invalid replay id':
        return refusals.replayId();
      case 'daily limit':
        return refusals.dailyEvents();
    }
  }
  const message = error instanceof Error ? error.message : String(error);
  return new CallRefusal(status.INTERNAL, `${prefix}.service.internal.error`, message);
}
