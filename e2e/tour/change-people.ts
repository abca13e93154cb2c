/** People changed on both sides: alone, on different fields, on the same field, and in a race. */
import type pg from 'pg';
import type { Edit, EditPlan } from './edits.ts';
import type { Expectations } from './expectations.ts';
import { type Stage, TOUR_BOUNDS } from './stage.ts';
import { until } from './supervised-server.ts';
import { editHere, editManyHere, editThere } from './write-people.ts';

export interface ChangeOptions {
  readonly stage: Stage;
  readonly engineer: pg.Client;
  readonly plan: EditPlan;
  readonly expected: Expectations;
}

export const changePeople = async (options: ChangeOptions): Promise<{ changedHere: number; changedThere: number }> => {
  const { plan } = options;
  await changeAlone(options);
  await changeApart(options);
  await race(options);
  await collide(options);
  const here = [...plan.hereOne, ...plan.hereMany, ...plan.hereByApp];
  const both = plan.apart.length + plan.forced.length + (plan.raced[0]?.length ?? 0);
  return { changedHere: here.length + both, changedThere: plan.there.length + both };
};

const changeAlone = async ({ stage, engineer, plan, expected }: ChangeOptions): Promise<void> => {
  const bySql = async (): Promise<void> => {
    for (const edit of plan.hereOne) await editHere(engineer, edit);
    await editManyHere(engineer, plan.hereMany);
  };
  const byApp = async (): Promise<void> => {
    for (const { subject, field, value } of plan.hereByApp) {
      await stage.app.call('PATCH', `/api/people/${subject.personId}`, { fields: { [field.column]: value } });
    }
  };
  await Promise.all([bySql(), byApp(), editThere(stage.org, plan.there)]);
  for (const edit of [...plan.hereOne, ...plan.hereMany, ...plan.hereByApp, ...plan.there]) expected.value(edit);
};

/** MRG2: both edits survive. */
const changeApart = async ({ stage, engineer, plan, expected }: ChangeOptions): Promise<void> => {
  const here = plan.apart.map((pair) => pair.here);
  const there = plan.apart.map((pair) => pair.there);
  await Promise.all([editOneByOne(engineer, here), editThere(stage.org, there)]);
  for (const edit of [...here, ...there]) expected.value(edit);
};

/** Who wins depends on who was seen first. */
const race = async ({ stage, engineer, plan, expected }: ChangeOptions): Promise<void> => {
  for (const round of plan.raced) {
    const passed = await lastPass(stage);
    await Promise.all([
      editOneByOne(
        engineer,
        round.map((pair) => pair.here),
      ),
      editThere(
        stage.org,
        round.map((pair) => pair.there),
      ),
    ]);
    await until('a pass during the race', STEP_MS, async () => (await lastPass(stage)) > passed);
  }
  const last = plan.raced.at(-1) ?? [];
  for (const index of last.keys()) expected.race(plan.raced.flatMap((round) => round[index] ?? []));
};

/**
 * The same field on both sides while the sync is disabled, so that neither side can know of the other: marketing wins a lead, Salesforce a
 * contact (MRG8, MRG9). A contact is read before it is sent (OUT20), so its conflict is always seen and written down.
 */
const collide = async ({ stage, engineer, plan, expected }: ChangeOptions): Promise<void> => {
  await stage.app.call('PUT', '/api/sync', { enabled: false });
  await until(
    'an end of reading after the sync was disabled',
    STEP_MS,
    async () => (await sinceLastPass(stage)) > 2 * TOUR_BOUNDS.pollEveryMs,
  );
  await editOneByOne(
    engineer,
    plan.forced.map((pair) => pair.here),
  );
  await editThere(
    stage.org,
    plan.forced.map((pair) => pair.there),
  );
  await until(
    'a last pass that is no longer fresh',
    STEP_MS,
    async () => (await sinceLastPass(stage)) > TOUR_BOUNDS.freshnessMs,
  );
  await stage.app.call('PUT', '/api/sync', { enabled: true });
  for (const { here, there } of plan.forced) {
    const isLead = here.subject.object === 'Lead';
    expected.value(isLead ? here : there);
    if (!isLead) expected.conflict(there);
  }
};

const STEP_MS = 60_000;

const editOneByOne = async (engineer: pg.ClientBase, edits: readonly Edit[]): Promise<void> => {
  for (const edit of edits) await editHere(engineer, edit);
};

const lastPass = async ({ look }: Stage): Promise<number> => {
  const { rows } = await look.query<{ at: number }>(
    `select coalesce(extract(epoch from max(last_began_at)) * 1000, 0)::float8 as at from sync.cursor`,
  );
  return rows[0]?.at ?? 0;
};

/** Milliseconds of the database's clock. */
const sinceLastPass = async ({ look }: Stage): Promise<number> => {
  const { rows } = await look.query<{ ms: number }>(
    `select extract(epoch from clock_timestamp() - max(last_began_at))::float8 * 1000 as ms from sync.cursor`,
  );
  return rows[0]?.ms ?? 0;
};
