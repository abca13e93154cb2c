/** Puts the tables of an org's file back to what a copy of the file has, in one transaction. */
import type { DatabaseSync } from 'node:sqlite';
import { identifier } from './tables.ts';

/** What a client holds stays good: what was given out since then is added to what there was. */
const added = new Set(['_session', '_refresh', '_code']);

interface Part {
  readonly name: string;
  /** The statements that made the table and its indexes, which are the same for tables that are made alike. */
  readonly made: readonly string[];
}

/**
 * Makes every table what it is in the copy, with its indexes. Sessions, codes and refresh tokens given out since stay good,
 * and the newest replay id stays the newest, so that none is given out twice.
 */
export function restoreTables(database: DatabaseSync, copy: string): void {
  database.prepare('attach database ? as copy').run(copy);
  try {
    database.exec('begin immediate');
    try {
      const there = new Map(partsIn(database, 'main').map((part) => [part.name, part]));
      const wanted = partsIn(database, 'copy');
      const lastReplayId = markOf(database);
      const names = new Set(wanted.map(({ name }) => name));
      for (const name of there.keys()) if (!names.has(name)) database.exec(`drop table main.${identifier(name)}`);
      for (const part of wanted) restoreTable(database, part, there.get(part.name));
      if (lastReplayId !== undefined) {
        database
          .prepare(`insert into "_event_mark" (name, replay_id) values ('last', ?)
             on conflict (name) do update set replay_id = max(replay_id, excluded.replay_id)`)
          .run(lastReplayId);
      }
      database.exec('commit');
    } catch (error) {
      database.exec('rollback');
      throw error;
    }
  } finally {
    database.exec('detach database copy');
  }
}

function partsIn(database: DatabaseSync, of: 'main' | 'copy'): readonly Part[] {
  const rows = database
    .prepare(
      `select tbl_name as name, sql from ${of}.sqlite_master where sql is not null and name not like 'sqlite_%'
       order by tbl_name, type desc, name`,
    )
    .all();
  const parts = Map.groupBy(rows, ({ name }) => String(name));
  return [...parts].map(([name, made]) => ({ name, made: made.map(({ sql }) => String(sql)) }));
}

function restoreTable(database: DatabaseSync, { name, made }: Part, there: Part | undefined): void {
  const table = identifier(name);
  if (there !== undefined && made.join() === there.made.join()) {
    if (!added.has(name)) database.exec(`delete from main.${table}`);
    database.exec(`insert or ignore into main.${table} select * from copy.${table}`);
    return;
  }
  if (there !== undefined) database.exec(`drop table main.${table}`);
  const [create = '', ...indexes] = made;
  database.exec(create);
  database.exec(`insert into main.${table} select * from copy.${table}`);
  for (const index of indexes) database.exec(index);
}

function markOf(database: DatabaseSync): number | undefined {
  const row = database.prepare(`select replay_id as id from main."_event_mark" where name = 'last'`).get();
  return row === undefined ? undefined : Number(row['id']);
}
