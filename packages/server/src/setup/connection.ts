/**
 * The signed-in org that everybody shares, and the only place that opens the sealed secrets.
 *
 * Promises: new credentials take effect at the next `current()`, in every process, without a restart (SET8); the org id is
 * compared at every sign-in, and another one pauses the connection before anything is read or sent (SET9); credentials that
 * were refused are not tried again by themselves, not even after a restart, since the refusal is stored (SET12).
 */
import type { Database } from '../db/db.ts';
import { asProblem, Problem } from '../errors/errors.ts';
import type { OrgIdentity, Salesforce } from '../salesforce/salesforce.ts';
import { pauseConnection, readConnection, type StoredConnection } from './connection-store.ts';
import type { Sealer } from './secrets.ts';
import type { ConnectionPart, Credentials } from './setup.ts';

export interface ConnectionOptions {
  readonly db: Database;
  readonly sealer: Sealer;
  /** Makes a door to Salesforce without asking it anything. `expectOrg` is called at every sign-in, also a renewal, and throws to refuse it. */
  readonly connect: (credentials: Credentials, expectOrg: (identity: { readonly orgId: string }) => void) => Salesforce;
  /** Told when the connection begins to wait for a person. */
  readonly onPaused: () => void;
}

/** What only a person can mend; while one of these is stored, nothing asks Salesforce by itself. */
export const PAUSING_CODES = [
  'org-changed',
  'credentials-refused',
  'token-missing',
  'app-not-allowed',
  'sandbox-mismatch',
  'password-expired',
  'user-locked',
  'login-restricted',
  'api-disabled',
  'version-refused',
  'host-not-allowed',
  'key-wrong',
  'secrets-missing',
] as const;
const PAUSING: ReadonlySet<string> = new Set(PAUSING_CODES);

interface Held {
  readonly fingerprint: string;
  readonly salesforce: Promise<Salesforce>;
}

export const createConnection = (options: ConnectionOptions): ConnectionPart => {
  const { db, sealer } = options;
  let held: Held | null = null;

  const pauseFor = async (error: unknown): Promise<Problem> => {
    const problem = asProblem(error);
    if (PAUSING.has(problem.code)) {
      held = null;
      await pauseConnection(db, { code: problem.code, detail: problem.detail });
      options.onPaused();
    }
    return problem;
  };

  const signIn = async (stored: StoredConnection): Promise<Salesforce> => {
    const salesforce = options.connect(openCredentials(stored, sealer), orgGuard(stored.orgId));
    checkIdentity(await salesforce.identity(), stored);
    return salesforce;
  };

  const current = async (): Promise<Salesforce> => {
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
    try: (credentials, orgId) => options.connect(credentials, orgGuard(orgId)),
    changed: () => {
      held = null;
    },
    noteFailure: async (error) => {
      await pauseFor(error);
    },
  };
};

/** SET9: refuses a sign-in that leads to another org than the pinned one. */
const orgGuard = (orgId: string | null) => (identity: { readonly orgId: string }): void => {
  if (orgId !== null && identity.orgId !== orgId) throw new Problem('org-changed', { expected: orgId, found: identity.orgId });
};

/** SET9 and SET10, on what the org itself says. */
export const checkIdentity = (identity: OrgIdentity, stored: { readonly orgId: string | null; readonly isSandbox: boolean }): void => {
  orgGuard(stored.orgId)(identity);
  if (identity.isSandbox !== stored.isSandbox) throw new Problem('sandbox-mismatch', { orgIs: identity.isSandbox ? 'sandbox' : 'production' });
};

/** Errors: `secrets-missing`, `key-wrong`. */
export const openCredentials = (stored: StoredConnection, sealer: Sealer): Credentials => {
  if (!stored.secrets) throw new Problem('secrets-missing');
  const secrets = sealer.open(stored.secrets);
  if (stored.method === 'password') {
    const { password, securityToken = '' } = secrets;
    if (!password || !stored.username) throw new Problem('secrets-missing');
    return { method: 'password', host: stored.host, username: stored.username, password, securityToken };
  }
  const { clientSecret } = secrets;
  if (!clientSecret || !stored.clientId) throw new Problem('secrets-missing');
  return { method: 'client_credentials', host: stored.host, clientId: stored.clientId, clientSecret };
};

/** Changes whenever a choice does that a session depends on, in whatever process it was made. */
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
