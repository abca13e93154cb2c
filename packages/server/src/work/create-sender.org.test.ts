import { after, before, test } from 'node:test';
import pino from 'pino';
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
