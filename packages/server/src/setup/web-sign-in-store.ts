/** Table `sync.web_sign_in`: sign-ins in a window of Salesforce, of the last ten minutes. State and cookie are stored as hashes. */
import { createHash } from 'node:crypto';
import type { WebSignInOutcome } from '@syncline/contract/setup';
import type { Database } from '../db/db.ts';
import { readStoredProblem, type StoredProblem } from '../errors/errors.ts';

const GOOD_FOR = `interval '10 minutes'`;

export interface BegunSignIn {
  readonly host: string;
  readonly isSandbox: boolean;
  readonly clientId: string;
  readonly callbackUrl: string;
  /** `{verifier, clientSecret?}`, later `{refreshToken, clientSecret?}`. */
  readonly sealed: Buffer;
}

export interface TakenSignIn extends BegunSignIn {
  readonly stateHash: Buffer;
  /** Who began it, as it is written down beside what they did. */
  readonly by: string;
}

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The one before of the same user, and everything that is over, goes. */
export const insertWebSignIn = async (
  db: Database,
  begun: BegunSignIn & { readonly state: string; readonly browser: string; readonly userId: number },
): Promise<void> => {
  await db.transaction(async (tx) => {
    await tx.run(`delete from sync.web_sign_in where user_id = $1 or begun_at < clock_timestamp() - ${GOOD_FOR}`, [
      begun.userId,
    ]);
    await tx.run(
      `insert into sync.web_sign_in (state_hash, browser_hash, user_id, host, is_sandbox, client_id, callback_url, sealed)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        hashOf(begun.state),
        hashOf(begun.browser),
        begun.userId,
        begun.host,
        begun.isSandbox,
        begun.clientId,
        begun.callbackUrl,
        begun.sealed,
      ],
    );
  });
};

interface Row {
  readonly state_hash: Buffer;
  readonly host: string;
  readonly is_sandbox: boolean;
  readonly client_id: string;
  readonly callback_url: string;
  readonly sealed: Buffer;
  readonly name: string;
}

const takenOf = (row: Row | undefined): TakenSignIn | null =>
  row === undefined
    ? null
    : {
        stateHash: row.state_hash,
        host: row.host,
        isSandbox: row.is_sandbox,
        clientId: row.client_id,
        callbackUrl: row.callback_url,
        sealed: row.sealed,
        by: row.name,
      };

/** Good once: of two that come with the same state the second finds nothing. Its user must still be an administrator. */
export const takeBegun = async (
  db: Database,
  { state, browser }: { readonly state: string; readonly browser: string },
): Promise<TakenSignIn | null> => {
  const [row] = await db.query<Row>(
    `with found as (
       select w.state_hash, w.host, w.is_sandbox, w.client_id, w.callback_url, w.sealed, u.name
         from sync.web_sign_in w join sync.app_user u on u.user_id = w.user_id and u.role = 'admin'
        where w.state_hash = $1 and w.browser_hash = $2 and w.state = 'begun' and w.sealed is not null
          and w.begun_at > clock_timestamp() - ${GOOD_FOR}
          for update of w),
     taken as (
       update sync.web_sign_in w set sealed = null from found where w.state_hash = found.state_hash)
     select * from found`,
    [hashOf(state), hashOf(browser)],
  );
  return takenOf(row);
};

/** The user's own, which waits for their word. */
export const takeWaiting = async (db: Database, userId: number): Promise<TakenSignIn | null> => {
  const [row] = await db.query<Row>(
    `with found as (
       select w.state_hash, w.host, w.is_sandbox, w.client_id, w.callback_url, w.sealed, u.name
         from sync.web_sign_in w join sync.app_user u on u.user_id = w.user_id and u.role = 'admin'
        where w.user_id = $1 and w.state = 'waits' and w.sealed is not null and w.begun_at > clock_timestamp() - ${GOOD_FOR}
          for update of w),
     taken as (
       update sync.web_sign_in w set sealed = null, state = 'kept' from found where w.state_hash = found.state_hash)
     select * from found`,
    [userId],
  );
  return takenOf(row);
};

export const endSignIn = async (
  db: Database,
  stateHash: Buffer,
  end: {
    readonly state: 'kept' | 'waits' | 'failed';
    readonly sealed?: Buffer;
    readonly problem?: StoredProblem;
    readonly lost?: WebSignInOutcome['lost'];
  },
): Promise<void> => {
  await db.run(
    `update sync.web_sign_in set state = $2, sealed = $3, problem = $4::jsonb, lost = $5::jsonb where state_hash = $1`,
    [
      stateHash,
      end.state,
      end.sealed ?? null,
      end.problem === undefined ? null : JSON.stringify(end.problem),
      JSON.stringify(end.lost ?? []),
    ],
  );
};

/** The user's newest; null: none in the last ten minutes. */
export const readSignInEnd = async (
  db: Database,
  userId: number,
): Promise<{
  readonly state: WebSignInOutcome['state'];
  readonly problem: StoredProblem | null;
  readonly lost: WebSignInOutcome['lost'];
} | null> => {
  const [row] = await db.query<{ state: WebSignInOutcome['state']; problem: unknown; lost: WebSignInOutcome['lost'] }>(
    `select state, problem, lost from sync.web_sign_in
      where user_id = $1 and begun_at > clock_timestamp() - ${GOOD_FOR} order by begun_at desc limit 1`,
    [userId],
  );
  return row ? { state: row.state, problem: readStoredProblem(row.problem), lost: row.lost } : null;
};
