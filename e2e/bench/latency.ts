/**
 * How long one change takes to the other side, each way: while nothing else happens, and while a backlog waits to be sent.
 *
 * A change here is one `update` by the engineer's role, and has arrived when the org's REST API shows it to its admin, who asks every 10 ms. A
 * change there is one update by the org's admin, and has arrived when SQL shows it. Clocks are this process's alone. An urgent change is
 * one of a transaction with `syncline.lane = 'urgent'`, as the app's own edits and actions are; people are picked at random, so that some
 * of them are in the bulk job that is under way.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { createDraw, type Draw } from '../tour/draw.ts';
import { PLAIN_SESSION, type Stage } from '../tour/stage.ts';
import { until } from '../tour/supervised-server.ts';
import { countWaiting } from './loaded-stage.ts';
import type { LatencyReport } from './report.ts';

const OUT_SAMPLES = 200;
const URGENT_SAMPLES = 100;
const IN_SAMPLES = 60;
/** Changes there are spread over some cycles, so that they fall on every moment of one. */
const IN_SPREAD_MS = 90_000;
const LOOK_MS = 10;
const LOOK_IN_MS = 50;
const ARRIVES_WITHIN_MS = 600_000;

interface Subject {
  readonly id: number;
  readonly sf_id: string;
}

interface Kit {
  readonly stage: Stage;
  readonly engineer: pg.Client;
  readonly subjects: readonly Subject[];
  readonly draw: Draw;
  readonly say: (line: string) => void;
}

export const benchLatency = async (stage: Stage, rows: number, say: (line: string) => void): Promise<LatencyReport> => {
  const engineer = new pg.Client({ connectionString: stage.server.facts.databaseUrl, options: PLAIN_SESSION });
  await engineer.connect();
  try {
    const kit = { stage, engineer, subjects: await pickSubjects(stage), draw: createDraw(1), say };
    return await measure(kit, rows);
  } finally {
    await engineer.end();
  }
};

const measure = async (kit: Kit, rows: number): Promise<LatencyReport> => {
  const { stage, engineer, say } = kit;
  const outIdle = await measureOut(kit, OUT_SAMPLES, 'normal');
  say(`out, idle: ${JSON.stringify(spread(outIdle))}`);
  const inIdle = await measureIn(kit);
  say(`in, idle: ${JSON.stringify(spread(inIdle))}`);
  say(`making ${rows} people wait`);
  await engineer.query(`update marketing.person set state = 'Waiting' where salesforce_id is not null`);
  const backlog = await countWaiting(stage);
  const [outUrgent, inBehind] = await Promise.all([measureOut(kit, URGENT_SAMPLES, 'urgent'), measureIn(kit)]);
  const backlogLeft = await countWaiting(stage);
  say(`out, urgent behind ${backlog} to ${backlogLeft}: ${JSON.stringify(spread(outUrgent))}`);
  say(`in, behind them: ${JSON.stringify(spread(inBehind))}`);
  return {
    outIdleP50Ms: percentile(outIdle, 50),
    outIdleP99Ms: percentile(outIdle, 99),
    inIdleP50Ms: percentile(inIdle, 50),
    inIdleP99Ms: percentile(inIdle, 99),
    outUrgentBehindP50Ms: percentile(outUrgent, 50),
    outUrgentBehindP99Ms: percentile(outUrgent, 99),
    inBehindP50Ms: percentile(inBehind, 50),
    inBehindP99Ms: percentile(inBehind, 99),
    backlog,
    backlogLeft,
    pollEveryMs: 30_000,
    samples: { outIdle: outIdle.length, inIdle: inIdle.length, outUrgent: outUrgent.length, inBehind: inBehind.length },
  };
};

/** The smallest value that so many in a hundred do not exceed. */
const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.max(0, Math.ceil((share / 100) * sorted.length) - 1)] ?? 0);
};

const spread = (values: readonly number[]): Readonly<Record<string, number>> => ({
  p50: percentile(values, 50),
  p99: percentile(values, 99),
  most: percentile(values, 100),
});

const SUBJECTS = 1_000;

const pickSubjects = async (stage: Stage): Promise<readonly Subject[]> => {
  const { rows } = await stage.look.query<Subject>(
    `select p.id::int as id, p.salesforce_id as sf_id from marketing.person p where p.salesforce_type = 'Lead' order by hashtext(p.salesforce_id) limit ${SUBJECTS}`,
  );
  return rows;
};

/** One after another, with pauses that the seed draws. */
const measureOut = async (kit: Kit, samples: number, lane: 'normal' | 'urgent'): Promise<readonly number[]> => {
  const { engineer, draw, subjects } = kit;
  const times: number[] = [];
  for (let sample = 0; sample < samples; sample += 1) {
    const subject = draw.pick(subjects);
    const phone = `${lane} ${sample}`;
    const begun = performance.now();
    await engineer.query('begin');
    await engineer.query(`set local syncline.lane = '${lane}'`);
    await engineer.query('update marketing.person set phone = $2 where id = $1', [subject.id, phone]);
    await engineer.query('commit');
    await arrives(kit.stage, subject, phone);
    times.push(performance.now() - begun);
    await sleep(draw.whole(20, 200));
  }
  return times;
};

const arrives = async (stage: Stage, subject: Subject, phone: string): Promise<void> => {
  const { instanceUrl, adminAccessToken } = stage.orgFacts;
  const deadline = performance.now() + ARRIVES_WITHIN_MS;
  for (;;) {
    stage.server.check();
    const answer = await fetch(`${instanceUrl}/services/data/v64.0/sobjects/Lead/${subject.sf_id}?fields=Phone`, {
      headers: { authorization: `Bearer ${adminAccessToken}` },
    });
    const record = (await answer.json()) as { readonly Phone?: string | null };
    if (record.Phone === phone) return;
    if (performance.now() > deadline) throw new Error(`a change of ${subject.sf_id} did not arrive in Salesforce`);
    await sleep(LOOK_MS);
  }
};

interface Awaited {
  readonly id: number;
  readonly title: string;
  readonly begun: number;
}

/** Different leads, changed at moments spread over some cycles, and all of them watched together. */
const measureIn = async ({ stage, subjects, draw }: Kit): Promise<readonly number[]> => {
  const chosen = draw.shuffle(subjects).slice(0, IN_SAMPLES);
  const waiting: Awaited[] = [];
  const times: number[] = [];
  const changes = (async () => {
    for (const [index, subject] of chosen.entries()) {
      const title = `there ${index} ${draw.whole(0, 1_000_000)}`;
      await stage.org.update('Lead', [{ Id: subject.sf_id, Title: title }]);
      waiting.push({ id: subject.id, title, begun: performance.now() });
      await sleep(IN_SPREAD_MS / IN_SAMPLES);
    }
  })();
  await until('the arrival of every change from Salesforce', ARRIVES_WITHIN_MS, async () => {
    stage.server.check();
    times.push(...(await takeArrived(stage, waiting)));
    await sleep(LOOK_IN_MS);
    return times.length === chosen.length;
  });
  await changes;
  return times;
};

/** Those that have arrived leave the list; returns how long each took. */
const takeArrived = async (stage: Stage, waiting: Awaited[]): Promise<readonly number[]> => {
  if (waiting.length === 0) return [];
  const { rows } = await stage.look.query<{ id: number; title: string | null }>(
    'select id::int as id, title from marketing.person where id = any ($1)',
    [waiting.map(({ id }) => id)],
  );
  const now = performance.now();
  const arrived = waiting.filter(({ id, title }) => rows.some((row) => row.id === id && row.title === title));
  for (const one of arrived) waiting.splice(waiting.indexOf(one), 1);
  return arrived.map(({ begun }) => now - begun);
};
