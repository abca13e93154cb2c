import { randomBytes } from 'node:crypto';
import { problemShape } from '@syncline/contract/problems';
import type { ConnectionAnswer, ConnectionComparison } from '@syncline/contract/setup';
import type { Database } from '../db/db.ts';
import { asProblem, Problem } from '../errors/errors.ts';
import { authorizeUrl, heldToken, redeemCode, refusedCallback } from '../salesforce/open-web-sign-in.ts';
import type { Credentials } from '../salesforce/salesforce.ts';
import { putConnection, readConnection } from './connection-store.ts';
import { originOf } from './host.ts';
import { sealToken } from './refresh-token.ts';
import type { Sealer } from './secrets.ts';
import type { WebSignIns } from './setup.ts';
import {
  endSignIn,
  insertWebSignIn,
  readSignInEnd,
  type TakenSignIn,
  takeBegun,
  takeWaiting,
} from './web-sign-in-store.ts';

export interface WebSignInParts {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly allowedHosts: readonly string[];
  readonly requestTimeoutMs: number;
  readonly compare: (credentials: Credentials) => Promise<ConnectionComparison>;
  readonly connection: () => Promise<ConnectionAnswer>;
  /** Says to every process that the connection changed. */
  readonly changed: () => Promise<void>;
}

const fresh = (): string => randomBytes(32).toString('base64url');

export const createWebSignIns = (parts: WebSignInParts): WebSignIns => {
  const { db, sealer } = parts;

  const begin: WebSignIns['begin'] = async (asked, by, callbackUrl) => {
    const { clientId, isSandbox } = asked;
    const host = originOf(asked.host, 'web', isSandbox);
    const [state, verifier, browser] = [fresh(), fresh(), fresh()];
    const url = authorizeUrl({ host, isSandbox, clientId, callbackUrl }, { state, verifier }, parts.allowedHosts);
    const clientSecret = asked.clientSecret ?? (await storedSecret(clientId, host));
    const sealed = sealer.seal({ verifier, ...(clientSecret === null ? {} : { clientSecret }) });
    await insertWebSignIn(db, { state, browser, userId: by, host, isSandbox, clientId, callbackUrl, sealed });
    return { authorizeUrl: url, browser };
  };

  /** A stored secret goes only where it went before: to the same app at the same host. */
  const storedSecret = async (clientId: string, host: string): Promise<string | null> => {
    const stored = await readConnection(db);
    if (stored?.method !== 'web' || stored.clientId !== clientId || stored.host !== host || !stored.secrets)
      return null;
    return sealer.open(stored.secrets)['clientSecret'] ?? null;
  };

  const finish: WebSignIns['finish'] = async ({ state, browser, code, error }) => {
    const taken = await takeBegun(db, { state, browser });
    if (!taken) return false;
    try {
      if (error !== '') throw refusedCallback(error);
      await redeem(taken, code);
    } catch (cause) {
      const { code: word, detail } = asProblem(cause);
      await endSignIn(db, taken.stateHash, { state: 'failed', problem: { code: word, detail } });
    }
    return true;
  };

  const redeem = async (taken: TakenSignIn, code: string): Promise<void> => {
    const { verifier = '', clientSecret = null } = sealer.open(taken.sealed);
    const token = heldToken(await redeemCode({ ...parts, ...taken, code, verifier, clientSecret }));
    const { host, isSandbox, clientId } = taken;
    // Until Confirm Credentials there is no org to belong to and no map to lose; Test asks the rest.
    const isConfirmed = (await readConnection(db))?.confirmedAt != null;
    const { test, lost } = isConfirmed
      ? await parts.compare({ method: 'web', host, isSandbox, clientId, clientSecret, refreshToken: token })
      : { test: null, lost: [] };
    const refused = test?.lines.find(({ problem }) => problem !== null)?.problem;
    if (refused) throw new Problem(refused.code, refused.detail);
    if (lost.length > 0) {
      const sealed = sealer.seal({ refreshToken: token.last(), ...(clientSecret === null ? {} : { clientSecret }) });
      return endSignIn(db, taken.stateHash, { state: 'waits', sealed, lost });
    }
    await store(taken, token.last(), clientSecret);
    await endSignIn(db, taken.stateHash, { state: 'kept' });
  };

  const store = async (taken: TakenSignIn, token: string, clientSecret: string | null): Promise<void> => {
    const { host, isSandbox, clientId, by } = taken;
    const secrets = sealer.seal(clientSecret === null ? {} : { clientSecret });
    const chosen = { method: 'web', host, isSandbox, username: null, clientId, secrets } as const;
    await putConnection(db, { ...chosen, refreshToken: sealToken(sealer, token) }, by);
    await parts.changed();
  };

  return {
    begin,
    finish,
    outcome: async (by) => {
      const end = await readSignInEnd(db, by);
      if (!end) return { state: 'none', problem: null, lost: [] };
      const { state, problem, lost } = end;
      return { state, lost, problem: problem ? problemShape(problem.code, problem.detail) : null };
    },
    keep: async (by) => {
      const taken = await takeWaiting(db, by);
      if (!taken) throw new Problem('sign-in-mismatch');
      const { refreshToken = '', clientSecret = null } = sealer.open(taken.sealed);
      await store(taken, refreshToken, clientSecret);
      return parts.connection();
    },
  };
};
