/** The stored refresh token of a web sign-in: lent to one sign-in at a time, of all processes, and exchanged where Salesforce gives the next one. */
import type { Database } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import type { RefreshToken } from '../salesforce/salesforce.ts';
import type { Sealer } from './secrets.ts';

const LOCK = `hashtext('syncline refresh token')`;

export const sealToken = (sealer: Sealer, token: string): Buffer => sealer.seal({ refreshToken: token });

/** Errors: `secrets-missing`, `key-wrong`. */
export const createStoredToken = (db: Database, sealer: Sealer): RefreshToken => ({
  lend: (use) =>
    // A lock of the session and no transaction: what is rotated must be stored at once, and never rolled back.
    db.session(async (session) => {
      await session.query(`select pg_advisory_lock(${LOCK})`);
      try {
        const [row] = await session.query<{ refresh_token: Buffer | null }>(
          'select refresh_token from sync.connection',
        );
        const sealed = row?.refresh_token ?? null;
        const token = sealed === null ? undefined : sealer.open(sealed)['refreshToken'];
        if (token === undefined) throw new Problem('secrets-missing');
        const { next, value } = await use(token);
        // Somebody may have signed in anew meanwhile; then theirs stays.
        if (next !== null)
          await session.run('update sync.connection set refresh_token = $1 where refresh_token = $2', [
            sealToken(sealer, next),
            sealed,
          ]);
        return value;
      } finally {
        await session.query(`select pg_advisory_unlock(${LOCK})`);
      }
    }),
});
