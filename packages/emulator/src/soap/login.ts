import type { FastifyRequest } from 'fastify';
import type { Session } from '../access/access.ts';
import { checkPassword } from '../access/password.ts';
import { addressFor, isElsewhere } from '../oauth/clients.ts';
import { corporateCurrency } from '../options/currencies.ts';
import { hasPersonAccounts } from '../options/person-accounts.ts';
import type { Org } from '../org.ts';
import { SalesforceError } from '../salesforce-error.ts';
import { type Element, textIn } from '../xml/read.ts';
import { elements } from '../xml/write.ts';

const loginVersionMax = 64;

/** A session for a user name and a password with the security token behind it, as a LoginResult (A1). */
export function login(org: Org, request: FastifyRequest, body: Element, version: string): string {
  if (Number(version) > loginVersionMax) {
    throw new SalesforceError(
      500,
      'INVALID_OPERATION',
      `SOAP API login() is not available in API version ${version}. Use OAuth, or API version ${loginVersionMax}.0 or earlier.`,
    );
  }
  const { access } = org;
  const username = textIn(body, 'username') ?? '';
  // A user of a sandbox does not exist at login.*, nor one of production at test.*.
  const checked = checkPassword(access, isElsewhere(org, request) ? '' : username, textIn(body, 'password') ?? '');
  if (!checked.ok) throw new SalesforceError(500, checked.code, checked.message);
  const session = access.openSession(checked.user);
  const address = addressFor(org, request);
  const org15 = access.orgId.slice(0, 15);
  return elements({
    metadataServerUrl: `${address}/services/Soap/m/${version}/${org15}`,
    passwordExpired: false,
    sandbox: access.isSandbox,
    serverUrl: `${address}/services/Soap/u/${version}/${org15}`,
    sessionId: session.token,
    userId: session.user.id,
    userInfo: userInfo(org, session),
  });
}

/** A GetUserInfoResult, in the order of the partner WSDL. */
export function userInfo(org: Org, { user }: Session): Readonly<Record<string, unknown>> {
  const row = org.schema.object('User') === undefined ? undefined : org.store.read('User', user.id);
  const corporate = corporateCurrency(org.store);
  const { sessionSeconds } = org.access.switches.state;
  const organization =
    org.schema.object('Organization') === undefined ? undefined : org.store.read('Organization', org.access.orgId);
  return {
    accessibilityMode: false,
    chatterExternal: false,
    currencySymbol: corporate === undefined ? '$' : null,
    orgAttachmentFileSizeLimit: 5_242_880,
    orgDefaultCurrencyIsoCode: corporate === undefined ? 'USD' : null,
    orgDefaultCurrencyLocale: 'en_US',
    orgDisallowHtmlAttachments: false,
    orgHasPersonAccounts: hasPersonAccounts(org.store),
    organizationId: org.access.orgId,
    organizationMultiCurrency: corporate !== undefined,
    organizationName: organization?.['Name'] ?? 'Practice org',
    profileId: row?.['ProfileId'] ?? null,
    roleId: row?.['UserRoleId'] ?? null,
    sessionSecondsValid: sessionSeconds === 0 ? 7_200 : sessionSeconds,
    userDefaultCurrencyIsoCode: row?.['DefaultCurrencyIsoCode'] ?? corporate ?? null,
    userEmail: row?.['Email'] ?? user.username,
    userFullName: row?.['Name'] ?? user.username,
    userId: user.id,
    userLanguage: row?.['LanguageLocaleKey'] ?? 'en_US',
    userLocale: row?.['LocaleSidKey'] ?? 'en_US',
    userName: user.username,
    userTimeZone: row?.['TimeZoneSidKey'] ?? 'GMT',
    userType: 'Standard',
    userUiSkin: 'Theme3',
  };
}
