/** The initial sync, measured. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { connectAndConfirm, startSync } from '../tour/connect.ts';
import { type Stage, setStage } from '../tour/stage.ts';
import { until } from '../tour/supervised-server.ts';
import { downloadResult } from './bulk-file.ts';
import { isLoaded, settle } from './loaded-stage.ts';
import { peakMB } from './peak.ts';
import { type BaselineColumn, copyOnce } from './plain-copy.ts';
import type { InitialReport } from './report.ts';
import { GZIP_SEEN } from './watch-encoding.ts';

const LOAD_WITHIN_MS = 3_600_000;
const SETTINGS = [
  'server_version',
  'shared_buffers',
  'max_wal_size',
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'wal_level',
];

/** The product's own bounds: nothing is tuned for the measurement. */
export const benchInitial = async (rows: number, say: (line: string) => void): Promise<InitialReport> => {
  say(`starting an org of ${rows} leads`);
  const stage = await setStage({
    orgData: null,
    orgSchema: null,
    isCounted: false,
    orgArgs: ['--profile', 'bench', '--rows', String(rows)],
    bounds: {},
    orgReadyWithinMs: 60_000 + rows,
    preloads: [new URL('./watch-encoding.ts', import.meta.url).href],
  });
  let hasFailed = true;
  try {
    const report = await measure(stage, rows, say);
    hasFailed = false;
    return report;
  } finally {
    await stage.end({ hasFailed });
  }
};

const measure = async (stage: Stage, rows: number, say: (line: string) => void): Promise<InitialReport> => {
  await connectAndConfirm(stage);
  const columns = await readColumns(stage.look);
  const csv = join(stage.folder, 'leads.csv');
  const file = await downloadResult(
    stage.orgFacts,
    `select ${columns.map((column) => column.name).join(', ')} from Lead`,
    csv,
  );
  if (file.rows !== rows) throw new Error(`the org gave ${file.rows} leads instead of ${rows}`);
  const baseline = async (): Promise<number> => {
    await settle(stage.look);
    const seconds = await copyOnce({ databaseUrl: stage.postgresUrl, columns, csv, rows });
    say(`plain COPY: ${seconds} s`);
    return seconds;
  };
  const baselines = [await baseline(), await baseline()];

  await settle(stage.look);
  await startSync(stage);
  await until('the end of the load', LOAD_WITHIN_MS, () => isLoaded(stage));
  const peak = peakMB(stage.server.pids[0] ?? 0);
  const loadSeconds = await loadTime(stage.look);
  await checkLoaded(stage.look, rows);
  say(`initial sync: ${loadSeconds} s`);
  const { pages } = await countPages(stage.look);

  await stage.server.stop();
  baselines.push(await baseline());
  const baselineSeconds = baselines.toSorted((a, b) => a - b)[1] ?? 0;
  return {
    rows,
    fields: columns.filter((column) => column.isBusiness).length,
    columns: columns.length,
    ratio: round(loadSeconds / baselineSeconds, 2),
    rowsPerSecond: Math.round(rows / loadSeconds),
    serverPeakMB: peak,
    loadSeconds,
    baselineSeconds,
    baselines,
    csvMB: round(file.bytes / 1e6, 1),
    pages,
    gzip: existsSync(join(stage.folder, 'home', GZIP_SEEN)),
    postgres: await readSettings(stage.look),
  };
};

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

const readColumns = async (look: pg.ClientBase): Promise<readonly BaselineColumn[]> => {
  const { rows } = await look.query<BaselineColumn>(
    `select name, mirror_type as type, direction = 'both' as "isBusiness" from sync.field where object = 'Lead' order by position, name`,
  );
  return rows;
};

/** From the moment the server saw the job complete to the last commit of the load, all by the database's clock. */
const loadTime = async (look: pg.ClientBase): Promise<number> => {
  const { rows } = await look.query<{ seconds: number }>(
    `select extract(epoch from max(ended_at) filter (where object = 'Lead') - max(reading_at) filter (where object = 'Lead'))::float8 as seconds
       from sync.load`,
  );
  const seconds = rows[0]?.seconds ?? 0;
  if (seconds <= 0) throw new Error('the load has no time');
  return round(seconds, 2);
};

/** A load that left something out would be fast. */
const checkLoaded = async (look: pg.ClientBase, wanted: number): Promise<void> => {
  const { rows } = await look.query<Record<string, number>>(
    `select (select count(*)::int from marketing.person where salesforce_type = 'Lead' and last_name is not null) as people,
            (select count(*)::int from salesforce."Lead") as mirror,
            (select count(*)::int from sync.link where state = 'live') as links,
            (select count(*)::int from sync.journal where cause = 'load' and object = 'Lead') as journal`,
  );
  for (const [what, count] of Object.entries(rows[0] ?? {})) {
    if (count !== wanted) throw new Error(`the load left ${count} rows in ${what} instead of ${wanted}`);
  }
};

const countPages = async (look: pg.ClientBase): Promise<{ pages: number }> => {
  const { rows } = await look.query<{ pages: number }>(
    `select count(*)::int as pages from sync.load_page where object = 'Lead'`,
  );
  return rows[0] ?? { pages: 0 };
};

const readSettings = async (look: pg.ClientBase): Promise<Readonly<Record<string, string>>> => {
  const { rows } = await look.query<{ name: string; value: string }>(
    'select name, current_setting(name) as value from pg_settings where name = any ($1) order by name',
    [SETTINGS],
  );
  return Object.fromEntries(rows.map((row) => [row.name, row.value]));
};
