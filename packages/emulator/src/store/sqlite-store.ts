import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { storedText } from '../dml/values.ts';
import { type ObjectDescribe, Schema, type SchemaObject } from '../schema/schema.ts';
import { addFunctions } from './functions.ts';
import { makeId } from './ids.ts';
import { restoreTables } from './restoring.ts';
import type { Clock, Store, Stored, StoredRow, StoreOptions, TransactionWatcher } from './store.ts';
import { identifier, indexesOf, tableColumns } from './tables.ts';

const statementsMax = 1000;
const schemaSetting = 'schemaChangedAt';

const ownTables = `
  create table if not exists "_setting" (key text primary key, value text not null);
  create table if not exists "_object" (name text primary key, describe text not null);
  create table if not exists "_counter" (prefix text primary key, next integer not null);
`;

/** Opens or makes the org's file. Throws with the path in the message when the file is no database of ours. */
export function openStore(options: StoreOptions): Store {
  return new SqliteStore(options.file, options.clock ?? Date.now);
}

class SqliteStore implements Store {
  readonly database: DatabaseSync;
  readonly schema = new Schema();
  readonly clock: Clock;
  readonly #statements = new Map<string, StatementSync>();
  readonly #watchers: TransactionWatcher[] = [];
  readonly #restored: (() => void)[] = [];
  #depth = 0;

  constructor(file: string, clock: Clock) {
    this.clock = clock;
    try {
      this.database = new DatabaseSync(file);
      // Pages of 8 kB take rows of 50 fields a fifth faster than those of 4 kB or 16 kB. Without a sync at each commit
      // the file survives a killed process, though not a power cut: enough for practice. A cache of 32 MB loads as fast
      // as one of 64; one of 16 takes a fifth more.
      this.database.exec(`
        pragma page_size = 8192; pragma journal_mode = wal; pragma synchronous = off; pragma busy_timeout = 5000;
        pragma cache_size = -32768; pragma temp_store = memory;
      `);
      this.database.exec(ownTables);
    } catch (cause) {
      throw new Error(`The org file ${file} cannot be opened. Give another --file, or delete it to start afresh.`, {
        cause,
      });
    }
    addFunctions(this.database);
    this.#readSchema();
  }

  now(): string {
    return `${new Date(this.clock()).toISOString().slice(0, 19)}.000Z`;
  }

  get schemaChangedAt(): string {
    return this.setting(schemaSetting) ?? this.now();
  }

  define(describe: ObjectDescribe): SchemaObject {
    const object = this.schema.define(describe);
    this.transaction(() => {
      this.#makeTable(object);
      this.statement('insert or replace into "_object" (name, describe) values (?, ?)').run(
        object.name,
        JSON.stringify(describe),
      );
      this.setSetting(schemaSetting, this.now());
    });
    return object;
  }

  #makeTable(object: SchemaObject): void {
    const table = identifier(object.name);
    const wanted = tableColumns(object);
    const there = new Set(
      this.database
        .prepare('select lower(name) as name from pragma_table_info(?)')
        .all(object.name)
        .map(({ name }) => String(name)),
    );
    if (there.size === 0) {
      const columns = wanted.map((name) => `${identifier(name)} text${name === 'Id' ? ' primary key' : ''}`);
      this.database.exec(`create table ${table} (${columns.join(', ')})`);
    }
    for (const name of there.size === 0 ? [] : wanted) {
      if (!there.has(name.toLowerCase()))
        this.database.exec(`alter table ${table} add column ${identifier(name)} text`);
    }
    for (const sql of indexesOf(object)) this.database.exec(sql);
  }

  drop(object: SchemaObject): void {
    this.transaction(() => {
      this.setSetting(schemaSetting, this.now());
      this.#forget();
      this.database.exec(`drop table if exists ${identifier(object.name)}`);
      this.statement('delete from "_object" where name = ?').run(object.name);
    });
    this.schema.remove(object.name);
  }

  rename(object: SchemaObject, to: string): void {
    this.transaction(() => {
      this.#forget();
      for (const index of this.#indexes(object)) this.database.exec(`drop index ${identifier(index)}`);
      this.database.exec(`alter table ${identifier(object.name)} rename to ${identifier(to)}`);
      this.statement('delete from "_object" where name = ?').run(object.name);
      this.schema.remove(object.name);
      this.define({ ...object.describe, name: to });
      for (const other of this.schema.objects) this.#renameIn(other, object.name, to);
    });
  }

  #renameIn(other: SchemaObject, from: string, to: string): void {
    const refers = other.fields.some(({ referenceTo }) => referenceTo.includes(from));
    const isParent = other.describe.childRelationships.some(({ childSObject }) => childSObject === from);
    if (!refers && !isParent) return;
    this.define({
      ...other.describe,
      fields: other.fields.map((field) =>
        field.referenceTo.includes(from)
          ? { ...field, referenceTo: field.referenceTo.map((name) => (name === from ? to : name)) }
          : field,
      ),
      childRelationships: other.describe.childRelationships.map((child) =>
        child.childSObject === from ? { ...child, childSObject: to } : child,
      ),
    });
  }

  #indexes(object: SchemaObject): readonly string[] {
    return this.database
      .prepare(`select name from sqlite_master where type = 'index' and tbl_name = ? and sql is not null`)
      .all(object.name)
      .map(({ name }) => String(name));
  }

  dropFields(object: SchemaObject, names: readonly string[]): void {
    const columns = names.filter((name) => object.stored.some((field) => field.name === name));
    for (const name of columns) {
      this.dropIndex(object, name);
      this.database.exec(`update ${identifier(object.name)} set ${identifier(name)} = null`);
    }
  }

  dropIndex(object: SchemaObject, field: string): void {
    this.database.exec(`drop index if exists ${identifier(`${object.name}.${field}`)}`);
  }

  refit(object: SchemaObject, name: string): void {
    const field = object.field(name);
    if (field === undefined) return;
    const column = identifier(field.name);
    const table = identifier(object.name);
    const update = this.database.prepare(`update ${table} set ${column} = ? where rowid = ?`);
    for (const row of this.database
      .prepare(`select rowid as at, ${column} as value from ${table} where ${column} is not null`)
      .all()) {
      const reading = storedText({ ...field, restrictedPicklist: false }, String(row['value']));
      update.run(reading.ok ? reading.value : null, Number(row['at']));
    }
  }

  reload(): void {
    this.#forget();
    for (const { name } of this.schema.objects) this.schema.remove(name);
    this.#readSchema();
  }

  #readSchema(): void {
    for (const { describe } of this.database.prepare('select describe from "_object"').all()) {
      this.schema.define(JSON.parse(String(describe)) as ObjectDescribe);
    }
  }

  /** Statements kept for a schema that is about to change. */
  #forget(): void {
    this.#statements.clear();
  }

  statement(sql: string, arrays = false): StatementSync {
    const key = arrays ? `[]${sql}` : sql;
    const known = this.#statements.get(key);
    if (known !== undefined) return known;
    // Statements differ by the columns they set, so there may be many in a long life.
    if (this.#statements.size >= statementsMax) this.#statements.clear();
    const statement = this.database.prepare(sql);
    if (arrays) statement.setReturnArrays(true);
    this.#statements.set(key, statement);
    return statement;
  }

  transaction<T>(work: () => T): T {
    const savepoint = `s${this.#depth}`;
    const [begin, commit, rollback] =
      this.#depth === 0
        ? ['begin immediate', 'commit', 'rollback']
        : [`savepoint ${savepoint}`, `release ${savepoint}`, `rollback to ${savepoint}; release ${savepoint}`];
    const depth = this.#depth;
    this.database.exec(begin);
    this.#depth += 1;
    let result: T;
    try {
      for (const watcher of this.#watchers) watcher.begins(depth);
      result = work();
      if (depth === 0) for (const watcher of this.#watchers) watcher.committing();
      this.database.exec(commit);
    } catch (error) {
      this.database.exec(rollback);
      for (const watcher of this.#watchers) watcher.undone(depth);
      throw error;
    } finally {
      this.#depth -= 1;
    }
    if (depth === 0) for (const watcher of this.#watchers) watcher.committed();
    return result;
  }

  watch(watcher: TransactionWatcher): void {
    this.#watchers.push(watcher);
  }

  copyTo(file: string): void {
    this.database.prepare('vacuum into ?').run(file);
  }

  restoreFrom(file: string): void {
    if (this.#depth > 0) throw new Error('The org cannot be restored in the middle of a transaction.');
    this.#forget();
    restoreTables(this.database, file);
    this.reload();
    for (const listener of this.#restored) listener();
  }

  onRestored(listener: () => void): void {
    this.#restored.push(listener);
  }

  insertMany(object: string, columns: readonly string[], rows: Iterable<readonly Stored[]>): number {
    const statement = this.database.prepare(
      `insert into ${identifier(object)} (${columns.map(identifier).join(', ')})
       values (${columns.map(() => '?').join(', ')})`,
    );
    return this.transaction(() => {
      let count = 0;
      for (const row of rows) {
        statement.run(...(row as SQLInputValue[]));
        count += 1;
      }
      return count;
    });
  }

  insert(object: string, row: StoredRow): void {
    const columns = Object.keys(row);
    this.statement(
      `insert into ${identifier(object)} (${columns.map(identifier).join(', ')})
       values (${columns.map(() => '?').join(', ')})`,
    ).run(...Object.values(row));
  }

  update(object: string, id: string, changes: StoredRow): void {
    const columns = Object.keys(changes);
    if (columns.length === 0) return;
    this.statement(
      `update ${identifier(object)} set ${columns.map((name) => `${identifier(name)} = ?`).join(', ')} where "Id" = ?`,
    ).run(...Object.values(changes), id);
  }

  read(object: string, id: string): StoredRow | undefined {
    return this.statement(`select * from ${identifier(object)} where "Id" = ?`).get(id) as StoredRow | undefined;
  }

  nextIds(object: string, count: number): readonly string[] {
    const prefix = this.schema.object(object)?.describe.keyPrefix;
    if (prefix === null || prefix === undefined) throw new Error(`Records of ${object} have no ids of their own.`);
    const row = this.statement(
      `insert into "_counter" (prefix, next) values (?, 1 + ?)
       on conflict (prefix) do update set next = next + ? returning next`,
    ).get(prefix, count, count);
    const end = Number(row?.['next']);
    return Array.from({ length: count }, (_, at) => makeId(prefix, end - count + at));
  }

  nextId(object: string): string {
    return this.nextIds(object, 1)[0] as string;
  }

  count(object: string): number {
    const sql = `select count(*) as rows from ${identifier(object)} where "IsDeleted" = 'false'`;
    return Number(this.statement(sql).get()?.['rows']);
  }

  setting(key: string): string | undefined {
    const row = this.statement('select value from "_setting" where key = ?').get(key);
    return row === undefined ? undefined : String(row['value']);
  }

  setSetting(key: string, value: string): void {
    this.statement('insert or replace into "_setting" (key, value) values (?, ?)').run(key, value);
  }

  close(): void {
    this.#statements.clear();
    this.database.close();
  }
}
