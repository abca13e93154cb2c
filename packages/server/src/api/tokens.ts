/**
 * API tokens: 256 random bits for a program, made by an administrator, shown once, good until they are revoked or their time is over. The
 * database holds their hash alone.
 */
import { createHash, randomBytes } from 'node:crypto';
import { type ApiToken, type MadeToken, TOKEN_PREFIX, type TokenRole, type TokenWish } from '@syncline/contract/tokens';
import type { Database } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import type { Caller } from './caller.ts';

const TOKEN_BYTES = 32;
const HINT_LENGTH = 4;

interface TokenRow {
  readonly token_id: number;
  readonly name: string;
  readonly role: TokenRole;
  readonly hint: string;
  readonly created_at: Date;
  readonly created_by: string;
  readonly last_used_at: Date | null;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
}

const COLUMNS = 'token_id, name, role, hint, created_at, created_by, last_used_at, expires_at, revoked_at';

/** The newest first; revoked ones stay listed. */
export const listTokens = async (db: Database): Promise<readonly ApiToken[]> =>
  (await db.query<TokenRow>(`select ${COLUMNS} from sync.api_token order by token_id desc`)).map(tokenOf);

export const makeToken = async (db: Database, wish: TokenWish, by: string): Promise<MadeToken> => {
  const secret = TOKEN_PREFIX + randomBytes(TOKEN_BYTES).toString('base64url');
  const [row] = await db.query<TokenRow>(
    `insert into sync.api_token (name, role, token_hash, hint, created_by, expires_at)
     values ($1, $2, $3, $4, $5, clock_timestamp() + $6::int * interval '1 day') returning ${COLUMNS}`,
    [wish.name, wish.role, hashOf(secret), secret.slice(-HINT_LENGTH), by, wish.expiresInDays ?? null],
  );
  if (!row) throw new Error('an insert returns its row');
  return { token: tokenOf(row), secret };
};

/** Twice is the same as once. Errors: `not-found`. */
export const revokeToken = async (db: Database, tokenId: number): Promise<void> => {
  const touched = await db.run(
    'update sync.api_token set revoked_at = coalesce(revoked_at, clock_timestamp()) where token_id = $1',
    [tokenId],
  );
  if (touched === 0) throw new Problem('not-found');
};

/** Who this token speaks for; null: nobody, or nobody any more. Notes the use, at most once a minute. */
export const tokenBearer = async (db: Database, secret: string): Promise<Caller | null> => {
  if (!secret.startsWith(TOKEN_PREFIX)) return null;
  const [row] = await db.query<{ token_id: number; name: string; role: TokenRole; is_stale: boolean }>(
    `select token_id, name, role, coalesce(last_used_at < clock_timestamp() - interval '1 minute', true) as is_stale
       from sync.api_token
      where token_hash = $1 and revoked_at is null and (expires_at is null or expires_at > clock_timestamp())`,
    [hashOf(secret)],
  );
  if (!row) return null;
  if (row.is_stale)
    await db.run('update sync.api_token set last_used_at = clock_timestamp() where token_id = $1', [row.token_id]);
  return { name: `token ${row.name}`, role: row.role, userId: null };
};

/** Of 256 random bits a plain hash is enough; a slow one would only slow each request. */
const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

const tokenOf = (row: TokenRow): ApiToken => ({
  tokenId: row.token_id,
  name: row.name,
  role: row.role,
  hint: row.hint,
  createdAt: row.created_at.toISOString(),
  createdBy: row.created_by,
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
  expiresAt: row.expires_at?.toISOString() ?? null,
  revokedAt: row.revoked_at?.toISOString() ?? null,
});
