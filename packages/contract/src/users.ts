/** Users of the app: `GET /api/me`, `POST /api/users/first`, `POST` and `DELETE /api/sessions`, `PATCH /api/me`. */
import { z } from 'zod';

export const Language = z.enum(['en', 'es']);
export type Language = z.infer<typeof Language>;
export const Role = z.enum(['viewer', 'operator', 'admin']);
export type Role = z.infer<typeof Role>;

export const PASSWORD_LENGTH_MIN = 12;
export const PASSWORD_LENGTH_MAX = 200;

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
  name: z.string().trim().min(1).max(200),
  email: z.string().trim().toLowerCase().min(3).max(320).includes('@'),
  password: z.string().min(PASSWORD_LENGTH_MIN).max(PASSWORD_LENGTH_MAX),
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

export const MeChange = z.object({ language: Language });
export type MeChange = z.infer<typeof MeChange>;
