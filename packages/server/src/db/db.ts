/**
 * The door to Postgres: one pool of sessions of role `syncline_sync`.
 *
 * Promises: `timezone` is UTC and `datestyle` ISO in every session; `bigint` arrives as a number (our ids stay far below 2^53),
 * `numeric` and `date` as text, `timestamptz` as a Date; a transaction is a visible argument; a failed transaction is rolled back
 * and a deadlock or serialization failure (40P01, 40001) is tried again, at most `transactionTries` times.
 */
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFromSql, to as copyToSql } from 'pg-copy-streams';

export interface Connection {
  query<Row extends object = Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<Row[]>;
  /** Runs a statement for its effect; returns how many rows it touched. */
  run(sql: string, params?: readonly unknown[]): Promise<number>;
  /** A prepared statement, kept by this connection under `name`; for the ones that run in every batch. */
  runNamed(name: string, sql: string, params?: readonly unknown[]): Promise<number>;
  /** Sends a stream of bytes to `copy … from stdin`; returns the number of rows. */
  copyIn(sql: string, bytes: Readable): Promise<number>;
  /** The bytes of `copy … to stdout`. The connection is busy until the stream ends. */
  copyOut(sql: string): Readable;
  copyOutTo(sql: string, target: Writable): Promise<void>;
}
/** A connection inside a transaction that its owner ends. */
export interface Transaction extends Connection {
  readonly isTransaction: true;
}

export interface Database {
  query<Row extends object = Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<Row[]>;
  run(sql: string, params?: readonly unknown[]): Promise<number>;
  /** An ordinary transaction: what it writes to people is an edit made here. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** The sync's own transaction: marked, so that its writes to people are no edits (OUT2). */
  ownTransaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** One session for as long as `work` runs: temporary tables, prepared statements, `sync.process`'s advisory lock. */
  session<T>(work: (connection: Session) => Promise<T>): Promise<T>;
  /** Calls back on each notification, and once after a lost session was replaced (something may have been missed). */
  listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}
/** A session that can open transactions of its own, one after another. */
export interface Session extends Connection {
  ownTransaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
}

const TRANSACTION_TRIES = 5;
const RETRIED = new Set(['40P01', '40001']);

export const openDatabase = (
  url: string,
  options: { readonly sessionsMax: number; readonly onError: (error: Error) => void },
): Database => {
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.INT8, Number);
  types.setTypeParser(pg.types.builtins.DATE, (text: string) => text);
  const pool = new pg.Pool({
    connectionString: url,
    max: options.sessionsMax,
    // A page of a load and its verdicts stay in memory: with the default of 8 MB each of its six scans read 9 MB from a file again.
    options: '-c timezone=UTC -c datestyle=ISO -c jit=off -c temp_buffers=32MB',
    application_name: 'syncline',
    types,
  });
  pool.on('error', options.onError);
  return new PooledDatabase(pool, options.onError);
};

class PooledDatabase implements Database {
  readonly #pool: pg.Pool;
  #closing: Promise<void> | null = null;
  readonly #onError: (error: Error) => void;

  constructor(pool: pg.Pool, onError: (error: Error) => void) {
    this.#pool = pool;
    this.#onError = onError;
  }

  async query<Row extends object>(sql: string, params: readonly unknown[] = []): Promise<Row[]> {
    return (await this.#pool.query<Row>(sql, [...params])).rows;
  }

  async run(sql: string, params: readonly unknown[] = []): Promise<number> {
    return (await this.#pool.query(sql, [...params])).rowCount ?? 0;
  }

  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#withClient((client) => inTransaction(client, 'begin', work));
  }

  ownTransaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#withClient((client) => inTransaction(client, BEGIN_OWN, work));
  }

  session<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.#withClient((client) =>
      work(
        Object.assign(connectionOf(client), {
          ownTransaction: <U>(inner: (tx: Transaction) => Promise<U>) => inTransaction(client, BEGIN_OWN, inner),
        }),
      ),
    );
  }

  async listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>> {
    let giveBack = (): void => undefined;
    let stopped = false;
    const connect = async (): Promise<void> => {
      const fresh = await this.#pool.connect();
      let isHeld = true;
      const release = (): void => {
        if (isHeld) fresh.release(true);
        isHeld = false;
      };
      fresh.on('notification', (message) => {
        if (isHeld && message.channel === channel) heard(message.payload ?? '');
      });
      let isListening = false;
      // A session that dies says so more than once: what ended it, then that it is gone.
      fresh.on('error', () => {
        const wasListening = isListening;
        isListening = false;
        release();
        if (wasListening && !stopped) void reconnect();
      });
      try {
        await fresh.query(`listen ${pg.escapeIdentifier(channel)}`);
      } catch (error) {
        release();
        throw error;
      }
      isListening = isHeld;
      giveBack = release;
      if (stopped) release();
    };
    const reconnect = async (): Promise<void> => {
      while (!stopped) {
        try {
          await connect();
          heard('');
          return;
        } catch (error) {
          this.#onError(error as Error);
          await new Promise((resolve) => setTimeout(resolve, LISTEN_RETRY_MS));
        }
      }
    };
    await connect();
    return async () => {
      stopped = true;
      giveBack();
    };
  }

  /** Twice is the same as once. */
  async close(): Promise<void> {
    this.#closing ??= this.#pool.end();
    await this.#closing;
  }

  async #withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    // A session that dies while it is held tells its query; without this listener it would end the process as well.
    const lost = (error: Error): void => this.#onError(error);
    client.on('error', lost);
    let broken: Error | undefined;
    try {
      return await work(client);
    } catch (error) {
      if (isConnectionLoss(error)) broken = error as Error;
      throw error;
    } finally {
      client.off('error', lost);
      client.release(broken);
    }
  }
}

const LISTEN_RETRY_MS = 1000;
const BEGIN_OWN = "begin; set local syncline.origin = 'sync'";

const inTransaction = async <T>(
  client: pg.PoolClient,
  begin: string,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> => {
  for (let tries = 1; ; tries += 1) {
    await client.query(begin);
    try {
      const result = await work(Object.assign(connectionOf(client), { isTransaction: true as const }));
      await client.query('commit');
      return result;
    } catch (error) {
      if (!isConnectionLoss(error)) await client.query('rollback');
      if (tries >= TRANSACTION_TRIES || !RETRIED.has(codeOf(error))) throw error;
    }
  }
};

const connectionOf = (client: pg.PoolClient): Connection => ({
  query: async <Row extends object>(sql: string, params: readonly unknown[] = []) =>
    (await client.query<Row>(sql, [...params])).rows,
  run: async (sql, params = []) => (await client.query(sql, [...params])).rowCount ?? 0,
  runNamed: async (name, sql, params = []) =>
    (await client.query({ name, text: sql, values: [...params] })).rowCount ?? 0,
  copyIn: async (sql, bytes) => {
    const sink = client.query(copyFromSql(sql));
    await pipeline(bytes, sink);
    return sink.rowCount;
  },
  copyOut: (sql) => client.query(copyToSql(sql)),
  copyOutTo: async (sql, target) => pipeline(client.query(copyToSql(sql)), target),
});

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** The session is gone: nothing can be rolled back, and the pool must not hand it out again. */
const isConnectionLoss = (error: unknown): boolean => {
  const code = codeOf(error);
  return (
    code.startsWith('08') ||
    code.startsWith('57P') ||
    code === 'ECONNRESET' ||
    code === 'EPIPE' ||
    (error instanceof Error && /Connection terminated|Client has encountered a connection error/.test(error.message))
  );
};
