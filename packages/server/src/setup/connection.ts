/**
 * The signed-in org that everybody shares, and the only place that opens the sealed secrets.
 *
 * Promises: new credentials take effect at the next `current()`, in every process, without a restart (SET8); the org id is
 * compared at every sign-in, and another one pauses the connection before anything is read or sent (SET9); credentials that
 * were refused are not tried again by themselves, not even after a restart, since the refusal is stored (SET12).
 */
import type { Database } from '../db/db.ts';
import { asProblem, Problem } from '../errors/errors.ts';
import type { OpenSalesforce } from '../salesforce/connect.ts';
import type { Credentials, OrgIdentity, RefreshToken } from '../salesforce/salesforce.ts';
import { pauseConnection, readConnection, type StoredConnection } from './connection-store.ts';
import { createStoredToken } from './refresh-token.ts';
import type { Sealer } from './secrets.ts';
import type { ConnectionPart } from './setup.ts';

export interface ConnectionOptions {
  readonly db: Database;
  readonly sealer: Sealer;
  /** `createSalesforce` with the operator's hosts and bounds. It refuses a sign-in, also a renewal, that leads to another org than `expectedOrgId`. */
  readonly connect: (credentials: Credentials, expectedOrgId: string | null) => OpenSalesforce;
  /** Told when the connection begins to wait for a person. */
  readonly onPaused: () => void;
}

/** What only a person can mend and this room itself finds; failures of the Salesforce door say so by their disposition. */
const PAUSING: ReadonlySet<string> = new Set(['org-changed', 'cursor-ahead', 'key-wrong', 'secrets-missing']);

/** While one of these is stored, nothing asks Salesforce by itself. */
export const isPausing = (error: unknown): boolean => {
  if (typeof error !== 'object' || error === null) return false;
  if ('disposition' in error) return error.disposition === 'pause';
  return 'code' in error && typeof error.code === 'string' && PAUSING.has(error.code);
};

interface Held {
  readonly fingerprint: string;
  readonly salesforce: Promise<OpenSalesforce>;
}

export const createConnection = (options: ConnectionOptions): ConnectionPart => {
  const { db, sealer } = options;
  const token = createStoredToken(db, sealer);
  let held: Held | null = null;

  const pauseFor = async (error: unknown): Promise<Problem> => {
    const problem = asProblem(error);
    if (isPausing(error)) {
      held = null;
      await pauseConnection(db, { code: problem.code, detail: problem.detail });
      options.onPaused();
    }
    return problem;
  };

  const signIn = async (stored: StoredConnection): Promise<OpenSalesforce> => {
    const salesforce = options.connect(openCredentials(stored, sealer, token), stored.orgId);
    try {
      checkOrg(await salesforce.identity(), stored.orgId);
      return salesforce;
    } catch (error) {
      await salesforce.close();
      throw error;
    }
  };

  const current = async (): Promise<OpenSalesforce> => {
    const stored = await readConnection(db);
    if (!stored) throw new Problem('connection-missing');
    if (stored.paused) throw new Problem(stored.paused.code, stored.paused.detail);
    const fingerprint = fingerprintOf(stored);
    if (held?.fingerprint !== fingerprint) {
      const mine: Held = { fingerprint, salesforce: signIn(stored) };
      held = mine;
      mine.salesforce.catch(() => {
        if (held === mine) held = null;
      });
    }
    try {
      return await held.salesforce;
    } catch (error) {
      throw await pauseFor(error);
    }
  };

  return {
    current,
    try: (credentials, orgId) => options.connect(credentials, orgId),
    changed: () => {
      held = null;
    },
    close: async () => {
      const last = held;
      held = null;
      await last?.salesforce.then(
        (salesforce) => salesforce.close(),
        () => undefined,
      ); // A failed sign-in closed its door already.
    },
    noteFailure: async (error) => {
      await pauseFor(error);
    },
  };
};

/** SET9, once more on what the org itself says; 18 characters on both sides. */
export const checkOrg = (identity: OrgIdentity, orgId: string | null): void => {
  if (orgId !== null && identity.orgId !== orgId)
    throw new Problem('org-changed', { expected: orgId, found: identity.orgId });
};

/** `refreshToken`: who lends the stored one. Errors: `secrets-missing`, `key-wrong`. */
export const openCredentials = (
  stored: Pick<StoredConnection, 'method' | 'host' | 'isSandbox' | 'username' | 'clientId' | 'secrets'>,
  sealer: Sealer,
  refreshToken: RefreshToken,
): Credentials => {
  if (!stored.secrets) throw new Problem('secrets-missing');
  const { host, isSandbox } = stored;
  const { clientSecret, password, securityToken = '', privateKey } = sealer.open(stored.secrets);
  const missing = (): never => {
    throw new Problem('secrets-missing');
  };
  const clientId = (): string => stored.clientId ?? missing();
  const username = (): string => stored.username ?? missing();
  const { method } = stored;
  switch (method) {
    case 'client_credentials':
      return { method, host, isSandbox, clientId: clientId(), clientSecret: clientSecret ?? missing() };
    case 'web':
      return { method, host, isSandbox, clientId: clientId(), clientSecret: clientSecret ?? null, refreshToken };
    case 'jwt':
      return {
        method,
        host,
        isSandbox,
        clientId: clientId(),
        username: username(),
        privateKey: privateKey ?? missing(),
      };
    case 'password':
      return { method, host, isSandbox, username: username(), password: password ?? missing(), securityToken };
  }
};

/** Changes whenever a choice does that a session depends on, in whatever process it was made; not by the exchange of a refresh token. */
const fingerprintOf = (stored: StoredConnection): string =>
  JSON.stringify([
    stored.method,
    stored.host,
    stored.isSandbox,
    stored.username,
    stored.clientId,
    stored.orgId,
    stored.secrets?.toString('base64'),
  ]);
