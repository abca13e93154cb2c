/**
 * The steps of the tour, in order. Everything an admin or an engineer would do goes through the app's API, through SQL as the engineer's
 * role, or through the org's API as its admin.
 */
import pg from 'pg';
import { type ChangeOptions, changePeople } from './change-people.ts';
import { compareSides, type Difference } from './compare.ts';
import { connectAndConfirm, startSync, type TourUser } from './connect.ts';
import { crashDatabase } from './crash.ts';
import { type Created, createPeople } from './create-people.ts';
import { deletePeople } from './delete-people.ts';
import type { Draw, KillPlan, Moments, Phase } from './draw.ts';
import { planEdits } from './edits.ts';
import { Expectations } from './expectations.ts';
import { type Joined, joinPeople } from './join-people.ts';
import { untilQuiet } from './quiet.ts';
import { readEditFields, readSubjects } from './read-people.ts';
import { PLAIN_SESSION, type Stage } from './stage.ts';

interface TourResult {
  readonly people: number;
  readonly companies: number;
  readonly opportunities: number;
  readonly roles: number;
  readonly createdHere: number;
  readonly changedHere: number;
  readonly changedThere: number;
  readonly deletedHere: number;
  readonly deletedThere: number;
  readonly merged: number;
  readonly converted: number;
  readonly conflicts: number;
  readonly duplicateLeads: number;
  readonly differences: number;
  readonly records: number;
  readonly values: number;
}

export interface WalkOptions {
  readonly stage: Stage;
  readonly draw: Draw;
  /** A plan for each process; null: a calm walk. */
  readonly kills: readonly KillPlan[] | null;
  /** Crashes of the database. */
  readonly crashes: number;
  /** The org fails by chance from the load until everything is quiet. */
  readonly hasFaults: boolean;
  readonly isSpoiled: boolean;
  readonly say: (line: string) => void;
  /** Throws when the tour was told to stop. */
  readonly check: () => void;
}

export interface Walked {
  readonly result: TourResult;
  readonly differences: readonly Difference[];
  readonly user: TourUser;
  /** Moments that each phase took; only of a server that is counted and not killed. */
  readonly phases: Readonly<Record<Phase, Moments>>;
}

const CREATED = 50;

export const walk = async (options: WalkOptions): Promise<Walked> => {
  const { stage, draw, say } = options;
  const walker = new Walker(options);
  say('connecting');
  const user = await connectAndConfirm(stage);
  if (options.hasFaults) await stage.faults.begin();
  await walker.phase('load', () => startSync(stage));
  const counts = await countRows(stage.look);
  say(
    `loaded ${counts.people} people, ${counts.companies} companies, ${counts.opportunities} opportunities, ${counts.roles} roles`,
  );
  const leadsBefore = new Set((await leadKeys(stage)).keys());

  const expected = new Expectations();
  const fields = await readEditFields(stage);
  const created = await walker.phaseOfEngineer('creates', (engineer) =>
    createPeople({ stage, engineer, draw, expected, fields, many: CREATED }),
  );
  const plan = planEdits({ draw, subjects: await readSubjects(stage.look, created.ids), fields });
  const { joined, ...changed } = await walker.phaseOfEngineer('changes', (engineer) =>
    changeAndJoin({ stage, engineer, plan, expected }),
  );
  const deleted = await walker.phaseOfEngineer('deletes', (engineer) => deletePeople({ stage, engineer, plan }));

  await stage.faults.end();
  if (options.isSpoiled) await spoil(stage);
  say('comparing both sides');
  const compared = await compareSides({ org: stage.org, db: stage.look, deletedHere: deleted.here });
  const unmet = await expected.unmet(stage.look);
  const duplicateLeads = await countDuplicates(stage, created, leadsBefore);
  const differences = [...compared.differences, ...unmet];
  return {
    differences,
    user,
    phases: walker.moments,
    result: {
      ...counts,
      createdHere: await countCreated(stage.look, created.ids),
      ...changed,
      ...joined,
      deletedHere: deleted.here.size,
      deletedThere: deleted.there,
      conflicts: await countConflicts(stage.look),
      duplicateLeads,
      differences: differences.length,
      records: compared.records,
      values: compared.values,
    },
  };
};

const asEngineer = async <T>(stage: Stage, act: (engineer: pg.Client) => Promise<T>): Promise<T> => {
  const engineer = new pg.Client({
    connectionString: stage.server.facts.databaseUrl,
    options: PLAIN_SESSION,
    application_name: 'engineer',
  });
  await engineer.connect();
  try {
    return await act(engineer);
  } finally {
    await engineer.end();
  }
};

/** Amid the edits of some, others become one. */
const changeAndJoin = async (
  options: ChangeOptions,
): Promise<Awaited<ReturnType<typeof changePeople>> & { readonly joined: Joined }> => {
  const [changed, joined] = await Promise.all([
    changePeople(options),
    asEngineer(options.stage, (engineer) => joinPeople({ ...options, engineer })),
  ]);
  return { ...changed, joined };
};

/** Most while pages are loaded; the rest while edits are on their way. */
const crashesOf = (crashes: number): Readonly<Record<Phase, number>> => {
  const changes = Math.floor(crashes / 4);
  return { load: crashes - 2 * changes, creates: changes, changes, deletes: 0 };
};

const NONE: Moments = { statement: 0, request: 0, write: 0 };
const difference = (after: Moments, before: Moments): Moments => ({
  statement: after.statement - before.statement,
  request: after.request - before.request,
  write: after.write - before.write,
});

/** Runs each phase under its kills, to quiet, and counts its moments. */
class Walker {
  readonly #options: WalkOptions;
  readonly moments: Record<Phase, Moments> = { load: NONE, creates: NONE, changes: NONE, deletes: NONE };

  constructor(options: WalkOptions) {
    this.#options = options;
  }

  async phase<T>(phase: Phase, act: () => Promise<T>): Promise<T> {
    const { stage, kills, say, check } = this.#options;
    check();
    const isCalm = kills === null;
    say(`${phase}${isCalm ? '' : `, ${kills.flatMap((plan) => plan[phase]).length} kills`}`);
    const before = isCalm ? await this.#count() : NONE;
    if (!isCalm) await stage.server.arm(kills.map((plan) => plan[phase]));
    const done = await act();
    await crashDatabase(stage, crashesOf(this.#options.crashes)[phase], this.#options.draw);
    await untilQuiet({
      db: stage.look,
      killsLeft: () => stage.server.killsLeft,
      check: () => {
        check();
        stage.server.check();
      },
    });
    await stage.server.ready();
    if (isCalm) this.moments[phase] = difference(await this.#count(), before);
    return done;
  }

  /** With the engineer's own session, which no crash of a phase before has ended. */
  phaseOfEngineer<T>(phase: Phase, act: (engineer: pg.Client) => Promise<T>): Promise<T> {
    return this.phase(phase, () => asEngineer(this.#options.stage, act));
  }

  async #count(): Promise<Moments> {
    return this.#options.stage.isCounted ? this.#options.stage.server.moments() : NONE;
  }
}

const countRows = async (
  look: pg.ClientBase,
): Promise<Pick<TourResult, 'people' | 'companies' | 'opportunities' | 'roles'>> => {
  const { rows } = await look.query<{ people: number; companies: number; opportunities: number; roles: number }>(
    `select (select count(*)::int from marketing.person) as people, (select count(*)::int from marketing.company) as companies,
            (select count(*)::int from marketing.opportunity) as opportunities, (select count(*)::int from marketing.opportunity_role) as roles`,
  );
  return rows[0] ?? { people: 0, companies: 0, opportunities: 0, roles: 0 };
};

const KEY = 'Syncline_Key__c';

const leadKeys = async (stage: Stage): Promise<ReadonlyMap<string, string | null>> => {
  const records = await stage.org.records('Lead', [KEY]);
  return new Map([...records].map(([id, record]) => [id, record.get(KEY) === null ? null : String(record.get(KEY))]));
};

const personIds = async (look: pg.ClientBase, ids: readonly number[]): Promise<ReadonlySet<string>> => {
  const { rows } = await look.query<{ id: string }>(
    `select salesforce_id as id from marketing.person where id = any ($1::bigint[]) and salesforce_id is not null and salesforce_type = 'Lead'`,
    [ids],
  );
  return new Set(rows.map((row) => row.id));
};

/**
 * Nobody but the sync makes leads while the tour walks: each lead that is new in Salesforce, living or in the bin, and is not the
 * record of a person made here is one too many. So is each further lead that carries the key of another.
 */
const countDuplicates = async (stage: Stage, created: Created, before: ReadonlySet<string>): Promise<number> => {
  const wanted = await personIds(stage.look, created.ids);
  const keys = await leadKeys(stage);
  const seen = new Set<string>();
  let duplicates = 0;
  for (const [id, key] of keys) {
    const isNew = !before.has(id);
    if ((isNew && !wanted.has(id)) || (key !== null && seen.has(key))) duplicates += 1;
    if (key !== null) seen.add(key);
  }
  return duplicates;
};

const countCreated = async (look: pg.ClientBase, ids: readonly number[]): Promise<number> =>
  (await personIds(look, ids)).size;

const countConflicts = async (look: pg.ClientBase): Promise<number> => {
  const { rows } = await look.query<{ many: number }>('select count(*)::int as many from sync.conflict');
  return rows[0]?.many ?? 0;
};

/** One value of one person, changed as only the sync itself can: no edit is noted, and no later read will find it. */
const spoil = async (stage: Stage): Promise<void> => {
  const url = new URL(stage.postgresUrl);
  url.username = 'syncline_sync';
  const sync = new pg.Client({ connectionString: url.href });
  await sync.connect();
  try {
    await sync.query('begin');
    await sync.query("set local syncline.origin = 'sync'");
    const { rowCount } = await sync.query(
      `update marketing.person set last_name = 'spoilt'
        where id = (select min(id) from marketing.person where salesforce_id is not null and not is_deleted)`,
    );
    if (rowCount !== 1) throw new Error('there is nobody to spoil');
    await sync.query('commit');
  } finally {
    await sync.end();
  }
};
