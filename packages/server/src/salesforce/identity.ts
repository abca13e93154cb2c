import { type HostVerdict, judgeHost } from './hosts.ts';
import { idText18 } from './ids.ts';
import { controlRecords } from './queries.ts';
import { type Credentials, type OrgIdentity, SalesforceError } from './salesforce.ts';
import type { OrgSession } from './session.ts';
import { loginHost } from './sign-in.ts';
import { isEqual, select } from './soql.ts';

interface OrganizationRow {
  readonly Id: string;
  readonly Name: string;
  readonly OrganizationType: string;
  readonly IsSandbox: boolean;
}

/**
 * Who we are and where, by the org's own word, read now. Errors: those of signing in, and `sandbox-mismatch` where the org is a sandbox and
 * production was chosen, `production-mismatch` for the reverse (SET10); an org at a host that the operator named is taken as it is.
 */
export const readIdentity = async (
  session: OrgSession,
  credentials: Credentials,
  allowedHosts: readonly string[],
): Promise<OrgIdentity> => {
  const { userId } = await session.current();
  const [organization] = (await controlRecords(
    session,
    select({ fields: ['Id', 'Name', 'OrganizationType', 'IsSandbox'], from: 'Organization', limit: 1 }),
    false,
  )) as OrganizationRow[];
  const [user] = (await controlRecords(
    session,
    select({ fields: ['Id', 'Username'], from: 'User', where: isEqual('Id', userId), limit: 1 }),
    false,
  )) as { readonly Id: string; readonly Username: string }[];
  const { instanceUrl, apiVersion } = await session.current();
  if (!organization || !user) {
    throw new SalesforceError('answer-not-understood', {
      disposition: 'pause',
      detail: { host: new URL(instanceUrl).host },
    });
  }
  const mismatch = boxMismatch(judgeHost(loginHost(credentials), allowedHosts), credentials, organization.IsSandbox);
  if (mismatch)
    throw new SalesforceError(mismatch, { disposition: 'pause', detail: { host: new URL(instanceUrl).host } });
  const { used, limit } = session.usage();
  return {
    orgId: idText18(organization.Id),
    orgName: organization.Name,
    edition: organization.OrganizationType,
    isSandbox: organization.IsSandbox,
    userId: idText18(user.Id),
    username: user.Username,
    instanceUrl,
    apiVersion,
    callsUsed: used ?? 0,
    callsLimit: limit ?? 0,
  };
};

/** SET10: each names the host that such an org signs in at. null: the box fits, or the operator named the host. Pure. */
export const boxMismatch = (
  login: HostVerdict,
  chosen: Pick<Credentials, 'isSandbox'>,
  isSandbox: boolean,
): 'sandbox-mismatch' | 'production-mismatch' | null => {
  if (!login.isAllowed || login.isNamed || chosen.isSandbox === isSandbox) return null;
  return isSandbox ? 'sandbox-mismatch' : 'production-mismatch';
};
