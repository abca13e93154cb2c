/**
 * The org's file: one SQLite database with a table for each object, under the object's own name, a column for each
 * field under the field's own name.
 *
 * Every value is text, exactly as Bulk results say it: numbers as digits (`811.0`, 18 of them if need be), booleans
 * `true` and `false`, dates `2026-11-24`, datetimes `2026-11-24T03:00:00.000Z`, times `03:00:00.000Z`, ids in 18
 * characters. Null is null; there is no empty text. So text sorts as time does, and no value passes through a float.
 *
 * Every table has `Id`, `IsDeleted` and `SystemModstamp` even where a describe lacks one. Deleted rows stay, with
 * `IsDeleted` = `true`: this is the recycle bin (A12). `SystemModstamp` is indexed, so are references, external ids and
 * unique fields, and e-mail.
 *
 * All calls are synchronous and happen in one process. `transaction` may be nested: an inner one is a savepoint.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { type ObjectDescribe, Schema, type SchemaObject } from '../schema/schema.ts';

/** A stored value: text as above, or null. */
export type Stored = string | null;

/** One row by canonical field name. */
export type StoredRow = Readonly<Record<string, Stored>>;

/** Milliseconds since 1970; tests move it. */
export type Clock = () => number;

export interface StoreOptions {
  /** A path, or `:memory:`. */
  readonly file: string;
  readonly clock?: Clock;
}

/**
 * Hears of the store's transactions, so that what is noted along the way lives and dies with them. None of these may
 * throw but `committing`, which undoes the transaction when it does.
 */
export interface TransactionWatcher {
  /** A transaction begins, or a savepoint in one: 0 is the outermost. */
  begins(depth: number): void;
  /** What was done since that depth began is undone. */
  undone(depth: number): void;
  /** The outermost transaction is about to commit; what is written here is part of it. */
  committing(): void;
  committed(): void;
}

export interface Store {
  readonly schema: Schema;
  readonly database: DatabaseSync;
  /** The time now with its milliseconds cut off, as stamps are: `2026-11-24T03:00:00.000Z` (A11). */
  now(): string;
  clock(): number;
  /** When an object was last defined, renamed or dropped, as a stamp. */
  readonly schemaChangedAt: string;
  /** Makes the object's table, or adds the columns it lacks, and remembers the describe in the file. */
  define(describe: ObjectDescribe): SchemaObject;
  /** Takes an object out of the org, with all its records. */
  drop(object: SchemaObject): void;
  /** Gives an object another name, in its table and wherever it is referred to. */
  rename(object: SchemaObject, to: string): void;
  /** Empties the columns of fields that an object is about to lose, so that a later field of the name begins empty. */
  dropFields(object: SchemaObject, names: readonly string[]): void;
  /** Removes a field's index, which depends on its type. */
  dropIndex(object: SchemaObject, field: string): void;
  /** Reads a field's values anew as values of the type it has now; those that are none are emptied. */
  refit(object: SchemaObject, field: string): void;
  /** Reads the schema from the file again, as after a transaction that changed it was undone. */
  reload(): void;
  /** A statement prepared once and kept; rows come as arrays when `arrays` is set. */
  statement(sql: string, arrays?: boolean): StatementSync;
  transaction<T>(work: () => T): T;
  /** Writes the whole file to another, which must not exist; outside of a transaction. */
  copyTo(file: string): void;
  /** Becomes what such a copy is (`restoring.ts`), and tells those who asked by `onRestored`. */
  restoreFrom(file: string): void;
  /** `listener` is called after a restore, to read anew what it remembers of the file. */
  onRestored(listener: () => void): void;
  /** From now on the watcher hears of every transaction. */
  watch(watcher: TransactionWatcher): void;
  /**
   * Inserts rows as they are, in one transaction, checking nothing: for generators and exports. `columns` are canonical
   * field names; each row has their values in the same order. `Id`, stamps and owner are the caller's to give
   * (`nextIds`, `now`). Returns how many were inserted. Throws on an `Id` that is already there.
   */
  insertMany(object: string, columns: readonly string[], rows: Iterable<readonly Stored[]>): number;
  /** Inserts one row from the columns it has. */
  insert(object: string, row: StoredRow): void;
  /** Sets these columns of one row. */
  update(object: string, id: string, changes: StoredRow): void;
  /** One row by 18-character id, deleted or not. */
  read(object: string, id: string): StoredRow | undefined;
  /** Ids not yet given out, in ascending order (A11). */
  nextIds(object: string, count: number): readonly string[];
  nextId(object: string): string;
  /** Rows of a table that are not deleted. */
  count(object: string): number;
  /** Small facts of the org itself: credentials, switches, the export that was loaded. */
  setting(key: string): string | undefined;
  setSetting(key: string, value: string): void;
  close(): void;
}

export { openStore } from './sqlite-store.ts';
