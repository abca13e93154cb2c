/** Claims: who takes what, for how long, and who goes on. */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import pino from 'pino';
import { countWaiting, holdOpen, writeAnswer } from '../brake/brake.ts';
import { loadFieldMap } from '../mapping/open-field-store.ts';
import { createOutbound } from './create-outbound.ts';
import { LANE } from './outbound.ts';
import { Corridor } from './testing/corridor.ts';

let corridor: Corridor;
before(async () => {
  corridor = await Corridor.open();
});
after(() => corridor?.close());
afterEach(() => corridor.rest());

const setPhones = (people: readonly { readonly person: number }[], phone: string): Promise<number> =>
  corridor.edit('update marketing.person set phone = $2 where id = any($1)', [
    people.map(({ person }) => person),
    phone,
  ]);
const expireLeases = (): Promise<number> =>
  corridor.own(`update sync.claim set leased_until = clock_timestamp() - interval '1 second'`);

test('[OUT8] four processes that claim at once share the entries, and none is in two claims', async () => {
  const leads = await corridor.leads(Array.from({ length: 500 }, (_, n) => ({ LastName: `Shared ${n}` })));
  await setPhones(leads, 'shared');
  const sent: string[] = [];
  const salesforce = corridor.withHooks({
    before: async (json) => {
      sent.push(...(JSON.parse(json) as { Id: string }[]).map((record) => record.Id));
    },
  });
  const senders = await Promise.all([1, 2, 3].map(() => corridor.another({}, salesforce)));
  for (let round = 0; round < 4; round += 1) {
    await Promise.all(senders.map(({ outbound }) => outbound.sendOnce(LANE.normal, { includeUpdates: true })));
  }
  assert.equal(sent.length, 500);
  assert.equal(new Set(sent).size, 500);
  assert.deepEqual(await corridor.db.query('select * from sync.outbox'), []);
});

test('[OUT15] contacts of one account lie together and are never in two requests at once', async () => {
  const [first, second] = corridor.there('Account', [{ Name: 'One account' }, { Name: 'Another account' }]);
  const contacts = await corridor.contacts(
    Array.from({ length: 6 }, (_, n) => ({
      LastName: `Of account ${n}`,
      AccountId: (n % 2 === 0 ? first : second) ?? null,
    })),
  );
  await setPhones(contacts, 'a');
  const accounts: (string | null | undefined)[] = [];
  const { outbound } = await corridor.another(
    {},
    corridor.withHooks({
      before: async (json) => {
        accounts.push(
          ...(JSON.parse(json) as { Id: string }[]).map((record) => corridor.record('Contact', record.Id)['AccountId']),
        );
        const [late] = await corridor.contacts([{ LastName: 'Late of account', AccountId: first ?? null }]);
        assert.ok(late);
        await setPhones([late], 'b');
        assert.equal((await corridor.send()).claimed, 0, 'its account is in a request');
      },
    }),
  );
  await outbound.sendOnce(LANE.normal, { includeUpdates: true });
  assert.deepEqual(accounts, [first, first, first, second, second, second]);
  assert.equal((await corridor.send()).settled, 1);
});

test("[OUT11] the outcome of a claim that has passed on changes nothing; the heir's counts", async () => {
  const { person, id } = await corridor.lead({ LastName: 'Passed on' });
  await setPhones([{ person }], 'A');
  const heir = await corridor.another();
  const { outbound } = await corridor.another(
    {},
    corridor.withHooks({
      after: async () => {
        await expireLeases();
        assert.equal(await heir.outbound.takeOver(), 1);
      },
    }),
  );
  await outbound.sendOnce(LANE.normal, { includeUpdates: true });
  const entry = await corridor.entry(person);
  assert.deepEqual(
    [Object.keys(entry?.edits ?? {}), entry?.claim_id],
    [['phone'], null],
    'the first holder settled nothing',
  );
  assert.deepEqual(await corridor.db.query('select unanswered from sync.sent'), [{ unanswered: { phone: 'A' } }]);
  await corridor.sendAll(heir);
  assert.equal(corridor.record('Lead', id)['Phone'], 'A');
  assert.equal(await corridor.entry(person), undefined);
});

test('[OUT11] a holder whose claim was taken over settles nothing, also while its heir is still at work', async () => {
  const { person } = await corridor.lead({ LastName: 'Still at work' });
  await setPhones([{ person }], 'A');
  const heir = await corridor.another();
  const { outbound } = await corridor.another(
    {},
    corridor.withHooks({
      after: () =>
        corridor.own(`update sync.claim set holder = $1, leased_until = 'infinity'`, [heir.presence.processId]),
    }),
  );
  await outbound.sendOnce(LANE.normal, { includeUpdates: true });
  assert.deepEqual(
    Object.keys((await corridor.entry(person))?.edits ?? {}),
    ['phone'],
    'the entry is the heir’s to settle',
  );
  assert.deepEqual(await corridor.db.query('select in_flight, acknowledged from sync.sent'), [
    { in_flight: { phone: 'A' }, acknowledged: {} },
  ]);
  await heir.presence.leave();
  assert.equal(await corridor.main.outbound.takeOver(), 1);
  await corridor.sendAll();
  assert.equal(await corridor.entry(person), undefined);
});

test('[OUT12] a holder that cannot renew its lease sends nothing more', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Not renewed' });
  await setPhones([{ person }], 'B');
  const heir = await corridor.another();
  const { salesforce } = corridor;
  let requests = 0;
  const slow = await corridor.another(
    {},
    {
      ...salesforce,
      updateRecords: async (json) => {
        requests += 1;
        // Refused for one of them: it would halve and go on, but its lease has passed on meanwhile.
        await expireLeases();
        await heir.outbound.takeOver();
        return (JSON.parse(json) as unknown[]).map(() => ({
          ok: false as const,
          faults: [{ code: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', message: '', fields: [] }],
        }));
      },
    },
  );
  const other = await corridor.lead({ LastName: 'Not renewed either' });
  await setPhones([other], 'B');
  await slow.outbound.sendOnce(LANE.normal, { includeUpdates: true });
  assert.equal(requests, 1);
  await corridor.sendAll(heir);
  assert.equal(corridor.record('Lead', id)['Phone'], 'B');
  const bounds = { ...corridor.bounds, requestTimeoutMs: 10_000, leaseMs: 10_000 };
  const parts = { db: corridor.db, salesforce: corridor.salesforce, log: pino({ level: 'silent' }), processId: 1 };
  const loadMap = () => loadFieldMap(corridor.db);
  assert.throws(() => createOutbound({ ...parts, bounds, loadMap, requestRead: async () => undefined }), RangeError);
});

test('[OUT31] [OUT28] a request refused whole for one record is halved until it is alone, and the good ones settle', async () => {
  const leads = await corridor.leads(Array.from({ length: 5 }, (_, n) => ({ LastName: `Halved ${n}` })));
  await setPhones(leads, 'good');
  const bad = leads[3];
  assert.ok(bad);
  const { salesforce } = corridor;
  let requests = 0;
  const { outbound } = await corridor.another(
    {},
    {
      ...salesforce,
      updateRecords: async (json, headers) => {
        requests += 1;
        const records = JSON.parse(json) as { Id: string }[];
        if (!records.some((record) => record.Id === bad.id)) return salesforce.updateRecords(json, headers);
        return records.map(() => ({
          ok: false as const,
          faults: [{ code: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', message: 'trigger', fields: [] }],
        }));
      },
    },
  );
  assert.deepEqual(await outbound.sendOnce(LANE.normal, { includeUpdates: true }), {
    claimed: 5,
    settled: 4,
    retried: 0,
    parked: 1,
    released: 0,
  });
  assert.ok(requests <= 5, String(requests));
  assert.deepEqual((await corridor.entry(bad.person))?.parked, { '*': 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY' });
});

test('[OUT11] a holder whose session is gone is dead at once; a living one keeps its claim', async () => {
  const { person } = await corridor.lead({ LastName: 'Of the dead' });
  await setPhones([{ person }], 'C');
  const dying = await corridor.another();
  await corridor.own(
    `insert into sync.claim (mode, object, holder, leased_until, began_at) values ('collections', 'Lead', $1, 'infinity', now())`,
    [dying.presence.processId],
  );
  await corridor.own(`update sync.outbox set claim_id = (select claim_id from sync.claim)`);
  assert.equal(await corridor.main.outbound.takeOver(), 0);
  await dying.presence.leave();
  assert.equal(await corridor.main.outbound.takeOver(), 1);
  assert.equal((await corridor.send()).settled, 1);
});

test('[SAFE1] of a mass edit no more goes than may, whoever sends; opt-outs, urgent edits and other objects go on', async () => {
  const leads = await corridor.leads(Array.from({ length: 40 }, (_, n) => ({ LastName: `Braked ${n}` })));
  const contact = await corridor.contact({ LastName: 'Not braked' });
  await setPhones(leads, 'mass');
  await corridor.edit('update marketing.person set phone = $2, has_opted_out_of_email = true where id = $1', [
    leads[39]?.person,
    'mass',
  ]);
  const bounds = { brakeFloor: 10, brakeShare: 0 };
  const senders = await Promise.all([1, 2].map(() => corridor.another(bounds)));
  for (let round = 0; round < 4; round += 1)
    await Promise.all(senders.map(({ outbound }) => outbound.sendOnce(LANE.normal, { includeUpdates: true })));
  const there = (): number => leads.filter(({ id }) => corridor.record('Lead', id)['Phone'] === 'mass').length;
  assert.equal(there(), 10);
  const [brake] = await corridor.db.query<{ brake_id: number; changed: number; most: number; waiting: number }>(
    `select brake_id, changed, most, waiting from sync.brake where object = 'Lead' and direction = 'out' and answer is null`,
  );
  assert.deepEqual([brake?.changed, brake?.most, brake?.waiting], [10, 10, 30]);
  assert.equal(corridor.record('Lead', leads[39]?.id ?? '')['HasOptedOutOfEmail'], 'true', 'an opt-out goes on alone');
  await setPhones([contact], 'other');
  await corridor.db.ownTransaction(async (tx) => {
    await tx.run(`update sync.outbox set lane = 0 where person_id = $1`, [leads[38]?.person]);
  });
  const heir = await corridor.another(bounds);
  await heir.outbound.sendOnce(LANE.urgent, { includeUpdates: true });
  await heir.outbound.sendOnce(LANE.normal, { includeUpdates: true });
  assert.equal(corridor.record('Contact', contact.id)['Phone'], 'other');
  assert.equal(corridor.record('Lead', leads[38]?.id ?? '')['Phone'], 'mass');
  assert.equal(there(), 11, 'a process that starts anew stops as well');
  await corridor.db.transaction(async (tx) => {
    const held = await holdOpen(tx, brake?.brake_id ?? 0);
    assert.ok(held);
    await writeAnswer(
      tx,
      brake?.brake_id ?? 0,
      { ...held, waiting: await countWaiting(tx, 'Lead') },
      'send',
      'Amy Diaz',
    );
  });
  await corridor.sendAll(heir);
  assert.equal(there(), 40);
  assert.equal((await corridor.db.query('select from sync.brake where answer is null')).length, 0);
});
