/** A product that has done its initial sync with an org of N leads, with its own bounds. */
import type pg from 'pg';
import { connectAndConfirm, startSync } from '../tour/connect.ts';
import { type Stage, setStage, WITHOUT_BRAKE } from '../tour/stage.ts';
import { until } from '../tour/supervised-server.ts';

const LOAD_WITHIN_MS = 3_600_000;

export const withLoadedStage = async <T>(
  rows: number,
  say: (line: string) => void,
  work: (stage: Stage) => Promise<T>,
): Promise<T> => {
  say(`starting an org of ${rows} leads`);
  const stage = await setStage({
    orgData: null,
    orgSchema: null,
    isCounted: false,
    orgArgs: ['--profile', 'bench', '--rows', String(rows)],
    bounds: WITHOUT_BRAKE,
    orgReadyWithinMs: 60_000 + rows,
    preloads: [new URL('./watch-calls.ts', import.meta.url).href],
  });
  let hasFailed = true;
  try {
    await connectAndConfirm(stage);
    await startSync(stage);
    await until('the end of the load', LOAD_WITHIN_MS, () => isLoaded(stage));
    say('the initial sync is done');
    await settle(stage.look);
    const done = await work(stage);
    hasFailed = false;
    return done;
  } finally {
    await stage.end({ hasFailed });
  }
};

export const isLoaded = async (stage: Stage): Promise<boolean> => {
  stage.server.check();
  const { rows } = await stage.look.query<{ done: boolean }>(
    `select count(*) > 0 and bool_and(phase = 'done') as done from sync.load`,
  );
  return rows[0]?.done === true;
};

/** What went before leaves no work behind: dirty pages are written, nobody vacuums, and the indexes of searches are made. */
export const settle = async (look: pg.ClientBase): Promise<void> => {
  await look.query('checkpoint');
  await until('an end of vacuuming', 600_000, async () => {
    const { rows } = await look.query<{ many: number }>(
      `select count(*)::int as many from pg_stat_activity
        where backend_type = 'autovacuum worker' or (state = 'active' and pid <> pg_backend_pid() and query ~* '^\\s*create (unique )?index')`,
    );
    return rows[0]?.many === 0;
  });
};

/** How many people wait to be sent, or are on their way. */
export const countWaiting = async (stage: Stage): Promise<number> => {
  stage.server.check();
  const { rows } = await stage.look.query<{ many: number }>('select count(*)::int as many from sync.outbox');
  return rows[0]?.many ?? 0;
};
