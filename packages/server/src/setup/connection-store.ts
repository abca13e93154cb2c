/** Table `sync.connection`: what somebody chose (SET5), never how far anything is. One row. */
import type { ConnectMethod } from '@syncline/contract/setup';
import type { Connection, Database } from '../db/db.ts';
import type { StoredProblem } from '../errors/errors.ts';
import { readStoredProblem } from '../errors/errors.ts';

export interface StoredConnection {
  readonly method: ConnectMethod;
  /** An origin: `https://acme.my.salesforce.com`. */
  readonly host: string;
  readonly isSandbox: boolean;
  readonly username: string | null;
  readonly clientId: string | null;
  readonly secrets: Buffer | null;
  /** Sealed; of a web sign-in. Its use may give the next one. */
  readonly refreshToken: Buffer | null;
  readonly secretsSetAt: Date | null;
  readonly secretsSetBy: string | null;
  /** 18 characters; from Confirm Credentials on it never changes (SET9). */
  readonly orgId: string | null;
  readonly orgName: string | null;
  readonly confirmedAt: Date | null;
  readonly startedAt: Date | null;
  readonly isEnabled: boolean;
  readonly enabledChangedAt: Date | null;
  /** The connection waits for a person; null: it does not. */
  readonly paused: StoredProblem | null;
}

interface Row {
  readonly method: ConnectMethod;
  readonly host: string;
  readonly is_sandbox: boolean;
  readonly username: string | null;
  readonly client_id: string | null;
  readonly secrets: Buffer | null;
  readonly refresh_token: Buffer | null;
  readonly secrets_set_at: Date | null;
  readonly secrets_set_by: string | null;
  readonly org_id: string | null;
  readonly org_name: string | null;
  readonly confirmed_at: Date | null;
  readonly started_at: Date | null;
  readonly enabled: boolean;
  readonly enabled_changed_at: Date | null;
  readonly paused: unknown;
}

type Queries = Pick<Connection, 'query' | 'run'> | Database;

export const readConnection = async (db: Queries): Promise<StoredConnection | null> => {
  const [row] = await db.query<Row>(
    `select method, host, is_sandbox, username, client_id, secrets, refresh_token, secrets_set_at, secrets_set_by, org_id,
            org_name, confirmed_at, started_at, enabled, enabled_changed_at, paused
       from sync.connection`,
  );
  if (!row) return null;
  return {
    method: row.method,
    host: row.host,
    isSandbox: row.is_sandbox,
    username: row.username,
    clientId: row.client_id,
    secrets: row.secrets,
    refreshToken: row.refresh_token,
    secretsSetAt: row.secrets_set_at,
    secretsSetBy: row.secrets_set_by,
    orgId: row.org_id,
    orgName: row.org_name,
    confirmedAt: row.confirmed_at,
    startedAt: row.started_at,
    isEnabled: row.enabled,
    enabledChangedAt: row.enabled_changed_at,
    paused: readStoredProblem(row.paused),
  };
};

export interface ChosenConnection {
  readonly method: ConnectMethod;
  readonly host: string;
  readonly isSandbox: boolean;
  readonly username: string | null;
  readonly clientId: string | null;
  /** null keeps the stored ones. */
  readonly secrets: Buffer | null;
  /** Of a web sign-in; null: another way was chosen. */
  readonly refreshToken: Buffer | null;
}

/**
 * Another choice means that somebody acted, so what the connection waited for is over. Until Confirm Credentials it waits for Test
 * instead: a password is tried when somebody asks for it, not because a page was loaded. What Confirm Credentials pinned stays.
 */
export const putConnection = async (db: Queries, chosen: ChosenConnection, by: string): Promise<void> => {
  await db.run(
    `insert into sync.connection as c (method, host, is_sandbox, username, client_id, secrets, refresh_token, secrets_set_at, secrets_set_by, paused)
     values ($1, $2, $3, $4, $5, $6, $7, case when $6::bytea is null then null else clock_timestamp() end, $8, '{"code": "test-first"}')
     on conflict (is_only) do update
        set method = excluded.method, host = excluded.host, is_sandbox = excluded.is_sandbox, username = excluded.username,
            client_id = excluded.client_id, secrets = coalesce(excluded.secrets, c.secrets), refresh_token = excluded.refresh_token,
            secrets_set_at = coalesce(excluded.secrets_set_at, c.secrets_set_at),
            secrets_set_by = case when excluded.secrets is null then c.secrets_set_by else excluded.secrets_set_by end,
            paused = case when c.confirmed_at is null then excluded.paused end`,
    [
      chosen.method,
      chosen.host,
      chosen.isSandbox,
      chosen.username,
      chosen.clientId,
      chosen.secrets,
      chosen.refreshToken,
      by,
    ],
  );
};

/** The first cause stays: what follows from it would hide it. */
export const pauseConnection = async (db: Queries, problem: StoredProblem): Promise<void> => {
  await db.run(
    `update sync.connection
        set paused = jsonb_build_object('code', $1::text, 'detail', $2::jsonb, 'at', to_jsonb(clock_timestamp()))
      where paused is null or paused ->> 'code' <> $1`,
    [problem.code, JSON.stringify(problem.detail)],
  );
};

export const resumeConnection = async (db: Queries): Promise<void> => {
  await db.run('update sync.connection set paused = null where paused is not null');
};

/** Pins the org. Zero rows: another org is pinned already. */
export const pinOrg = async (tx: Queries, orgId: string, orgName: string): Promise<boolean> =>
  (await tx.run(
    `update sync.connection set org_id = $1, org_name = $2, confirmed_at = coalesce(confirmed_at, clock_timestamp())
      where org_id is null or org_id = $1`,
    [orgId, orgName],
  )) === 1;

/** Null: it was started already. */
export const markStarted = async (db: Queries): Promise<Date | null> => {
  const [row] = await db.query<{ started_at: Date }>(
    `update sync.connection set started_at = clock_timestamp()
      where started_at is null and confirmed_at is not null returning started_at`,
  );
  return row?.started_at ?? null;
};

export const setEnabled = async (db: Queries, isEnabled: boolean): Promise<void> => {
  await db.run('update sync.connection set enabled = $1, enabled_changed_at = clock_timestamp() where enabled <> $1', [
    isEnabled,
  ]);
};

const DROPPED = 'droppedFields';

/** `Lead.Fax`: fields the admin does not want. A choice, so a field that appears later is kept until somebody drops it. */
export const readDroppedFields = async (db: Queries): Promise<readonly string[]> => {
  const [row] = await db.query<{ value: unknown }>('select value from sync.setting where name = $1', [DROPPED]);
  return Array.isArray(row?.value) ? row.value.filter((name): name is string => typeof name === 'string') : [];
};

export const putDroppedFields = async (db: Queries, dropped: readonly string[]): Promise<void> => {
  await db.run(
    `insert into sync.setting (name, value) values ($1, $2::jsonb) on conflict (name) do update set value = excluded.value`,
    [DROPPED, JSON.stringify([...new Set(dropped)].sort())],
  );
};
