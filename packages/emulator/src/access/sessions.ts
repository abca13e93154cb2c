import { randomBytes } from 'node:crypto';
import type { Store } from '../store/store.ts';

/** Random letters and digits. */
export function secret(length: number): string {
  return randomBytes(length).toString('base64url').replaceAll(/[-_]/g, 'x').slice(0, length);
}

/** How a session came to be. */
export interface SessionOrigin {
  /** It never ends by itself, as that of the ready line. */
  readonly lasts?: boolean;
  /** The OAuth client it was given to, and what for: `api refresh_token`. */
  readonly clientId?: string;
  readonly scope?: string;
  /** Revoking this refresh token ends the session too. */
  readonly refreshToken?: string;
}

export interface SessionRow {
  readonly userId: string;
  readonly clientId: string | null;
  readonly scope: string | null;
  /** Milliseconds; when the session was opened. */
  readonly openedAt: number;
  /** Milliseconds; when it ends unless it is used again; null for one that never ends. */
  readonly endsAt: number | null;
}

/** A use moves the end of a session only when it has moved by this much, so that a request costs no write. */
const touchMs = 60_000;

/** The org's sessions, in its file. A session ends when it was not used for its life's length, on the org's clock. */
export class Sessions {
  readonly #store: Store;
  readonly #idleSeconds: () => number;

  /** `idleSeconds` is how long a session lives without use; 0 is for ever. */
  constructor(store: Store, idleSeconds: () => number) {
    this.#store = store;
    this.#idleSeconds = idleSeconds;
    store.database.exec(`create table if not exists "_session" (token text primary key, user_id text not null)`);
    const columns = store.database.prepare(`select name from pragma_table_info('_session')`).all();
    for (const column of ['opened_at', 'used_at', 'lasts', 'client_id', 'scope', 'refresh']) {
      if (columns.some(({ name }) => name === column)) continue;
      store.database.exec(`alter table "_session" add column ${column}`);
    }
  }

  open(token: string, userId: string, origin: SessionOrigin): void {
    const now = this.#store.clock();
    this.#store
      .statement(
        `insert into "_session" (token, user_id, opened_at, used_at, lasts, client_id, scope, refresh)
         values (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        token,
        userId,
        now,
        now,
        origin.lasts === true ? 1 : 0,
        origin.clientId ?? null,
        origin.scope ?? null,
        origin.refreshToken ?? null,
      );
  }

  /** The session with this token, used now; undefined if there is none or it has ended. */
  use(token: string): SessionRow | undefined {
    const session = this.find(token);
    if (session === undefined || session.endsAt === null) return session;
    const now = this.#store.clock();
    if (session.endsAt - now < this.#idleSeconds() * 1000 - touchMs) {
      this.#store.statement('update "_session" set used_at = ? where token = ?').run(now, token);
    }
    return session;
  }

  find(token: string): SessionRow | undefined {
    const row = this.#store.statement('select * from "_session" where token = ?').get(token);
    if (row === undefined) return undefined;
    // Sessions of a file older than their ends were given without one.
    const idleMs = this.#idleSeconds() * 1000;
    const lasts = idleMs === 0 || row['used_at'] === null || row['lasts'] === 1;
    const endsAt = lasts ? null : Number(row['used_at']) + idleMs;
    if (endsAt !== null && endsAt <= this.#store.clock()) {
      this.close(token);
      return undefined;
    }
    const text = (column: string): string | null => (row[column] === null ? null : String(row[column]));
    return {
      userId: String(row['user_id']),
      clientId: text('client_id'),
      scope: text('scope'),
      openedAt: Number(row['opened_at'] ?? 0),
      endsAt,
    };
  }

  close(token: string): void {
    this.#store.statement('delete from "_session" where token = ?').run(token);
  }

  closeAllFrom(refreshToken: string): void {
    this.#store.statement('delete from "_session" where refresh = ?').run(refreshToken);
  }

  closeAllOf(userId: string): void {
    this.#store.statement('delete from "_session" where user_id = ?').run(userId);
  }
}
