import type { Session } from '../access/access.ts';
import type { Org } from '../org.ts';
import { versionMin } from '../rest/service.ts';
import type { Usage } from '../rest/usage.ts';
import { SalesforceError } from '../salesforce-error.ts';
import { textIn } from '../xml/read.ts';
import type { SoapCall } from './envelope.ts';

const jwtVersionMin = 68;

/** The session of a call; a token in the form of a JWT is one from 68.0 on (A1). */
export function sessionIn(org: Org, call: SoapCall, version: string): Session {
  const sessionId = textIn(call.header['SessionHeader'], 'sessionId') ?? '';
  const session = isJwt(sessionId) && Number(version) < jwtVersionMin ? undefined : org.access.session(sessionId);
  if (session === undefined) throw invalidSession();
  return session;
}

/** Counts a call, unless the API is off or the day's calls are spent. */
export function admit(org: Org, usage: Usage): void {
  if (org.access.switches.state.apiOff) {
    throw new SalesforceError(500, 'API_DISABLED_FOR_ORG', 'API is not enabled for this Organization or Partner');
  }
  if (org.access.switches.state.apiPaused) {
    throw new SalesforceError(500, 'API_CURRENTLY_DISABLED', 'API is temporarily disabled for this organization');
  }
  if (!usage.take()) throw new SalesforceError(500, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');
}

function isJwt(token: string): boolean {
  return token.split('.').length === 3 && token.startsWith('ey');
}

function invalidSession(): SalesforceError {
  return new SalesforceError(
    500,
    'INVALID_SESSION_ID',
    'Invalid Session ID found in SessionHeader: Illegal Session. Session not found, missing session hash',
  );
}

export function checkVersion(version: string): void {
  const number = Number(version);
  if (number >= versionMin) return;
  const what = number > 0 ? `API version ${version} has been retired.` : `Unsupported API version: ${version}`;
  throw new SalesforceError(500, 'UNSUPPORTED_API_VERSION', what);
}
