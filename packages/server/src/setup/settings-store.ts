/** Table `sync.setting`: what somebody decided, one row a name (SET5). A name that has no row has its default. */
import type { Connection, Database } from '../db/db.ts';

type Queries = Pick<Connection, 'query' | 'run'> | Database;

export const readSettings = async (db: Queries, names: readonly string[]): Promise<ReadonlyMap<string, unknown>> =>
  new Map(
    (
      await db.query<{ name: string; value: unknown }>('select name, value from sync.setting where name = any($1)', [
        names,
      ])
    ).map(({ name, value }) => [name, value]),
  );

/** Null takes the row away, so that the default counts again. */
export const writeSettings = async (db: Queries, values: Readonly<Record<string, unknown>>): Promise<void> => {
  await db.run(
    `insert into sync.setting (name, value)
     select key, value from jsonb_each($1::jsonb) where jsonb_typeof(value) <> 'null' order by key
     on conflict (name) do update set value = excluded.value`,
    [JSON.stringify(values)],
  );
  await db.run(
    `delete from sync.setting where name in (select key from jsonb_each($1::jsonb) where jsonb_typeof(value) = 'null')`,
    [JSON.stringify(values)],
  );
};
