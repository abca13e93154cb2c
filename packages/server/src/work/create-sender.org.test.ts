import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pino from 'pino';
import { LANE } from '../outbound/outbound.ts';
import { Corridor } from '../outbound/testing/corridor.ts';
import { createSender } from './create-sender.ts';

let corridor: Corridor;
before(async () => {
  corridor = await Corridor.open();
  await corridor.own(
    `insert into sync.connection (method, host, confirmed_at, started_at) values ('client_credentials', 'https://acme.my.salesforce.com', now(), now())`,
  );
});
after(() => corridor?.close());

const until = async (what: string, isTrue: () => Promise<boolean> | boolean): Promise<void> => {
  const deadline = Date.now() + 20_000;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

test('[SAFE9] near the cap backfill rests first, then the normal lane; urgent always goes', async () => {
  const states: Record<'now', 'calm' | 'slowed' | 'paused'> = { now: 'paused' };
  const people = await corridor.leads([{ LastName: 'Urgent' }, { LastName: 'Normal' }, { LastName: 'Backfill' }]);
  const sender = createSender({
    db: corridor.db,
    outbound: corridor.main.outbound,
    bounds: corridor.bounds,
    log: pino({ level: 'silent' }),
    noteFailure: async (error) => {
      throw error;
    },
    onChanged: () => undefined,
    budget: async () => states.now,
    askOrg: async () => undefined,
  });
  const edit = async (at: number, lane: string, phone: string): Promise<void> => {
    await corridor.db.transaction(async (tx) => {
      await tx.run(`select set_config('syncline.lane', $1, true)`, [lane]);
      await tx.run('update marketing.person set phone = $2 where id = $1', [people[at]?.person, phone]);
    });
  };
  const phones = (): unknown[] => people.map(({ id }) => corridor.record('Lead', id)['Phone'] ?? null);
  const waitsFor = async (...expected: readonly (string | null)[]): Promise<void> => {
    await until(JSON.stringify(expected), () => JSON.stringify(phones()) === JSON.stringify(expected));
  };
  await sender.start();
  try {
    await edit(2, 'backfill', '1');
    await edit(1, 'normal', '1');
    await edit(0, 'urgent', '1');
    await waitsFor('1', null, null);
    states.now = 'slowed';
    await edit(0, 'urgent', '2'); // Whoever edits wakes every lane.
    await waitsFor('2', '1', null);
    await edit(1, 'normal', '2');
    await edit(0, 'urgent', '3');
    await waitsFor('3', '1', null);
    states.now = 'calm';
    await edit(0, 'urgent', '4');
    await waitsFor('4', '2', '1');
  } finally {
    await sender.stop();
  }
});

test('[OUT33] once the calls of the day are used no lane sends, whoever edits, until the org says that usage fell', async () => {
  const [urgent, normal] = await corridor.leads([{ LastName: 'Limited' }, { LastName: 'Limited too' }]);
  assert.ok(urgent && normal);
  let [sends, questions] = [0, 0];
  const { outbound } = corridor.main;
  const sender = createSender({
    db: corridor.db,
    outbound: {
      sendOnce: (lane, options) => {
        sends += 1;
        return outbound.sendOnce(lane, options);
      },
      takeOver: () => outbound.takeOver(),
      heal: (options) => outbound.heal(options),
      releaseUnsent: () => outbound.releaseUnsent(),
    },
    bounds: corridor.bounds,
    log: pino({ level: 'silent' }),
    noteFailure: async () => undefined,
    onChanged: () => undefined,
    budget: async () => 'calm',
    askOrg: () => {
      questions += 1;
      return corridor.salesforce.count('Organization');
    },
  });
  const edit = async (person: number, lane: string, phone: string): Promise<void> => {
    await corridor.db.transaction(async (tx) => {
      await tx.run(`select set_config('syncline.lane', $1, true)`, [lane]);
      await tx.run('update marketing.person set phone = $2 where id = $1', [person, phone]);
    });
  };
  const open = (): Promise<readonly unknown[]> =>
    corridor.db.query(`select code from sync.error where level = 'job' and resolved_at is null`);
  corridor.switches({ dailyLimit: 1 });
  await sender.start();
  try {
    await edit(urgent.person, 'urgent', 'waited');
    await until('a question', () => questions > 0);
    const before = sends;
    const asked = questions;
    await edit(normal.person, 'normal', 'waited');
    await edit(urgent.person, 'urgent', 'waited again');
    await until('two more questions', () => questions >= asked + 2);
    assert.equal(sends, before, 'no lane goes meanwhile');
    assert.deepEqual(await open(), [{ code: 'limit-reached' }]);
    const entry = await corridor.entry(urgent.person);
    assert.deepEqual([entry?.lane, entry?.claim_id, entry?.fault_tries], [LANE.urgent, null, 0]);
    corridor.switches({ dailyLimit: 100_000 });
    const phones = (): unknown[] => [urgent, normal].map(({ id }) => corridor.record('Lead', id)['Phone']);
    await until('both are sent', () => JSON.stringify(phones()) === JSON.stringify(['waited again', 'waited']));
    await until('the error is resolved', async () => (await open()).length === 0);
  } finally {
    corridor.switches({ dailyLimit: 100_000 });
    await sender.stop();
  }
});
