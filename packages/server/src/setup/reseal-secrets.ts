/** The exchange of the operator's key: what an older key of the key file sealed is sealed anew with the first one. */
import type { Database } from '../db/db.ts';
import type { Sealer } from './secrets.ts';

interface Resealed {
  readonly sealed: number;
  /** Sealed with a key that is not in the file: they stay as they are, and whoever needs them says `key-wrong`. */
  readonly unopened: number;
}

/** At every start; twice is the same as once. A secret that somebody replaces meanwhile stays what they made it. */
export const resealSecrets = async (db: Database, sealer: Sealer): Promise<Resealed> => {
  const [connection] = await db.query<{ secrets: Buffer; refresh_token: Buffer | null }>(
    'select secrets, refresh_token from sync.connection where secrets is not null',
  );
  const token = connection?.refresh_token ?? null;
  const [webhook] = await db.query<{ value: unknown }>(`select value from sync.setting where name = 'webhook'`);
  const found = [
    ...(connection
      ? [
          {
            bytes: connection.secrets,
            replace: (fresh: Buffer) =>
              db.run('update sync.connection set secrets = $1 where secrets = $2', [fresh, connection.secrets]),
          },
        ]
      : []),
    ...(token
      ? [
          {
            bytes: token,
            replace: (fresh: Buffer) =>
              db.run('update sync.connection set refresh_token = $1 where refresh_token = $2', [fresh, token]),
          },
        ]
      : []),
    ...(typeof webhook?.value === 'string'
      ? [
          {
            bytes: Buffer.from(webhook.value, 'base64'),
            replace: (fresh: Buffer) =>
              db.run(
                `update sync.setting set value = to_jsonb($1::text) where name = 'webhook' and value = to_jsonb($2::text)`,
                [fresh.toString('base64'), webhook.value],
              ),
          },
        ]
      : []),
  ];
  let [sealed, unopened] = [0, 0];
  for (const { bytes, replace } of found) {
    if (sealer.isNewest(bytes)) continue;
    const fresh = sealAnew(sealer, bytes);
    if (fresh === null) unopened += 1;
    else sealed += await replace(fresh);
  }
  return { sealed, unopened };
};

const sealAnew = (sealer: Sealer, bytes: Buffer): Buffer | null => {
  try {
    return sealer.seal(sealer.open(bytes));
  } catch {
    return null; // `key-wrong` is said where the secret is needed; here nothing is overwritten (SEC1).
  }
};
