import type { Access, OrgUser } from './access.ts';
import type { LoginFault } from './switches.ts';

export type PasswordCheck =
  | { readonly ok: true; readonly user: OrgUser }
  | { readonly ok: false; readonly code: string; readonly message: string };

const invalid = 'Invalid username, password, security token; or user locked out.';
const atNewLocation =
  'Invalid username, password, security token; or user locked out. Are you at a new location? When accessing Salesforce--either via a desktop client or the API--from outside of your company’s trusted networks, you must add a security token to your password to log in. To get your new security token, log in to Salesforce. From your personal settings, enter Reset My Security Token in the Quick Find box, then select Reset My Security Token.';

const faults: Readonly<Record<Exclude<LoginFault, ''>, string>> = {
  PASSWORD_LOCKOUT: 'The user has been locked out. Contact your administrator to be unlocked.',
  LOGIN_DURING_RESTRICTED_DOMAIN: 'The user may not log in from this IP address.',
  LOGIN_DURING_RESTRICTED_TIME: 'The user may not log in during this time period.',
  ORG_LOCKED: 'The organization has been locked. Contact Salesforce to unlock it.',
  UNSUPPORTED_CLIENT: 'This version of the client is no longer supported.',
  SERVER_UNAVAILABLE: 'The server is not available at this moment. Try again later.',
};

const refused = (code: string, message: string): PasswordCheck => ({ ok: false, code, message });

/**
 * Whether a user name and password open a session (A1). The password is followed by the security token, unless callers
 * are trusted: from a trusted network, or on the org's own login page.
 */
export function checkPassword(
  access: Access,
  username: string,
  password: string,
  trusted = access.switches.state.trustedNetwork,
): PasswordCheck {
  const user = access.userNamed(username);
  const known = user === undefined ? undefined : access.credentialsOf(user);
  const isLocked = user !== undefined && (access.isLocked(user) || access.attempts.isLocked(user.id));
  if (user === undefined || known === undefined || isLocked) return refused('INVALID_LOGIN', invalid);
  const withToken = password === known.password + known.securityToken;
  if (password === known.password && !trusted) return refused('LOGIN_MUST_USE_SECURITY_TOKEN', atNewLocation);
  if (password !== known.password && !withToken) {
    access.attempts.failed(user.id);
    return refused('INVALID_LOGIN', invalid);
  }
  access.attempts.succeeded(user.id);
  const { apiOff, apiPaused, passwordExpired, loginFault } = access.switches.state;
  if (loginFault !== '' && !user.isAdmin) return refused(loginFault, faults[loginFault]);
  if (apiOff) return refused('API_DISABLED_FOR_ORG', 'API is not enabled for this Organization or Partner');
  if (apiPaused) return refused('API_CURRENTLY_DISABLED', 'API is temporarily disabled for this organization');
  if (passwordExpired && !user.isAdmin) {
    return refused(
      'INVALID_OPERATION_WITH_EXPIRED_PASSWORD',
      'The users password has expired, you must call SetPassword before attempting any other API operations',
    );
  }
  return { ok: true, user };
}
