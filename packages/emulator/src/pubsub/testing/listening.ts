/** What the tests of event streams listen with: Salesforce's own Node client, as its users write it. */
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import PubSubApiClient from 'salesforce-pubsub-api-client';
import type { RunningOrg } from '../../org.ts';

/** A change event as the client gives it, its bitmaps decoded to field names. */
export interface HeardEvent {
  readonly id: string;
  readonly replayId: number;
  readonly schemaId: string;
  readonly payload: Readonly<Record<string, unknown>> & {
    readonly ChangeEventHeader: {
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
      readonly diffFields: readonly string[];
      readonly changedFields: readonly string[];
    };
  };
}

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

export type Client = PubSubApiClient;

/** A connected client; `how` replaces the session of the sync user. */
export async function connectPubSub(org: RunningOrg, how: object = {}): Promise<Client> {
  const given = {
    authType: 'user-supplied',
    instanceUrl: `https://localhost:${org.httpsPort}`,
    accessToken: org.accessToken,
    organizationId: org.orgId,
    pubSubEndpoint: `localhost:${org.grpcPort}`,
    rejectUnauthorizedSsl: false,
    ...how,
  };
  const client = new PubSubApiClient(given as ConstructorParameters<typeof PubSubApiClient>[0], quiet as never);
  await client.connect();
  return client;
}

/** Everything a subscription's callback was told. */
export class Heard {
  readonly events: HeardEvent[] = [];
  readonly errors: (Error & { code?: number; metadata?: { get(name: string): unknown[] } })[] = [];
  keepAlives = 0;
  isEnded = false;
  isLast = false;

  readonly callback = (_subscription: unknown, type: string, data?: unknown): void => {
    if (type === 'event') this.events.push(data as HeardEvent);
    else if (type === 'error') this.errors.push(data as Error);
    else if (type === 'grpcKeepAlive') this.keepAlives += 1;
    else if (type === 'end') this.isEnded = true;
    else if (type === 'lastEvent') this.isLast = true;
  };

  /** The events once there are so many. */
  async atLeast(count: number): Promise<readonly HeardEvent[]> {
    await until(
      () => this.events.length >= count || this.errors.length > 0,
      () => `${this.events.length} of ${count} events came`,
    );
    assert.deepEqual(this.errors, []);
    return this.events;
  }
}

export async function until(isSo: () => boolean, otherwise: () => string): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!isSo()) {
    assert.ok(performance.now() < deadline, otherwise());
    await wait(5);
  }
}

/** Resolves once so many follow the org's events. */
export async function followed(org: RunningOrg, count = 1): Promise<void> {
  await until(
    () => org.org.events.state().followers.length >= count,
    () => `fewer than ${count} follow`,
  );
}
