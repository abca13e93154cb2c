/**
 * What an OAuth client holds on behalf of a user (A2): an authorization code, good once and for ten minutes, and a
 * refresh token, good until it is revoked or, where the org rotates, used.
 */
import { createHash } from 'node:crypto';
import type { Store } from '../store/store.ts';
import { secret } from './sessions.ts';

const codeLifeMs = 600_000;

export interface Consent {
  readonly userId: string;
  readonly clientId: string;
  /** Words with blanks between: `api refresh_token`. */
  readonly scope: string;
}

export interface CodeRequest extends Consent {
  readonly redirectUri: string;
  /** PKCE: what the verifier must hash to; null where the client sent none. */
  readonly challenge: string | null;
  readonly challengeMethod: 'S256' | 'plain';
  readonly nonce: string | null;
}

export type Redeemed =
  | { readonly ok: true; readonly grant: CodeRequest }
  | { readonly ok: false; readonly error: string; readonly description: string };

export class Grants {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    store.database.exec(`
      create table if not exists "_code" (code text primary key, request text not null, ends_at integer not null);
      create table if not exists "_refresh" (token text primary key, user_id text not null, client_id text not null, scope text not null);
    `);
  }

  makeCode(request: CodeRequest): string {
    const code = `aPrx${secret(50)}==`;
    this.#store
      .statement('insert into "_code" (code, request, ends_at) values (?, ?, ?)')
      .run(code, JSON.stringify(request), this.#store.clock() + codeLifeMs);
    return code;
  }

  /** Takes a code; it is gone whatever comes of it. */
  redeem(code: string, by: { clientId: string; redirectUri: string | null; verifier: string | null }): Redeemed {
    const row = this.#store.statement('delete from "_code" where code = ? returning *').get(code);
    if (row === undefined) return refused('invalid_grant', 'invalid authorization code');
    if (Number(row['ends_at']) <= this.#store.clock()) return refused('invalid_grant', 'expired authorization code');
    const grant = JSON.parse(String(row['request'])) as CodeRequest;
    if (grant.clientId !== by.clientId) return refused('invalid_grant', 'invalid authorization code');
    if (by.redirectUri !== grant.redirectUri) {
      return refused('redirect_uri_mismatch', 'redirect_uri must match configuration');
    }
    return verifies(grant, by.verifier) ? { ok: true, grant } : refused('invalid_grant', 'invalid code verifier');
  }

  makeRefreshToken({ userId, clientId, scope }: Consent): string {
    const token = `5Aep861${secret(76)}`;
    this.#store
      .statement('insert into "_refresh" (token, user_id, client_id, scope) values (?, ?, ?, ?)')
      .run(token, userId, clientId, scope);
    return token;
  }

  consent(refreshToken: string): Consent | undefined {
    const row = this.#store.statement('select * from "_refresh" where token = ?').get(refreshToken);
    if (row === undefined) return undefined;
    return { userId: String(row['user_id']), clientId: String(row['client_id']), scope: String(row['scope']) };
  }

  /** Whether a user has agreed to a client before and not taken it back. */
  hasConsented(userId: string, clientId: string): boolean {
    const sql = 'select 1 from "_refresh" where user_id = ? and client_id = ? limit 1';
    return this.#store.statement(sql).get(userId, clientId) !== undefined;
  }

  /** True if there was one. */
  revoke(refreshToken: string): boolean {
    return this.#store.statement('delete from "_refresh" where token = ?').run(refreshToken).changes === 1;
  }

  /** Revokes all that a user has given. */
  revokeAllOf(userId: string): void {
    this.#store.statement('delete from "_refresh" where user_id = ?').run(userId);
  }
}

function refused(error: string, description: string): Redeemed {
  return { ok: false, error, description };
}

function verifies({ challenge, challengeMethod }: CodeRequest, verifier: string | null): boolean {
  if (challenge === null) return true;
  if (verifier === null) return false;
  return challenge === (challengeMethod === 'plain' ? verifier : hash(verifier));
}

function hash(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}
