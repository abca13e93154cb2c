/**
 * Who may use the app (SEC8). There is no default password: the first administrator is made with a code that the server prints,
 * good once. A session is 256 random bits in a cookie; the database holds their hash alone.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { FirstUser, MeChange, NewUser, SignIn, User, UserChange, UserRow } from '@syncline/contract/users';
import type { Database } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import { hashPassword, passwordFits } from './passwords.ts';
import {
  deleteSession,
  deleteUser,
  endSessions,
  findSession,
  findUserByEmail,
  findUserById,
  hasOtherAdministrator,
  hasUsers,
  insertSession,
  insertUser,
  listUserRows,
  lockUsers,
  oldestAdministrator,
  putSignInCode,
  updateUser,
  useSignInCode,
} from './users-store.ts';

export const SESSION_HOURS = 14 * 24;
/** A printed link that nobody used stops working; the next start prints another. */
const CODE_HOURS = 24;
const TOKEN_BYTES = 32;

export interface SignedIn {
  readonly user: User;
  /** The cookie's value; nowhere stored. */
  readonly token: string;
}

/** A new code for the link `/sign-in/first?code=…`; codes made before it stop working. */
export const makeSignInCode = async (db: Database): Promise<string> => {
  const code = randomBytes(TOKEN_BYTES).toString('base64url');
  await putSignInCode(db, hashOf(code));
  return code;
};

/** Errors: `link-used` for a code that is used, old, or not ours, and where a first user exists already. */
export const createFirstUser = async (db: Database, wanted: FirstUser): Promise<SignedIn> => {
  const passwordHash = await hashPassword(wanted.password);
  const user = await db.transaction(async (tx) => {
    if (!(await useSignInCode(tx, hashOf(wanted.code), CODE_HOURS))) throw new Problem('link-used');
    if (await hasUsers(tx)) throw new Problem('link-used');
    return insertUser(tx, {
      email: wanted.email,
      name: wanted.name,
      passwordHash,
      role: 'admin',
      language: wanted.language,
    });
  });
  if (!user) throw new Problem('bug');
  return openSession(db, user);
};

/** Errors: `wrong-credentials`, the same for an unknown user and a wrong password, after the same time; `link-used`. */
export const signIn = async (db: Database, wanted: SignIn): Promise<SignedIn> => {
  if ('code' in wanted) return signInByCode(db, wanted.code);
  const found = await findUserByEmail(db, wanted.email);
  if (!(await passwordFits(wanted.password, found?.passwordHash ?? null)) || !found)
    throw new Problem('wrong-credentials');
  return openSession(db, found.user);
};

const signInByCode = async (db: Database, code: string): Promise<SignedIn> => {
  const user = await db.transaction(async (tx) => {
    const found = await oldestAdministrator(tx);
    if (!found || !(await useSignInCode(tx, hashOf(code), CODE_HOURS))) throw new Problem('link-used');
    return found;
  });
  return openSession(db, user);
};

const openSession = async (db: Database, user: User): Promise<SignedIn> => {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  await insertSession(db, hashOf(token), user.userId, SESSION_HOURS);
  return { user, token };
};

export const userOfSession = (db: Database, token: string): Promise<User | null> => findSession(db, hashOf(token));
export const signOut = (db: Database, token: string): Promise<void> => deleteSession(db, hashOf(token));
export const isFirstUserNeeded = async (db: Database): Promise<boolean> => !(await hasUsers(db));

export const listUsers = (db: Database): Promise<readonly UserRow[]> => listUserRows(db);

/** One's own language, name and password. Errors: `wrong-credentials` where the present password is not the one given. */
export const changeMe = async (
  db: Database,
  userId: number,
  change: MeChange,
  sessionToken: string | null,
): Promise<void> => {
  const passwordHash = change.password ? await newHashOf(db, userId, change.password) : null;
  await db.transaction(async (tx) => {
    await updateUser(tx, userId, {
      language: change.language ?? null,
      name: change.name ?? null,
      passwordHash,
      role: null,
    });
    if (passwordHash) await endSessions(tx, userId, sessionToken === null ? null : hashOf(sessionToken));
  });
};

const newHashOf = async (
  db: Database,
  userId: number,
  { present, wanted }: NonNullable<MeChange['password']>,
): Promise<string> => {
  const found = await findUserById(db, userId);
  if (!(await passwordFits(present, found?.passwordHash ?? null))) throw new Problem('wrong-credentials');
  return hashPassword(wanted);
};

/** Errors: `email-taken`. */
export const createUser = async (db: Database, wanted: NewUser): Promise<User> => {
  const { name, email, role, language } = wanted;
  const passwordHash = await hashPassword(wanted.password);
  const user = await insertUser(db, { name, email, role, language, passwordHash });
  if (!user) throw new Problem('email-taken', { email });
  return user;
};

/** Another role or password ends the user's sessions. Errors: `not-found`, `last-administrator`. */
export const changeUser = async (db: Database, userId: number, change: UserChange): Promise<void> => {
  const passwordHash = change.password === undefined ? null : await hashPassword(change.password);
  await db.transaction(async (tx) => {
    await lockUsers(tx);
    const found = await findUserById(tx, userId);
    if (!found) throw new Problem('not-found');
    const losesRight = found.user.role === 'admin' && change.role !== undefined && change.role !== 'admin';
    if (losesRight && !(await hasOtherAdministrator(tx, userId))) throw new Problem('last-administrator');
    await updateUser(tx, userId, {
      language: null,
      name: change.name ?? null,
      passwordHash,
      role: change.role ?? null,
    });
    if (passwordHash || (change.role !== undefined && change.role !== found.user.role))
      await endSessions(tx, userId, null);
  });
};

/** Errors: `not-found`, `last-administrator`. */
export const removeUser = async (db: Database, userId: number): Promise<void> => {
  await db.transaction(async (tx) => {
    await lockUsers(tx);
    const found = await findUserById(tx, userId);
    if (!found) throw new Problem('not-found');
    if (found.user.role === 'admin' && !(await hasOtherAdministrator(tx, userId)))
      throw new Problem('last-administrator');
    await deleteUser(tx, userId);
  });
};

/** Of 256 random bits a plain hash is enough; a slow one would only slow each request. */
const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();
