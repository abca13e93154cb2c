/**
 * Crashes of the database: one of its processes dies by SIGKILL, so Postgres ends all sessions, throws its shared memory away, with whatever
 * log was not on the disk yet, and recovers. The server and its other sessions find out by themselves.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Draw } from './draw.ts';
import type { Stage } from './stage.ts';
import { until } from './supervised-server.ts';

/** From the moment the app answers again to the next crash, in ms: within what a phase takes. */
const DELAY_MS = [20, 1_200] as const;
const BACK_WITHIN_MS = 60_000;

/** One after another, each drawn by the seed; returns when the app answers again. */
export const crashDatabase = async (stage: Stage, many: number, draw: Draw): Promise<void> => {
  for (let crash = 0; crash < many; crash += 1) {
    await sleep(draw.whole(...DELAY_MS));
    process.kill(await victimOf(stage.look, draw), 'SIGKILL');
    await until('the database came back', BACK_WITHIN_MS, () =>
      stage.lookAgain().then(
        () => true,
        () => false,
      ),
    );
    await until('the app came back', BACK_WITHIN_MS, () => answers(`${stage.server.facts.url}/readyz`));
  }
};

/** A session of the sync that does something, or any of them. */
const victimOf = async (look: pg.ClientBase, draw: Draw): Promise<number> => {
  const { rows } = await look.query<{ pid: number; busy: boolean }>(
    `select pid, state <> 'idle' as busy from pg_stat_activity where application_name = 'syncline' order by pid`,
  );
  const busy = rows.filter((row) => row.busy);
  return draw.pick(busy.length > 0 ? busy : rows).pid;
};

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    (answer) => answer.ok,
    () => false,
  );
