/** How long it takes to compare every lead on every field (SAFE3), against the initial sync of the same rows in the same run. */
import type { Stage } from '../tour/stage.ts';
import { until } from '../tour/supervised-server.ts';
import { peakMB } from './peak.ts';
import type { SamenessReport } from './report.ts';
import type { Calls } from './watch-calls.ts';

const CHECK_WITHIN_MS = 1_800_000;
const CHECKED = `
select checked_at is not null and began_at is null and wanted_at is null as done, compared, waiting, young, problem::text as problem,
       (select count(*)::int from sync.difference where object = 'Lead') as differing
  from sync.sameness where object = 'Lead'`;

/** A difference, or a lead that was left out, is a failure: the org stands still. */
export const benchSameness = async (
  stage: Stage,
  rows: number,
  say: (line: string) => void,
): Promise<SamenessReport> => {
  const before = await stage.server.ask<Calls>('calls');
  const begun = performance.now();
  await stage.app.call('POST', '/api/objects/Lead/check');
  let row: Checked | undefined;
  await until('the end of the comparison', CHECK_WITHIN_MS, async () => {
    stage.server.check();
    row = (await stage.look.query<Checked>(CHECKED)).rows[0];
    if (row?.problem) throw new Error(`the comparison failed: ${row.problem}`);
    return row?.done === true;
  });
  const seconds = Math.round((performance.now() - begun) / 100) / 10;
  if (row?.compared !== rows || row.differing > 0)
    throw new Error(`the comparison ended with ${JSON.stringify(row)} instead of ${rows} equal leads`);
  const after = await stage.server.ask<Calls>('calls');
  const loadSeconds = await loadTime(stage);
  say(`${rows} leads compared in ${seconds} s; their load took ${loadSeconds} s`);
  return {
    rows,
    seconds,
    loadSeconds,
    ratioToLoad: Math.round((100 * seconds) / loadSeconds) / 100,
    rowsPerSecond: Math.round(rows / seconds),
    calls: after.all - before.all,
    serverPeakMB: peakMB(stage.server.pids[0] ?? 0),
  };
};

interface Checked {
  readonly done: boolean;
  readonly compared: number;
  readonly waiting: number;
  readonly young: number;
  readonly differing: number;
  readonly problem: string | null;
}

/** From the moment its job was asked for, as the comparison's time is. */
const loadTime = async (stage: Stage): Promise<number> => {
  const { rows } = await stage.look.query<{ seconds: number }>(
    `select extract(epoch from ended_at - started_at)::float8 as seconds from sync.load where object = 'Lead'`,
  );
  return Math.round((rows[0]?.seconds ?? 0) * 10) / 10;
};
