/** What the app is told of the stored choices: everything but the secrets themselves (SEC2). Pure. */
import { problemShape } from '@syncline/contract/problems';
import type { ConnectionAnswer, SetupStep } from '@syncline/contract/setup';
import type { StoredConnection } from './connection-store.ts';

/** Step 3: a way of signing in that works, confirmed, started. */
export const connectStep = (stored: StoredConnection | null): SetupStep => {
  const facts = [stored !== null && stored.paused === null, stored?.confirmedAt != null, stored?.startedAt != null];
  const found = facts.filter(Boolean).length;
  const paused = stored?.paused ? [problemShape(stored.paused.code, stored.paused.detail)] : [];
  const state = !stored
    ? 'not_started'
    : paused.length > 0
      ? 'to_fix'
      : found === facts.length
        ? 'done'
        : 'not_started';
  return { step: 'connect', state, found, wanted: facts.length, blockers: paused };
};

export const connectionAnswerOf = (stored: StoredConnection): NonNullable<ConnectionAnswer['connection']> => ({
  method: stored.method,
  host: stored.host,
  isSandbox: stored.isSandbox,
  username: stored.username,
  clientId: stored.clientId,
  secretsSet: stored.secrets !== null,
  secretsSetAt: stored.secretsSetAt?.toISOString() ?? null,
  secretsSetBy: stored.secretsSetBy,
  orgId: stored.orgId,
  orgName: stored.orgName,
  confirmedAt: stored.confirmedAt?.toISOString() ?? null,
  startedAt: stored.startedAt?.toISOString() ?? null,
  paused: stored.paused ? problemShape(stored.paused.code, stored.paused.detail) : null,
});
