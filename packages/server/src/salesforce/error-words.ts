/**
 * Salesforce's words become ours here and nowhere else. A word that is not in a table is never silence: it becomes `salesforce-refused`
 * with the word and the text as received. What becomes of a record that was refused is decided in `outbound`, by the word itself.
 */
import type { ProblemCode } from '@syncline/contract/problems';
import type { Disposition } from '../errors/errors.ts';

export interface Meaning {
  readonly code: ProblemCode;
  readonly disposition: Disposition;
}

const pause = (code: ProblemCode): Meaning => ({ code, disposition: 'pause' });
const retry = (code: ProblemCode): Meaning => ({ code, disposition: 'retry' });

/** `errorCode` of a refused request (A7) and what it means for the connection. */
const REQUEST_WORDS: Readonly<Record<string, Meaning>> = {
  INVALID_SESSION_ID: pause('session-refused'),
  REQUEST_LIMIT_EXCEEDED: retry('limit-reached'),
  API_DISABLED_FOR_ORG: pause('api-disabled'),
  API_CURRENTLY_DISABLED: pause('api-disabled'),
  ORG_LOCKED: pause('user-locked'),
  SERVER_UNAVAILABLE: retry('salesforce-busy'),
  UNKNOWN_EXCEPTION: retry('salesforce-busy'),
  QUERY_TIMEOUT: retry('salesforce-busy'),
  UNSUPPORTED_API_VERSION: pause('version-refused'),
  GONE: pause('version-refused'),
};

/** `faultcode` of a refused SOAP login (A1). INVALID_LOGIN is one word for a wrong user, password or token and for a locked user. */
const LOGIN_WORDS: Readonly<Record<string, Meaning>> = {
  INVALID_LOGIN: pause('credentials-refused'),
  LOGIN_MUST_USE_SECURITY_TOKEN: pause('token-missing'),
  PASSWORD_LOCKOUT: pause('user-locked'),
  INVALID_OPERATION_WITH_EXPIRED_PASSWORD: pause('password-expired'),
  LOGIN_DURING_RESTRICTED_DOMAIN: pause('login-restricted'),
  LOGIN_DURING_RESTRICTED_TIME: pause('login-restricted'),
  INVALID_OPERATION: pause('version-refused'),
  UNSUPPORTED_CLIENT: pause('app-not-allowed'),
};

/** `error` of the token endpoint (A2; RFC 6749, section 5.2). */
const TOKEN_WORDS: Readonly<Record<string, Meaning>> = {
  invalid_client_id: pause('credentials-refused'),
  invalid_client: pause('credentials-refused'),
  invalid_client_credentials: pause('credentials-refused'),
  invalid_grant: pause('app-not-allowed'),
  unauthorized_client: pause('app-not-allowed'),
  unsupported_grant_type: pause('app-not-allowed'),
  access_denied: pause('app-not-allowed'),
  invalid_scope: pause('app-not-allowed'),
  invalid_app_access: pause('app-not-allowed'),
  inactive_user: pause('user-locked'),
  inactive_org: pause('api-disabled'),
  ip_restricted: pause('login-restricted'),
  server_error: retry('salesforce-busy'),
  temporarily_unavailable: retry('salesforce-busy'),
  rate_limit_exceeded: retry('salesforce-busy'),
};

const UNKNOWN: Meaning = { code: 'salesforce-refused', disposition: 'retry' };

const wordIn = (table: Readonly<Record<string, Meaning>>, word: string): Meaning | null =>
  Object.hasOwn(table, word) ? (table[word] ?? null) : null;

/** A request of data, by its word and its status; 5xx without a word of ours is the org being busy. */
export const meaningOfRequest = (word: string, status: number): Meaning =>
  wordIn(REQUEST_WORDS, word) ??
  (status >= 500 ? retry('salesforce-busy') : status === 410 ? pause('version-refused') : UNKNOWN);

/** A login by user name. A word that is not a login's own may be the API's. An unknown one pauses: it is not tried again by itself (SET12). */
export const meaningOfLogin = (word: string, status: number): Meaning =>
  wordIn(LOGIN_WORDS, word) ??
  wordIn(REQUEST_WORDS, word) ??
  (word === '' && status >= 500 ? retry('salesforce-busy') : pause('salesforce-refused'));

export const meaningOfToken = (word: string, status: number): Meaning =>
  wordIn(TOKEN_WORDS, word) ??
  wordIn(REQUEST_WORDS, word) ??
  (status >= 500 ? retry('salesforce-busy') : pause('salesforce-refused'));

/** The token endpoint, asked to renew: one word says that the consent is over, however it ended (A2). */
export const meaningOfRefresh = (word: string, status: number): Meaning =>
  word === 'invalid_grant' ? pause('sign-in-over') : meaningOfToken(word, status);
