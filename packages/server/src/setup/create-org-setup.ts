import type { AdminSignIn, SetupOutcome } from '@syncline/contract/setup-org';
import type { Database } from '../db/db.ts';
import { asProblem, Problem } from '../errors/errors.ts';
import type { AdminSalesforce } from '../salesforce/create-admin.ts';
import type { Credentials, ObjectDescribe, OrgIdentity, Salesforce } from '../salesforce/salesforce.ts';
import { AdminSessions } from './admin-sessions.ts';
import { readConnection } from './connection-store.ts';
import { countFound, type FieldFacts, fieldRows } from './field-rows.ts';
import { GRANTED_OBJECTS, grantsOf } from './grants.ts';
import { originOf } from './host.ts';
import { closeAccess, createFields, grantAll, makeMarketingUser, mapOnConvert } from './mend-org.ts';
import { readAdminFacts, readSeenObjects, readUserFacts } from './org-facts.ts';
import { packageFiles } from './package-files.ts';
import type { ConnectionPart, OrgSetup, PracticeFacts } from './setup.ts';
import { userChecks } from './user-checks.ts';
import { zipOf } from './zip.ts';

export interface OrgSetupParts {
  readonly db: Database;
  readonly connection: ConnectionPart;
  readonly practice: PracticeFacts | null;
  /** A door for an admin's credentials; `orgId`: the org it must be, where one is known. */
  readonly openAdmin: (credentials: Credentials, orgId: string | null) => AdminSalesforce;
  /** Milliseconds since the epoch; what is shown of a session's end. */
  readonly now: () => number;
}

interface Connected {
  readonly salesforce: Salesforce;
  readonly identity: OrgIdentity;
}

export const createOrgSetup = (parts: OrgSetupParts): OrgSetup => {
  const admins = new AdminSessions();

  /** The sync user's session; null: there is none yet, or it is refused, which step 3 says. */
  const connected = async (): Promise<Connected | null> => {
    try {
      const salesforce = await parts.connection.current();
      return { salesforce, identity: await salesforce.identity() };
    } catch {
      return null;
    }
  };

  const fieldFacts = async (by: number): Promise<FieldFacts> => {
    const there = await connected();
    const held = admins.of(by);
    return {
      // Until a sync user is chosen, an admin's eyes are the best there are.
      seen: await readSeenObjects(there?.salesforce ?? held?.salesforce ?? null),
      isSeenByAdmin: there === null && held !== null,
      admin: held ? await readAdminFacts(held.salesforce, there?.identity.userId ?? null) : null,
    };
  };

  const isPasswordSignIn = async (): Promise<boolean> => (await readConnection(parts.db))?.method === 'password';

  return {
    signInAdmin: async (by, signIn) => {
      const stored = await readConnection(parts.db);
      const credentials = credentialsOf(signIn, parts.practice, stored?.host);
      const orgId = stored?.orgId ?? (await connected())?.identity.orgId ?? null;
      const salesforce = parts.openAdmin(credentials, orgId);
      try {
        const { username } = await salesforce.identity();
        return await admins.hold(by, salesforce, username, parts.now());
      } catch (error) {
        await salesforce.close();
        throw error;
      }
    },
    signOutAdmin: (by) => admins.drop(by),

    fields: async (by) => {
      const rows = fieldRows(await fieldFacts(by));
      return { admin: admins.of(by)?.session ?? null, ...countFound(rows), fields: [...rows] };
    },
    actOnFields: async (by, { create = [], fixAccess = [], mapOnConvert: mapped = [] }) => {
      const admin = admins.need(by);
      const userId = (await connected())?.identity.userId ?? null;
      const outcomes: SetupOutcome[] = [];
      if (create.length > 0) outcomes.push(...(await createFields(admin, create, userId)));
      if (fixAccess.length > 0) outcomes.push(...(await closeAccess(admin, fixAccess, userId)));
      if (mapped.length > 0) outcomes.push(...(await mapOnConvert(admin, mapped)));
      return outcomes;
    },

    syncUser: async (by) => {
      const salesforce = await parts.connection.current();
      const identity = await salesforce.identity();
      const held = admins.of(by);
      const { facts, name, profile } = await readUserFacts(salesforce, held?.salesforce ?? null, identity, {
        isPasswordSignIn: await isPasswordSignIn(),
      });
      return {
        admin: held?.session ?? null,
        user: { username: identity.username, name, profile },
        edition: identity.edition,
        checks: [...userChecks(facts)],
      };
    },
    mendSyncUser: async (by) => {
      const admin = admins.need(by);
      const { userId } = await (await parts.connection.current()).identity();
      const grants = grantsOf(await describesOf(admin), { isPasswordSignIn: await isPasswordSignIn() });
      return [
        ...(await grantAll(admin, await existingFieldsOnly(admin, grants), userId)),
        ...(await makeMarketingUser(admin, userId)),
      ];
    },

    packageZip: async () => {
      const there = await connected();
      const described = there === null ? [] : await describesOf(there.salesforce);
      return zipOf(packageFiles(grantsOf(described, { isPasswordSignIn: await isPasswordSignIn() })));
    },
    close: () => admins.close(),
  };
};

/** Wanted fields that nobody has made yet are step 1's business. */
const existingFieldsOnly = async (
  admin: AdminSalesforce,
  grants: ReturnType<typeof grantsOf>,
): Promise<ReturnType<typeof grantsOf>> => {
  const { exists } = await readAdminFacts(admin, null);
  return { ...grants, fields: grants.fields.filter(({ field }) => !field.endsWith('__c') || exists.has(field)) };
};

/** Errors: `practice-missing`, `host-not-allowed`. */
const credentialsOf = (
  signIn: AdminSignIn,
  practice: PracticeFacts | null,
  connectedHost: string | undefined,
): Credentials => {
  if (signIn.method === 'practice') {
    if (!practice?.adminUsername || !practice.adminPassword) throw new Problem('practice-missing');
    return {
      method: 'password',
      host: originOf(practice.url, 'password', false),
      isSandbox: false,
      username: practice.adminUsername,
      password: practice.adminPassword,
      securityToken: practice.adminSecurityToken ?? '',
    };
  }
  const { host, isSandbox, username, password, securityToken = '' } = signIn;
  return {
    method: 'password',
    host: originOf(host ?? connectedHost, 'password', isSandbox),
    isSandbox,
    username,
    password,
    securityToken,
  };
};

/** Of objects that cannot be described there is nothing to grant. */
const describesOf = async (asker: Pick<Salesforce, 'describe'>): Promise<readonly ObjectDescribe[]> => {
  const found = await Promise.all(
    GRANTED_OBJECTS.map(async (object) => {
      try {
        return [await asker.describe(object)];
      } catch (error) {
        if (asProblem(error).code === 'salesforce-refused') return [];
        throw error;
      }
    }),
  );
  return found.flat();
};
