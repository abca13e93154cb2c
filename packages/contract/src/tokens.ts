/** API tokens: `GET /api/tokens`, `POST /api/tokens`, `DELETE /api/tokens/:id`. Sent as `Authorization: Bearer syncline_…`. */
import { z } from 'zod';
import { Time } from './shared.ts';
import { Role } from './users.ts';

/** The roles of people, and `monitor`: numbers, names of fields and causes, and nothing of any person (SEC6). */
export const TokenRole = z.enum(['monitor', ...Role.options]);
export type TokenRole = z.infer<typeof TokenRole>;

export const TOKEN_PREFIX = 'syncline_';

export const ApiToken = z.object({
  tokenId: z.number().int(),
  name: z.string(),
  role: TokenRole,
  /** The last four characters, to tell one from another. */
  hint: z.string(),
  createdAt: Time,
  createdBy: z.string(),
  /** To the minute. */
  lastUsedAt: Time.nullable(),
  /** null: it does not end by itself. */
  expiresAt: Time.nullable(),
  revokedAt: Time.nullable(),
});
export type ApiToken = z.infer<typeof ApiToken>;
export const ApiTokens = z.object({ tokens: z.array(ApiToken) });

export const TokenWish = z.object({
  name: z.string().trim().min(1).max(100),
  role: TokenRole,
  /** null or absent: it does not end by itself. */
  expiresInDays: z.number().int().min(1).max(3650).nullish(),
});
export type TokenWish = z.infer<typeof TokenWish>;

/** `secret` is the token itself. It is in this one answer and is nowhere stored. */
export const MadeToken = z.object({ token: ApiToken, secret: z.string() });
export type MadeToken = z.infer<typeof MadeToken>;
