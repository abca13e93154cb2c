/**
 * Who may do what: the org's users, their sessions and what they see.
 *
 * Every active row of `User` is a user. Two of them, the admin and the sync user, have user name, password and security
 * token, random at the org's creation and kept in its file; others get a password through SOAP `setPassword`, or sign in
 * by OAuth. The sync user is also the run-as user of the connected app (`clientId`, `clientSecret`).
 *
 * What a user may do with objects and fields is what their profile and permission sets grant (`rights.ts`); the switches
 * `hiddenFields`, `readOnlyFields` and `sharingByOwner` take more away from everybody but the admin. Sessions survive a
 * restart and end when they are not used for `switches.sessionSeconds`. Routes below `/services/data/vXX.0` are guarded
 * by `rest` before any handler runs: a handler of any plugin finds its session with `sessionOf(request)`.
 */
import type { FastifyRequest } from 'fastify';
import type { SchemaObject } from '../schema/schema.ts';
import type { FieldSight } from '../soql/soql.ts';
import type { Attempts } from './attempts.ts';
import type { Grants } from './grants.ts';
import type { ObjectRights, SystemPermission } from './rights.ts';
import type { SessionOrigin, Sessions } from './sessions.ts';
import type { Switches } from './switches.ts';

export interface OrgUser {
  /** 18 characters; the user is also a row of `User`. */
  readonly id: string;
  readonly username: string;
  /** Whether they may modify all data: the switches' faults spare them. */
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

/** Which objects, rows and fields a user sees, and which of those they may write (A4). */
export interface Sight extends FieldSight {
  canEdit(object: string, field: string): boolean;
  rights(object: SchemaObject): ObjectRights;
  has(permission: SystemPermission): boolean;
  /** Owners whose rows the user sees where sharing is by owner; undefined where they see all. */
  owners(object: SchemaObject): readonly string[] | undefined;
}

export interface Access {
  readonly orgId: string;
  /** Its users sign in at `test.*`, not at `login.*` (A1). */
  readonly isSandbox: boolean;
  readonly admin: OrgUser;
  readonly syncUser: OrgUser;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly switches: Switches;
  /** Authorization codes and refresh tokens. */
  /** Wrong passwords, which lock a user. */
  readonly attempts: Attempts;
  readonly grants: Grants;
  readonly sessions: Sessions;
  /** Of the admin and the sync user. */
  credentials(user: OrgUser): Credentials;
  /** Of any user; undefined for one who was never given a password. */
  credentialsOf(user: OrgUser): Credentials | undefined;
  setPassword(user: OrgUser, password: string): void;
  /** An active user by id, in 18 characters. */
  user(id: string): OrgUser | undefined;
  /** An active user by user name, in any case. */
  userNamed(username: string): OrgUser | undefined;
  /** Whether this user is locked by the switch. */
  isLocked(user: OrgUser): boolean;
  openSession(user: OrgUser, origin?: SessionOrigin): Session;
  /** The live session with this token, which is thereby used. */
  session(token: string): Session | undefined;
  closeSession(token: string): void;
  /** Ends every session of the sync user. */
  expireSessions(): void;
  sight(user: OrgUser): Sight;
  /** Must be called when records that grant rights, or users, have changed. */
  rightsChanged(): void;
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
