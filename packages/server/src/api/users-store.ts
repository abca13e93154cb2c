/** Tables `sync.app_user`, `sync.session` and `sync.sign_in_code`, one function a statement. */
import type { Language, UserRow as ListedUser, Role, User } from '@syncline/contract/users';
import type { Connection, Database } from '../db/db.ts';

interface UserRow {
  readonly user_id: number;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly language: Language;
}

const userOf = (row: UserRow): User => ({
  userId: row.user_id,
  email: row.email,
  name: row.name,
  role: row.role,
  language: row.language,
});

type Queries = Pick<Connection, 'query' | 'run'> | Database;

export const hasUsers = async (db: Queries): Promise<boolean> => {
  const [row] = await db.query<{ has: boolean }>('select exists (select from sync.app_user) as has');
  return row?.has ?? false;
};

/** null: somebody has this e-mail address. */
export const insertUser = async (
  db: Queries,
  user: {
    readonly email: string;
    readonly name: string;
    readonly passwordHash: string;
    readonly role: Role;
    readonly language: Language;
  },
): Promise<User | null> => {
  const [row] = await db.query<UserRow>(
    `insert into sync.app_user (email, name, password_hash, role, language) values ($1, $2, $3, $4, $5)
     on conflict (lower(email)) do nothing returning user_id, email, name, role, language`,
    [user.email, user.name, user.passwordHash, user.role, user.language],
  );
  return row ? userOf(row) : null;
};

export const listUserRows = async (db: Queries): Promise<readonly ListedUser[]> => {
  const rows = await db.query<UserRow & { created_at: Date; signed_in_at: Date | null }>(
    `select u.user_id, u.email, u.name, u.role, u.language, u.created_at,
            (select max(s.created_at) from sync.session s where s.user_id = u.user_id and s.expires_at > clock_timestamp()) as signed_in_at
       from sync.app_user u order by lower(u.name), u.user_id`,
  );
  return rows.map((row) => ({
    ...userOf(row),
    createdAt: row.created_at.toISOString(),
    signedInAt: row.signed_in_at?.toISOString() ?? null,
  }));
};

/** What is null stays. */
export const updateUser = async (
  db: Queries,
  userId: number,
  change: {
    readonly language: Language | null;
    readonly name: string | null;
    readonly passwordHash: string | null;
    readonly role: Role | null;
  },
): Promise<void> => {
  await db.run(
    `update sync.app_user
        set language = coalesce($2, language), name = coalesce($3, name), password_hash = coalesce($4, password_hash), role = coalesce($5, role)
      where user_id = $1`,
    [userId, change.language, change.name, change.passwordHash, change.role],
  );
};

/** Their sessions go with them. */
export const deleteUser = async (db: Queries, userId: number): Promise<void> => {
  await db.run('delete from sync.app_user where user_id = $1', [userId]);
};

/** So that of two administrators who take each other's right at once, one stays. */
export const lockUsers = async (tx: Queries): Promise<void> => {
  await tx.run(`select pg_advisory_xact_lock(hashtext('syncline users'))`);
};

export const hasOtherAdministrator = async (db: Queries, userId: number): Promise<boolean> => {
  const [row] = await db.query<{ has: boolean }>(
    `select exists (select from sync.app_user where role = 'admin' and user_id <> $1) as has`,
    [userId],
  );
  return row?.has ?? false;
};

/** All but the one with this hash. */
export const endSessions = async (db: Queries, userId: number, keptHash: Buffer | null): Promise<void> => {
  await db.run('delete from sync.session where user_id = $1 and token_hash is distinct from $2', [userId, keptHash]);
};

export const findUserById = async (
  db: Queries,
  userId: number,
): Promise<{ user: User; passwordHash: string } | null> => {
  const [row] = await db.query<UserRow & { password_hash: string }>(
    'select user_id, email, name, role, language, password_hash from sync.app_user where user_id = $1',
    [userId],
  );
  return row ? { user: userOf(row), passwordHash: row.password_hash } : null;
};

export const findUserByEmail = async (
  db: Queries,
  email: string,
): Promise<{ user: User; passwordHash: string } | null> => {
  const [row] = await db.query<UserRow & { password_hash: string }>(
    'select user_id, email, name, role, language, password_hash from sync.app_user where lower(email) = lower($1)',
    [email],
  );
  return row ? { user: userOf(row), passwordHash: row.password_hash } : null;
};

export const oldestAdministrator = async (db: Queries): Promise<User | null> => {
  const [row] = await db.query<UserRow>(
    `select user_id, email, name, role, language from sync.app_user where role = 'admin' order by user_id limit 1`,
  );
  return row ? userOf(row) : null;
};

export const insertSession = async (db: Queries, tokenHash: Buffer, userId: number, hours: number): Promise<void> => {
  await db.run('delete from sync.session where expires_at < clock_timestamp()');
  await db.run(
    `insert into sync.session (token_hash, user_id, expires_at) values ($1, $2, clock_timestamp() + $3 * interval '1 hour')`,
    [tokenHash, userId, hours],
  );
};

export const findSession = async (db: Queries, tokenHash: Buffer): Promise<User | null> => {
  const [row] = await db.query<UserRow>(
    `select u.user_id, u.email, u.name, u.role, u.language
       from sync.session s join sync.app_user u using (user_id)
      where s.token_hash = $1 and s.expires_at > clock_timestamp()`,
    [tokenHash],
  );
  return row ? userOf(row) : null;
};

export const deleteSession = async (db: Queries, tokenHash: Buffer): Promise<void> => {
  await db.run('delete from sync.session where token_hash = $1', [tokenHash]);
};

export const putSignInCode = async (db: Queries, codeHash: Buffer): Promise<void> => {
  await db.run(
    `insert into sync.sign_in_code (code_hash) values ($1)
     on conflict (is_only) do update set code_hash = excluded.code_hash, made_at = clock_timestamp(), used_at = null`,
    [codeHash],
  );
};

/** Uses the code up if it is the one and still good. The row is locked by the update, so of two at once only one succeeds. */
export const useSignInCode = async (db: Queries, codeHash: Buffer, hoursMax: number): Promise<boolean> =>
  (await db.run(
    `update sync.sign_in_code set used_at = clock_timestamp()
      where code_hash = $1 and used_at is null and made_at > clock_timestamp() - $2 * interval '1 hour'`,
    [codeHash, hoursMax],
  )) === 1;
