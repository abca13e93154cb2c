/** How many API calls an idle cycle takes, and how many 100,000 changes take. */
import type { Stage } from '../tour/stage.ts';
import { until } from '../tour/supervised-server.ts';
import { countWaiting } from './loaded-stage.ts';
import type { CallsReport } from './report.ts';
import type { Calls } from './watch-calls.ts';

/** Cycles over which idle calls are counted. */
const CYCLES = 3;
const CYCLES_WITHIN_MS = 600_000;
const PUSHED = 100_000;
const PUSH_WITHIN_MS = 1_200_000;

/** Nobody edits. `pushed` people are changed by one statement; the org is fast, so that few questions are needed for their job. */
export const benchCalls = async (stage: Stage, say: (line: string) => void): Promise<CallsReport> => {
  const idle = await countIdle(stage);
  say(`${idle.calls} calls in ${idle.cycles} idle cycles of ${idle.objects} objects`);
  const before = await stage.server.ask<Calls>('calls');
  const begun = performance.now();
  const { rowCount } = await stage.look.query(
    `update marketing.person set city = 'Counted' where id in (select id from marketing.person where salesforce_id is not null order by id limit ${PUSHED})`,
  );
  await until('the end of the push', PUSH_WITHIN_MS, async () => (await countWaiting(stage)) === 0);
  const pushSeconds = Math.round((performance.now() - begun) / 100) / 10;
  const after = await stage.server.ask<Calls>('calls');
  say(`${after.push - before.push} calls to push ${rowCount} changes, in ${pushSeconds} s`);
  return {
    idleCycle: round(idle.calls / idle.cycles),
    objects: idle.objects,
    pushed: rowCount ?? 0,
    push100k: after.push - before.push,
    pushSeconds,
  };
};

const round = (value: number): number => Math.round(value * 100) / 100;

/** From the end of one cycle to the end of a later one. Users have a slower cycle of their own. */
const countIdle = async (
  stage: Stage,
): Promise<{ readonly calls: number; readonly cycles: number; readonly objects: number }> => {
  const first = await nextCycle(stage, 1);
  const before = await stage.server.ask<Calls>('calls');
  const last = await nextCycle(stage, CYCLES);
  const after = await stage.server.ask<Calls>('calls');
  return { calls: after.all - before.all, cycles: last.cycles - first.cycles, objects: last.objects };
};

interface Cycle {
  readonly cycles: number;
  readonly objects: number;
}

/** Waits for so many more cycles to end. */
const nextCycle = async (stage: Stage, more: number): Promise<Cycle> => {
  const start = await readCycle(stage);
  let now = start;
  await until(`${more} idle cycles`, CYCLES_WITHIN_MS, async () => {
    stage.server.check();
    now = await readCycle(stage);
    return now.cycles >= start.cycles + more;
  });
  return now;
};

const readCycle = async (stage: Stage): Promise<Cycle> => {
  const { rows } = await stage.look.query<Cycle>(
    `select min(quiet_cycles)::int as cycles, count(*)::int as objects from sync.cursor where object <> 'User'`,
  );
  return rows[0] ?? { cycles: 0, objects: 0 };
};
