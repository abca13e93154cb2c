/**
 * The two roles of a Syncline database: `syncline_sync`, the server's login and the owner of our schemas, and
 * `syncline_engineer`, which reads all three schemas and writes people (SEC10). Roles belong to the whole Postgres server.
 */
import { createHmac } from 'node:crypto';
import pg from 'pg';
import { Problem } from '../errors/errors.ts';

const OLDEST_VERSION = 150_000;

export interface RolePasswords {
  readonly sync: string;
  readonly engineer: string;
}

/**
 * The roles' passwords, made from the secret that `url` already holds: every process that is given the same DATABASE_URL comes to
 * the same ones, and there is no further file to keep.
 */
export const rolePasswords = (url: string): RolePasswords => {
  if (!URL.canParse(url)) throw new Problem('database-url-wrong', { reason: 'not a connection string' });
  const { username, password } = new URL(url);
  const derive = (role: string): string =>
    createHmac('sha256', `${username}:${password}`).update(`syncline role ${role}`).digest('base64url');
  return { sync: derive('syncline_sync'), engineer: derive('syncline_engineer') };
};

/**
 * Makes the roles as the user of `url` and lets the sync's role make schemas in that database. Twice is the same as once.
 * Errors: `database-url-wrong`, `database-too-old`, `roles-needed` (its detail holds the SQL for somebody who may).
 */
export const ensureRoles = async (url: string, passwords: RolePasswords): Promise<void> => {
  const client = new pg.Client({ connectionString: url, application_name: 'syncline' });
  await client.connect().catch((cause: Error) => {
    throw new Problem('database-url-wrong', { reason: cause.message }, { cause });
  });
  try {
    await refuseOldPostgres(client);
    const { rows } = await client.query<{ me: string; database: string; may: boolean }>(
      `select current_user as me, current_database() as database,
              (select rolsuper or rolcreaterole from pg_roles where rolname = current_user) as may`,
    );
    const { me, database, may } = rows[0] ?? { me: '', database: '', may: false };
    if (me === 'syncline_sync') return;
    const sql = rolesSql(database, passwords);
    if (!may) {
      if (await rolesAreReady(client)) return;
      throw new Problem('roles-needed', { sql });
    }
    await client.query(sql);
  } finally {
    await client.end();
  }
};

const refuseOldPostgres = async (client: pg.Client): Promise<void> => {
  const { rows } = await client.query<{ version: string; number: number }>(
    `select current_setting('server_version') as version, current_setting('server_version_num')::int as number`,
  );
  const found = rows[0];
  if (found && found.number < OLDEST_VERSION) throw new Problem('database-too-old', { version: found.version });
};

const rolesAreReady = async (client: pg.Client): Promise<boolean> => {
  const { rows } = await client.query<{ count: string }>(
    `select count(*) from pg_roles where rolname in ('syncline_sync', 'syncline_engineer')`,
  );
  return Number(rows[0]?.count) === 2;
};

/** The whole of it, as somebody with the right would run it. Idempotent; a second run sets the passwords again. */
const rolesSql = (database: string, passwords: RolePasswords): string => {
  const role = (name: string, password: string): string => `
do $roles$ begin
  if not exists (select from pg_roles where rolname = '${name}') then create role ${name} login; end if;
exception when duplicate_object or unique_violation then null; -- another process was faster
end $roles$;
alter role ${name} login password ${pg.escapeLiteral(password)};`;
  return `${role('syncline_sync', passwords.sync)}${role('syncline_engineer', passwords.engineer)}
grant connect, create, temporary on database ${pg.escapeIdentifier(database)} to syncline_sync;
grant connect on database ${pg.escapeIdentifier(database)} to syncline_engineer;`;
};

/** The same database through another role. */
export const withRole = (url: string, role: string, password: string): string => {
  const parsed = new URL(url);
  parsed.username = role;
  parsed.password = password;
  return parsed.href;
};
