import { randomBytes } from 'node:crypto';
import type { SchemaObject } from '../schema/schema.ts';
import { makeId } from '../store/ids.ts';
import type { Store, StoredRow } from '../store/store.ts';
import type { Access, Credentials, OrgUser, Session, Sight } from './access.ts';
import { Switches } from './switches.ts';

/** What the file remembers of who may enter. */
interface Kept {
  readonly orgId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly admin: OrgUser & Credentials;
  readonly syncUser: OrgUser & Credentials;
}

/** Makes the org's users at its first start, and finds them again at the next. */
export function makeAccess(store: Store): Access {
  store.database.exec('create table if not exists "_session" (token text primary key, user_id text not null)');
  const known = store.setting('access');
  return new OrgAccess(store, known === undefined ? found(store) : (JSON.parse(known) as Kept));
}

function secret(length: number): string {
  return randomBytes(length).toString('base64url').replaceAll(/[-_]/g, 'x').slice(0, length);
}

function found(store: Store): Kept {
  const place = secret(8).toLowerCase();
  const person = (name: string, isAdmin: boolean): OrgUser & Credentials => ({
    id: store.nextId('User'),
    username: `${name}@${place}.example.com`,
    isAdmin,
    password: secret(16),
    securityToken: secret(24),
  });
  const kept: Kept = {
    orgId: makeId('00D', 1),
    clientId: `3MVG9${secret(60)}`,
    clientSecret: secret(64),
    admin: person('admin', true),
    syncUser: person('sync', false),
  };
  store.transaction(() => {
    store.setSetting('access', JSON.stringify(kept));
    makeRows(store, kept);
  });
  return kept;
}

/** The rows that queries about the org itself find: Organization, Profile, User. */
function makeRows(store: Store, kept: Kept): void {
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
    Name: 'Practice org',
    OrganizationType: 'Developer Edition',
    InstanceName: 'PRACTICE',
    IsSandbox: 'false',
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
    put('Profile', { Id: id, Name: name, UserType: 'Standard' });
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
  readonly #store: Store;
  readonly #kept: Kept;

  constructor(store: Store, kept: Kept) {
    this.#store = store;
    this.#kept = kept;
    this.switches = new Switches(store);
  }

  get orgId(): string {
    return this.#kept.orgId;
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
    return user.isAdmin ? this.#kept.admin : this.#kept.syncUser;
  }

  userNamed(username: string): OrgUser | undefined {
    return [this.admin, this.syncUser].find((user) => user.username.toLowerCase() === username.trim().toLowerCase());
  }

  openSession(user: OrgUser): Session {
    const token = `${this.orgId.slice(0, 15)}!AQ${secret(80)}.${secret(10)}`;
    this.#store.statement('insert into "_session" (token, user_id) values (?, ?)').run(token, user.id);
    return { token, user };
  }

  session(token: string): Session | undefined {
    const row = this.#store.statement('select user_id from "_session" where token = ?').get(token);
    const user = [this.admin, this.syncUser].find(({ id }) => id === row?.['user_id']);
    return user === undefined ? undefined : { token, user };
  }

  closeSession(token: string): void {
    this.#store.statement('delete from "_session" where token = ?').run(token);
  }

  expireSessions(): void {
    this.#store.statement('delete from "_session" where user_id = ?').run(this.syncUser.id);
  }

  sight(user: OrgUser): Sight {
    if (user.isAdmin) return { canRead: () => true, canEdit: () => true };
    const hidden = names(this.switches.state.hiddenFields);
    const readOnly = names(this.switches.state.readOnlyFields);
    const canRead = (object: string, field: string): boolean => !hidden.has(`${object}.${field}`.toLowerCase());
    return {
      canRead,
      canEdit: (object, field) => canRead(object, field) && !readOnly.has(`${object}.${field}`.toLowerCase()),
    };
  }
}

function names(fields: readonly string[]): ReadonlySet<string> {
  return new Set(fields.map((field) => field.toLowerCase()));
}
