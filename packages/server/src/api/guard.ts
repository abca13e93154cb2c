/**
 * Who may ask what: a session for everything below /api but the sign-in, and for changing requests proof that they come from
 * the app's own pages (SEC8). The cookie is SameSite=Strict already; the proof also holds where a browser sends it anyway, as
 * from another port of the same host, which counts as the same site.
 */
import type { Role, User } from '@syncline/contract/users';
import '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../errors/errors.ts';

export const SESSION_COOKIE = 'syncline_session';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);
const RANK = { viewer: 0, operator: 1, admin: 2 } as const satisfies Record<Role, number>;

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

const hostOf = (origin: string): string | null => (URL.canParse(origin) ? new URL(origin).host : null);

export const requireOwnOrigin = async (request: FastifyRequest): Promise<void> => {
  const { origin, host } = request.headers;
  const fetchSite = request.headers['sec-fetch-site'];
  const site = Array.isArray(fetchSite) ? fetchSite[0] : fetchSite;
  if (!isFromOurPages({ method: request.method, host, origin, fetchSite: site })) throw new Problem('origin-missing');
};

export const requireRole = (user: User, role: Role): void => {
  if (RANK[user.role] < RANK[role]) throw new Problem('not-allowed', { role });
};

export const setSessionCookie = (reply: FastifyReply, token: string, hours: number): void => {
  // Browsers take loopback for a secure context, so Secure holds on http://127.0.0.1 as well.
  void reply.setCookie(SESSION_COOKIE, token, { ...COOKIE, maxAge: hours * 3600 });
};
export const clearSessionCookie = (reply: FastifyReply): void => {
  void reply.clearCookie(SESSION_COOKIE, COOKIE);
};
const COOKIE = { path: '/', httpOnly: true, secure: true, sameSite: 'strict' } as const;
