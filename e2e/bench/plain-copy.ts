/** The baseline: one stream, one table, one index. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

export interface BaselineColumn {
  /** Salesforce's name. */
  readonly name: string;
  /** Postgres type, the mirror's. */
  readonly type: string;
  /** One of the fields that the org's leads are made of; the others are Salesforce's own: ids, stamps, conversion. */
  readonly isBusiness: boolean;
}

export interface CopyOptions {
  readonly databaseUrl: string;
  readonly columns: readonly BaselineColumn[];
  readonly csv: string;
  readonly rows: number;
}

/** Seconds from the first byte to the commit. The table is logged, with a text primary key in C order, and is dropped afterwards. */
export const copyOnce = async ({ databaseUrl, columns, csv, rows }: CopyOptions): Promise<number> => {
  const client = new pg.Client({
    connectionString: databaseUrl,
    options: '-c timezone=UTC -c datestyle=ISO -c jit=off',
  });
  await client.connect();
  try {
    const id = pg.escapeIdentifier;
    const definitions = columns.map(
      ({ name, type }) => `${id(name)} ${name === 'Id' ? 'text collate "C" primary key' : type}`,
    );
    await client.query('drop schema if exists baseline cascade');
    await client.query('create schema baseline');
    await client.query(`create table baseline.lead (${definitions.join(', ')})`);
    const names = columns.map(({ name }) => id(name)).join(', ');
    const begun = performance.now();
    const sink = client.query(
      copyFrom(`copy baseline.lead (${names}) from stdin with (format csv, header true, force_null (${names}))`),
    );
    await pipeline(createReadStream(csv, { highWaterMark: 1 << 18 }), sink);
    const seconds = (performance.now() - begun) / 1000;
    if (sink.rowCount !== rows) throw new Error(`the plain COPY took ${sink.rowCount} rows instead of ${rows}`);
    return Number(seconds.toFixed(2));
  } finally {
    await client.query('drop schema if exists baseline cascade');
    await client.end();
  }
};
