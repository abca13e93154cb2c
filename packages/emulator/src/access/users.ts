import { createHash } from 'node:crypto';
import type { SchemaObject } from '../schema/schema.ts';
import { makeId } from '../store/ids.ts';
import type { Store, StoredRow } from '../store/store.ts';
import type { Access, Credentials, OrgUser, Session, Sight } from './access.ts';
import { Attempts } from './attempts.ts';
import { makeFirstGrants } from './first-grants.ts';
import { Grants } from './grants.ts';
import { type Rights, readRights, syncUserPermissions, systemPermissions } from './rights.ts';
import { type SessionOrigin, Sessions, secret } from './sessions.ts';
import { makeSight } from './sight.ts';
import { Switches } from './switches.ts';

/** What the file remembers of who may enter. */
interface Kept {
  readonly isSandbox?: boolean;
  readonly orgId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly admin: OrgUser & Credentials;
  readonly syncUser: OrgUser & Credentials;
}

/** What an org is at its first start; one that is found in its file stays what it was. */
export interface Founding {
  readonly isSandbox?: boolean | undefined;
  /** `Organization.Name`. */
  readonly name?: string | undefined;
  /** The org's id is made of name and seed; of neither, it is by chance. */
  readonly seed?: number | undefined;
}

/** Makes the org and its users at its first start and finds them again at the next. */
export function makeAccess(store: Store, founding: Founding = {}): Access {
  const known = store.setting('access');
  const kept = known === undefined ? found(store, founding) : (JSON.parse(known) as Kept);
  makeFirstGrants(store, profilesOf(store, kept), kept.admin.id);
  return new OrgAccess(store, kept);
}

/** The profiles of the org's own two users. */
function profilesOf(store: Store, kept: Kept): readonly { id: string; isAdmin: boolean }[] {
  if (store.schema.object('User') === undefined) return [];
  return [kept.admin, kept.syncUser].flatMap(({ id, isAdmin }) => {
    const profile = store.read('User', id)?.['ProfileId'];
    return profile === undefined || profile === null ? [] : [{ id: profile, isAdmin }];
  });
}

function found(store: Store, founding: Founding): Kept {
  const { isSandbox = false, name = 'Practice org' } = founding;
  const place = secret(8).toLowerCase();
  const person = (role: string, isAdmin: boolean): OrgUser & Credentials => ({
    id: store.nextId('User'),
    username: `${role}@${place}.example.com${isSandbox ? '.practice' : ''}`,
    isAdmin,
    password: secret(16),
    securityToken: secret(24),
  });
  const kept: Kept = {
    isSandbox,
    orgId: orgIdOf(founding),
    clientId: `3MVG9${secret(60)}`,
    clientSecret: secret(64),
    admin: person('admin', true),
    syncUser: person('sync', false),
  };
  store.transaction(() => {
    store.setSetting('access', JSON.stringify(kept));
    makeRows(store, kept, name);
  });
  return kept;
}

/** The same for the same name and seed, and hardly ever the same for two. */
function orgIdOf({ name, seed }: Founding): string {
  const from = name === undefined && seed === undefined ? secret(20) : `${name ?? ''} ${seed ?? ''}`;
  return makeId('00D', createHash('sha256').update(from).digest().readUIntBE(0, 6));
}

/** The rows that queries about the org itself find: Organization, Profile, User. */
function makeRows(store: Store, kept: Kept, name: string): void {
  const stamp = store.now();
  const put = (object: string, row: StoredRow): void => {
    const described = store.schema.object(object);
    if (described === undefined) return;
    const stamps = {
      CreatedDate: stamp,
      LastModifiedDate: stamp,
      SystemModstamp: stamp,
      CreatedById: kept.admin.id,
      LastModifiedById: kept.admin.id,
      IsDeleted: 'false',
    };
    store.insert(object, onlyKnown(described, { ...falseBooleans(described), ...stamps, ...row }));
  };
  put('Organization', {
    Id: kept.orgId,
    Name: name,
    OrganizationType: 'Developer Edition',
    InstanceName: 'PRACTICE',
    IsSandbox: String(kept.isSandbox === true),
    LanguageLocaleKey: 'en_US',
  });
  const profiles = new Map<boolean, string>();
  for (const [isAdmin, name] of [
    [true, 'System Administrator'],
    [false, 'Sync user'],
  ] as const) {
    if (store.schema.object('Profile') === undefined) continue;
    const id = store.nextId('Profile');
    profiles.set(isAdmin, id);
    const grants = Object.fromEntries(
      systemPermissions.map((permission) => [
        `Permissions${permission}`,
        String(isAdmin || syncUserPermissions.has(permission)),
      ]),
    );
    put('Profile', { Id: id, Name: name, UserType: 'Standard', ...grants });
  }
  for (const user of [kept.admin, kept.syncUser]) {
    const firstName = user.isAdmin ? 'Org' : 'Sync';
    const lastName = user.isAdmin ? 'Admin' : 'User';
    put('User', {
      Id: user.id,
      Username: user.username,
      Email: user.username,
      FirstName: firstName,
      LastName: lastName,
      Name: `${firstName} ${lastName}`,
      Alias: firstName.toLowerCase(),
      CommunityNickname: firstName.toLowerCase(),
      IsActive: 'true',
      UserType: 'Standard',
      ProfileId: profiles.get(user.isAdmin) ?? null,
      TimeZoneSidKey: 'GMT',
      LocaleSidKey: 'en_US',
      LanguageLocaleKey: 'en_US',
      EmailEncodingKey: 'UTF-8',
    });
  }
}

function falseBooleans(object: SchemaObject): StoredRow {
  return Object.fromEntries(
    object.stored.filter((field) => field.type === 'boolean').map((field) => [field.name, 'false']),
  );
}

function onlyKnown(object: SchemaObject, row: StoredRow): StoredRow {
  const always = ['Id', 'IsDeleted', 'SystemModstamp'];
  return Object.fromEntries(
    Object.entries(row).filter(([name]) => always.includes(name) || object.field(name) !== undefined),
  );
}

class OrgAccess implements Access {
  readonly switches: Switches;
  readonly sessions: Sessions;
  readonly grants: Grants;
  readonly attempts: Attempts;
  readonly #store: Store;
  readonly #kept: Kept;
  readonly #rights = new Map<string, Rights>();

  constructor(store: Store, kept: Kept) {
    this.#store = store;
    this.#kept = kept;
    this.switches = new Switches(store);
    this.sessions = new Sessions(store, () => this.switches.state.sessionSeconds);
    this.grants = new Grants(store);
    this.attempts = new Attempts(store);
    store.onRestored(() => this.rightsChanged());
  }

  get orgId(): string {
    return this.#kept.orgId;
  }

  get isSandbox(): boolean {
    return this.#kept.isSandbox === true;
  }

  get admin(): OrgUser {
    return this.#kept.admin;
  }

  get syncUser(): OrgUser {
    return this.#kept.syncUser;
  }

  get clientId(): string {
    return this.#kept.clientId;
  }

  get clientSecret(): string {
    return this.#kept.clientSecret;
  }

  credentials(user: OrgUser): Credentials {
    const known = this.credentialsOf(user);
    if (known === undefined) throw new Error(`${user.username} has no password.`);
    return known;
  }

  credentialsOf(user: OrgUser): Credentials | undefined {
    const own = [this.#kept.admin, this.#kept.syncUser].find(({ id }) => id === user.id);
    const password = this.#store.setting(`password:${user.id}`) ?? own?.password;
    if (password === undefined) return undefined;
    return { username: user.username, password, securityToken: own?.securityToken ?? tokenOf(user) };
  }

  setPassword(user: OrgUser, password: string): void {
    this.#store.setSetting(`password:${user.id}`, password);
  }

  user(id: string): OrgUser | undefined {
    const own = [this.admin, this.syncUser].find((user) => user.id === id);
    if (this.#store.schema.object('User') === undefined) return own;
    const row = this.#store.read('User', id);
    if (row === undefined || row['IsActive'] === 'false' || row['IsDeleted'] === 'true') return undefined;
    return own ?? { id, username: row['Username'] ?? '', isAdmin: this.#rightsOf(id).has('ModifyAllData') };
  }

  userNamed(username: string): OrgUser | undefined {
    const name = username.trim().toLowerCase();
    const own = [this.admin, this.syncUser].find((user) => user.username.toLowerCase() === name);
    if (own !== undefined) return this.user(own.id);
    if (this.#store.schema.object('User') === undefined) return undefined;
    const row = this.#store
      .statement(`select "Id" from "User" where lower("Username") = ? and "IsDeleted" = 'false'`)
      .get(name);
    return row === undefined ? undefined : this.user(String(row['Id']));
  }

  isLocked(user: OrgUser): boolean {
    return this.switches.state.userLocked && !user.isAdmin;
  }

  openSession(user: OrgUser, origin: SessionOrigin = {}): Session {
    const token = `${this.orgId.slice(0, 15)}!AQ${secret(80)}.${secret(10)}`;
    this.sessions.open(token, user.id, origin);
    return { token, user };
  }

  session(token: string): Session | undefined {
    const session = this.sessions.use(token);
    const user = session === undefined ? undefined : this.user(session.userId);
    return user === undefined ? undefined : { token, user };
  }

  closeSession(token: string): void {
    this.sessions.close(token);
  }

  expireSessions(): void {
    this.sessions.closeAllOf(this.syncUser.id);
  }

  sight(user: OrgUser): Sight {
    return makeSight(user, this.#rightsOf(user.id), this.switches.state);
  }

  rightsChanged(): void {
    this.#rights.clear();
  }

  #rightsOf(userId: string): Rights {
    const known = this.#rights.get(userId);
    if (known !== undefined) return known;
    const rights = readRights(this.#store, userId);
    this.#rights.set(userId, rights);
    return rights;
  }
}

/** A user who was given a password later has a token made of their id, so that nothing more need be kept. */
function tokenOf(user: OrgUser): string {
  return createHash('sha256').update(user.id).digest('base64url').replaceAll(/[-_]/g, 'x').slice(0, 24);
}
