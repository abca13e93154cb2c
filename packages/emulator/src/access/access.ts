/**
 * Who may do what: the org's two users, their sessions and what they see.
 *
 * The admin sees everything. The sync user sees everything but `switches.hiddenFields`. Both have user name, password and
 * security token, random at the org's creation and kept in its file; the sync user is also the run-as user of the
 * connected app (`clientId`, `clientSecret`). Sessions survive a restart. Routes below `/services/data/vXX.0` are
 * guarded by `rest` before any handler runs: a handler of any plugin finds its session with `sessionOf(request)`.
 */
import type { FastifyRequest } from 'fastify';
import type { FieldSight } from '../soql/soql.ts';
import type { Switches } from './switches.ts';

export interface OrgUser {
  /** 18 characters; the user is also a row of `User`. */
  readonly id: string;
  readonly username: string;
  readonly isAdmin: boolean;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly securityToken: string;
}

export interface Session {
  /** `{15-character org id}!{opaque}`. */
  readonly token: string;
  readonly user: OrgUser;
}

/** Which fields a user sees, and which of those they may write (A4). */
export interface Sight extends FieldSight {
  canEdit(object: string, field: string): boolean;
}

export interface Access {
  readonly orgId: string;
  readonly admin: OrgUser;
  readonly syncUser: OrgUser;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly switches: Switches;
  credentials(user: OrgUser): Credentials;
  userNamed(username: string): OrgUser | undefined;
  /** A session made without a login, for the ready line and the tests. */
  openSession(user: OrgUser): Session;
  session(token: string): Session | undefined;
  closeSession(token: string): void;
  /** Ends every session of the sync user. */
  expireSessions(): void;
  sight(user: OrgUser): Sight;
}

const sessions = new WeakMap<FastifyRequest, Session>();

/** `rest`'s guard notes the session that a request came with. */
export function noteSession(request: FastifyRequest, session: Session): void {
  sessions.set(request, session);
}

/** The session of a guarded request. */
export function sessionOf(request: FastifyRequest): Session {
  const session = sessions.get(request);
  if (session === undefined) throw new Error(`The route ${request.url} is not guarded.`);
  return session;
}

export { makeAccess } from './users.ts';
