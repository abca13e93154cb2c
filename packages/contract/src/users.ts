/**
 * Users of the app: `GET /api/me`, `PATCH /api/me`, `POST /api/users/first`, `POST` and `DELETE /api/sessions`; and for administrators
 * `GET /api/users`, `POST /api/users`, `PATCH /api/users/:id`, `DELETE /api/users/:id`.
 *
 * A viewer reads; an operator also acts on people and errors; an administrator also sets up.
 */
import { z } from 'zod';
import { Time } from './shared.ts';

export const Language = z.enum(['en', 'es']);
export type Language = z.infer<typeof Language>;
export const Role = z.enum(['viewer', 'operator', 'admin']);
export type Role = z.infer<typeof Role>;

export const PASSWORD_LENGTH_MIN = 12;
export const PASSWORD_LENGTH_MAX = 200;

const Password = z.string().min(PASSWORD_LENGTH_MIN).max(PASSWORD_LENGTH_MAX);
const Name = z.string().trim().min(1).max(200);
const Email = z.string().trim().toLowerCase().min(3).max(320).includes('@');

export const User = z.object({
  userId: z.number().int(),
  email: z.string(),
  name: z.string(),
  role: Role,
  language: Language,
});
export type User = z.infer<typeof User>;

/** Asked before anything else. `user` is null when nobody is signed in; `firstUserNeeded`: no user exists yet. */
export const Me = z.object({ user: User.nullable(), firstUserNeeded: z.boolean() });
export type Me = z.infer<typeof Me>;

/** `code` comes from the link that the server printed: `/sign-in/first?code=…`. Signs in as well. */
export const FirstUser = z.object({
  code: z.string().min(1).max(200),
  name: Name,
  email: Email,
  password: Password,
  language: Language,
});
export type FirstUser = z.infer<typeof FirstUser>;

/**
 * By e-mail and password, or by the code of the link that the server printed: `/sign-in/first?code=…` of a server whose first user
 * exists already signs in its oldest administrator, once.
 */
export const SignIn = z.union([
  z.object({
    email: z.string().trim().toLowerCase().min(1).max(320),
    password: z.string().min(1).max(PASSWORD_LENGTH_MAX),
  }),
  z.object({ code: z.string().min(1).max(200) }),
]);
export type SignIn = z.infer<typeof SignIn>;

/** What is left out stays. A new password needs the present one, and ends this user's other sessions. */
export const MeChange = z.object({
  language: Language.optional(),
  name: Name.optional(),
  password: z.object({ present: z.string().min(1).max(PASSWORD_LENGTH_MAX), wanted: Password }).optional(),
});
export type MeChange = z.infer<typeof MeChange>;

export const UserRow = User.extend({
  createdAt: Time,
  /** When the newest of their sessions began; null: none is open. */
  signedInAt: Time.nullable(),
});
export type UserRow = z.infer<typeof UserRow>;
export const Users = z.object({ users: z.array(UserRow) });

/** The administrator tells the new user the password; the user changes it on their own page. */
export const NewUser = z.object({ name: Name, email: Email, role: Role, language: Language, password: Password });
export type NewUser = z.infer<typeof NewUser>;

/** A new password or role ends the user's sessions. */
export const UserChange = z.object({ name: Name.optional(), role: Role.optional(), password: Password.optional() });
export type UserChange = z.infer<typeof UserChange>;
