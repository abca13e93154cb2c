/**
 * The session's cookie, and for changing requests that come with it proof that they come from the app's own pages (SEC8). The cookie is SameSite=Strict already; the proof also holds where a browser sends it anyway, as
 * from another port of the same host, which counts as the same site.
 */
import '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../errors/errors.ts';

export const SESSION_COOKIE = 'syncline_session';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What a request's own headers say of where it comes from. */
export interface Provenance {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
}

/**
 * Whether a request is proven to come from our own pages, or changes nothing. Every browser sends `Sec-Fetch-Site` or `Origin` with
 * a changing request; a program that is no browser says `Origin` on purpose.
 */
export const isFromOurPages = ({ method, host, origin, fetchSite }: Provenance): boolean => {
  if (READING.has(method)) return true;
  if (fetchSite !== undefined) return fetchSite === 'same-origin';
  return origin !== undefined && host !== undefined && hostOf(origin) === host;
};

const BEARER = /^Bearer +(\S+)$/i;

/** The token of the request; null: it carries none, whatever else its header says. */
export const bearerOf = (request: Pick<FastifyRequest, 'headers'>): string | null =>
  BEARER.exec(request.headers.authorization ?? '')?.[1] ?? null;

const hostOf = (origin: string): string | null => (URL.canParse(origin) ? new URL(origin).host : null);

/** A request with a bearer token carries its own proof: it acts by the token alone, whatever cookie comes with it. */
export const requireOwnOrigin = async (request: FastifyRequest): Promise<void> => {
  if (bearerOf(request) !== null) return;
  const { origin, host } = request.headers;
  const fetchSite = request.headers['sec-fetch-site'];
  const site = Array.isArray(fetchSite) ? fetchSite[0] : fetchSite;
  if (!isFromOurPages({ method: request.method, host, origin, fetchSite: site })) throw new Problem('origin-missing');
};

export const setSessionCookie = (reply: FastifyReply, token: string, hours: number): void => {
  // Browsers take loopback for a secure context, so Secure holds on http://127.0.0.1 as well.
  void reply.setCookie(SESSION_COOKIE, token, { ...COOKIE, maxAge: hours * 3600 });
};
export const clearSessionCookie = (reply: FastifyReply): void => {
  void reply.clearCookie(SESSION_COOKIE, COOKIE);
};
const COOKIE = { path: '/', httpOnly: true, secure: true, sameSite: 'strict' } as const;

/** Which browser began a sign-in in a window of Salesforce. Lax, since it must come along when Salesforce sends the browser back. */
export const WEB_SIGN_IN_COOKIE = 'syncline_web_sign_in';
const WEB_SIGN_IN = { path: '/api/setup/web-sign-in', httpOnly: true, secure: true, sameSite: 'lax' } as const;

export const setWebSignInCookie = (reply: FastifyReply, browser: string): void => {
  void reply.setCookie(WEB_SIGN_IN_COOKIE, browser, { ...WEB_SIGN_IN, maxAge: 600 });
};
export const clearWebSignInCookie = (reply: FastifyReply): void => {
  void reply.clearCookie(WEB_SIGN_IN_COOKIE, WEB_SIGN_IN);
};
