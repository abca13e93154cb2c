import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import pino from 'pino';
import { countWaiting, holdOpen, writeAnswer } from '../brake/brake.ts';
import { breakLoops } from '../brake/break-loops.ts';
import { loadFieldMap } from '../mapping/open-field-store.ts';
import type { Salesforce } from '../salesforce/salesforce.ts';
import { createOutbound } from './create-outbound.ts';
import { LANE } from './outbound.ts';
import { Corridor } from './testing/corridor.ts';

let corridor: Corridor;
before(async () => {
  corridor = await Corridor.open();
});
after(() => corridor?.close());
afterEach(() => corridor.rest());

/** The door with a step of ours before an update's request, or after its answer. */
const withHooks = (hooks: {
  before?: (json: string) => Promise<unknown>;
  after?: (json: string) => Promise<unknown>;
}): Salesforce => ({
  ...corridor.salesforce,
  updateRecords: async (json, headers) => {
    await hooks.before?.(json);
    const answers = await corridor.salesforce.updateRecords(json, headers);
    await hooks.after?.(json);
    return answers;
  },
});
const expireLeases = (): Promise<number> =>
  corridor.own(`update sync.claim set leased_until = clock_timestamp() - interval '1 second'`);
const setPhones = (people: readonly { readonly person: number }[], phone: string): Promise<number> =>
  corridor.edit('update marketing.person set phone = $2 where id = any($1)', [
    people.map(({ person }) => person),
    phone,
  ]);

test('[OUT8] four processes that claim at once share the entries, and none is in two claims', async () => {
  const leads = await corridor.leads(Array.from({ length: 500 }, (_, n) => ({ LastName: `Shared ${n}` })));
  await setPhones(leads, 'shared');
  const sent: string[] = [];
  const salesforce = withHooks({
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
    withHooks({
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
    withHooks({
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

test('[RACE8] a lease runs out while its holder still sends, and the heir sends a newer edit: the newer stands', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Raced' });
  await setPhones([{ person }], 'older');
  const heir = await corridor.another();
  const slow = await corridor.another(
    {},
    withHooks({
      before: async () => {
        await expireLeases();
        await heir.outbound.takeOver();
        await setPhones([{ person }], 'newer');
        await corridor.sendAll(heir);
        assert.equal(corridor.record('Lead', id)['Phone'], 'newer');
      },
    }),
  );
  await slow.outbound.sendOnce(LANE.normal, { includeUpdates: true });
  assert.equal(corridor.record('Lead', id)['Phone'], 'older', 'the first request landed last');
  await quiet();
  assert.equal(corridor.record('Lead', id)['Phone'], 'newer');
  assert.deepEqual(await corridor.person(person, 'phone'), { phone: 'newer' });
  assert.deepEqual(await corridor.db.query('select * from sync.conflict'), []);
});

test("[RACE2] a create's answer is lost, and the new lead arrives by poll first", async () => {
  const person = await corridor.newPerson({ last_name: 'Arrives first', company: 'Northwind' });
  await corridor.edit('select marketing.sync_person($1)', [person]);
  const { outbound } = await corridor.another(
    {},
    {
      ...corridor.salesforce,
      upsertRecords: async (...args) => {
        const answers = await corridor.salesforce.upsertRecords(...args);
        await corridor.poll(['Lead']);
        return answers;
      },
    },
  );
  corridor.switches({ loseAnswers: 1 });
  await corridor.send(LANE.urgent);
  await corridor.poll(['Lead']);
  await corridor.edit(`update marketing.person set phone = 'known by now' where id = $1`, [person]);
  await quiet();
  const [id, ...more] = corridor.leadsNamed('Arrives first');
  assert.ok(id !== undefined && more.length === 0);
  assert.equal(corridor.record('Lead', id)['Phone'], 'known by now');
  assert.deepEqual(await corridor.db.query('select person_id, state from sync.link where sf_id = $1', [id]), [
    { person_id: person, state: 'live' },
  ]);
  assert.equal(await corridor.entry(person), undefined);

  const late = await corridor.newPerson({ last_name: 'Answered late', company: 'Northwind' });
  await corridor.edit('select marketing.sync_person($1)', [late]);
  await outbound.sendOnce(LANE.urgent, { includeUpdates: true });
  await quiet();
  assert.equal(corridor.leadsNamed('Answered late').length, 1);
  assert.deepEqual(await corridor.db.query('select state from sync.link where person_id = $1', [late]), [
    { state: 'live' },
  ]);
  assert.equal(await corridor.entry(late), undefined);
});

for (const object of ['Lead', 'Contact'] as const) {
  test(`[RACE3] A, then B in flight, then C is edited, then B's echo arrives, also before B's answer: C on both sides (${object})`, async () => {
    const { person, id } =
      object === 'Lead'
        ? await corridor.lead({ LastName: 'Echoes', Phone: 'A' })
        : await corridor.contact({ LastName: 'Echoes', Phone: 'A' });
    await setPhones([{ person }], 'B');
    const { outbound } = await corridor.another(
      {},
      withHooks({
        before: () => setPhones([{ person }], 'C'),
        after: () => corridor.poll([object]),
      }),
    );
    await outbound.sendOnce(LANE.normal, { includeUpdates: true });
    assert.equal(corridor.record(object, id)['Phone'], 'B');
    await corridor.poll([object]);
    await quiet();
    assert.equal(corridor.record(object, id)['Phone'], 'C');
    assert.deepEqual(await corridor.person(person, 'phone'), { phone: 'C' });
    assert.deepEqual(await corridor.db.query('select * from sync.conflict'), []);
    assert.equal(await corridor.entry(person), undefined);
  });
}

const convertThere = (leadId: string, into: { accountId?: string; contactId?: string } = {}): string => {
  const { dml, access } = corridor.org.org;
  const [result] = dml.convertLeads(access.admin, [
    { leadId, convertedStatus: 'Closed - Converted', doNotCreateOpportunity: true, ...into },
  ]);
  if (!result?.success) throw new Error(JSON.stringify(result));
  return result.contactId;
};
const mergeThere = (object: string, masterId: string, loser: string): void => {
  const { dml, access } = corridor.org.org;
  const [result] = dml.merge(access.admin, [{ object, masterId, record: {}, mergeIds: [loser] }]);
  if (!result?.success) throw new Error(JSON.stringify(result));
};
/** Where a person of ours ended up. */
const nowOf = async (id: number): Promise<number> => {
  const [row] = await corridor.db.query<{ survivor_id: number }>(
    'select survivor_id from sync.person_redirect where person_id = $1',
    [id],
  );
  return row?.survivor_id ?? id;
};
const settledAs = async (id: number) => ({
  entry: await corridor.entry(id),
  sent: await corridor.db.query('select from sync.sent where person_id = $1', [id]),
  open: (await corridor.errors(id)).filter((error) => error.open),
});
const SETTLED = { entry: undefined, sent: [], open: [] };

test('[RACE5] a lead is converted while our update is in flight: landed before, the contact has it; refused after, it reached it', async () => {
  for (const when of ['after', 'before'] as const) {
    const { person, id } = await corridor.lead({ LastName: 'In flight', Phone: '1' });
    await setPhones([{ person }], 'ours');
    let contactId = '';
    const convert = async () => {
      contactId = convertThere(id);
    };
    const { outbound } = await corridor.another({}, withHooks({ [when]: convert }));
    await outbound.sendOnce(LANE.normal, { includeUpdates: true });
    await quiet();
    assert.equal(corridor.record('Contact', contactId)['Phone'], 'ours', when);
    assert.deepEqual(await corridor.person(person, 'phone, salesforce_id, salesforce_type, is_deleted'), {
      phone: 'ours',
      salesforce_id: contactId,
      salesforce_type: 'Contact',
      is_deleted: false,
    });
    assert.deepEqual(await settledAs(person), SETTLED);
    await corridor.rest();
  }
});

test('[RACE6] [ID12] a lead is merged away while our update to it is in flight: one person, the edit met the winner, the score is summed once', async () => {
  const winner = await corridor.lead({ LastName: 'Winner', Phone: '1', Score__c: '10' });
  const loser = await corridor.lead({ LastName: 'Loser', Phone: '2', Score__c: '20' });
  await setPhones([{ person: loser.person }], 'ours');
  const { outbound } = await corridor.another(
    {},
    withHooks({ before: async () => mergeThere('Lead', winner.id, loser.id) }),
  );
  await outbound.sendOnce(LANE.normal, { includeUpdates: true });
  await quiet();
  assert.equal(await nowOf(loser.person), winner.person);
  const there = corridor.record('Lead', winner.id);
  assert.deepEqual([there['Phone'], Number(there['Score__c'])], ['ours', 30]);
  assert.equal(corridor.record('Lead', loser.id)['Phone'], '2', 'nothing was written to the loser');
  const here = await corridor.person<{ phone: string; score: string }>(winner.person, 'phone, score');
  assert.deepEqual([here.phone, Number(here.score)], ['ours', 30]);
  assert.deepEqual(await settledAs(winner.person), SETTLED);
});

test('[RACE20] [OUT23] a lead whose answer was lost is converted or merged before the retry: no second lead; the person is the contact, or the winner’s', async () => {
  const lost = async (name: string): Promise<{ person: number; id: string }> => {
    const person = await corridor.newPerson({ last_name: name, company: 'Northwind', phone: 'ours' });
    await corridor.edit('select marketing.sync_person($1)', [person]);
    corridor.switches({ loseAnswers: 1 });
    await corridor.send(LANE.urgent);
    return { person, id: corridor.leadsNamed(name)[0] ?? '' };
  };
  const converted = await lost('Converted early');
  const contactId = convertThere(converted.id);
  await quiet();
  assert.deepEqual(await corridor.person(converted.person, 'salesforce_id, is_deleted, phone'), {
    salesforce_id: contactId,
    is_deleted: false,
    phone: 'ours',
  });
  assert.deepEqual(await settledAs(converted.person), SETTLED);
  const winner = await corridor.lead({ LastName: 'Early winner', Phone: '1' });
  const loser = await lost('Merged early');
  mergeThere('Lead', winner.id, loser.id);
  await quiet();
  assert.equal(await nowOf(loser.person), winner.person);
  assert.deepEqual(corridor.leadsNamed('Merged early'), []);
  assert.deepEqual(await settledAs(winner.person), SETTLED);
  const known = await corridor.contact({ LastName: 'Known contact' });
  const aged = corridor.org.org.store.statement('update Contact set CreatedDate = ? where Id = ?');
  aged.run('2026-01-01T00:00:00.000Z', known.id);
  const into = await lost('Into a contact');
  const accountId = corridor.there('Account', [{ Name: 'Northwind' }])[0] ?? '';
  corridor.changeThere('Contact', known.id, { AccountId: accountId });
  convertThere(into.id, { accountId, contactId: known.id });
  await quiet();
  assert.equal(await nowOf(into.person), known.person);
  assert.deepEqual(await settledAs(known.person), SETTLED);
});

/** Polls, rereads and sends until nothing is left to do. */
const quiet = async (): Promise<void> => {
  for (let round = 0; round < 4; round += 1) {
    await corridor.sendAll();
    await corridor.poll();
    await corridor.own(`update sync.reread set due_at = now()`);
    await corridor.inbound.reread();
  }
};

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

test('[RACE1] [MRG10] a row arrives while its person is claimed and not yet sent: other fields merge at once, the policy decides the claimed one, on both sides', async () => {
  const people = [
    ['Lead', await corridor.lead({ LastName: 'Claimed lead', Phone: 'base' }), 'ours'],
    ['Contact', await corridor.contact({ LastName: 'Claimed contact', Phone: 'base' }), 'theirs'],
  ] as const;
  for (const [object, { person, id }, winner] of people) {
    let titles: unknown = null;
    const sender = await corridor.another(
      {},
      withHooks({
        before: async () => {
          if (titles !== null) return;
          corridor.changeThere(object, id, { Phone: 'theirs', Title: 'CEO' });
          await corridor.poll();
          titles = await corridor.person(person, 'title, phone');
        },
      }),
    );
    await setPhones([{ person }], 'ours');
    await corridor.poll();
    await sender.outbound.sendOnce(LANE.normal, { includeUpdates: true });
    assert.deepEqual(titles, { title: 'CEO', phone: 'ours' }, 'while it is claimed');
    await quiet();
    assert.deepEqual(
      [corridor.record(object, id)['Phone'], await corridor.person(person, 'phone')],
      [winner, { phone: winner }],
      object,
    );
    const conflicts = await corridor.db.query('select field, winner from sync.conflict where person_id = $1', [person]);
    assert.deepEqual(conflicts, [{ field: 'phone', winner: winner === 'ours' ? 'marketing' : 'salesforce' }]);
  }
});

test('[RACE24] an opt-out on either side, while an older opt-in of the same person is on its way, ends as an opt-out on both', async () => {
  for (const side of ['here', 'there'] as const) {
    const { person, id } = await corridor.lead({ LastName: `Opted in, then out ${side}`, HasOptedOutOfEmail: 'true' });
    const optIn = `update marketing.person set has_opted_out_of_email = false where id = $1`;
    await corridor.db.transaction(async (tx) => {
      await tx.run(`select set_config('syncline.reason', 'She wrote to us', true)`);
      await tx.run(optIn, [person]);
    });
    await corridor.poll();
    let sent = 0;
    const optOut = async (): Promise<void> => {
      if (side === 'there') corridor.changeThere('Lead', id, { HasOptedOutOfEmail: 'true' });
      else await corridor.edit(`update marketing.person set has_opted_out_of_email = true where id = $1`, [person]);
    };
    const sender = await corridor.another(
      {},
      {
        ...corridor.salesforce,
        sendEach: async (requests) => {
          sent += requests.length;
          const answers = await corridor.salesforce.sendEach(requests);
          await optOut();
          return answers;
        },
      },
    );
    await sender.outbound.sendOnce(LANE.normal, { includeUpdates: true });
    assert.equal(sent, 1, side);
    await quiet();
    assert.deepEqual(
      [corridor.record('Lead', id)['HasOptedOutOfEmail'], await corridor.person(person, 'has_opted_out_of_email')],
      ['true', { has_opted_out_of_email: true }],
      side,
    );
  }
});

test('[RACE14] [OUT6] [OUT18] a backfill sends the values of its claim, and no edit waits behind it', async () => {
  const leads = await corridor.leads(Array.from({ length: 30 }, (_, n) => ({ LastName: `Backfilled ${n}` })));
  const [early, late, first] = leads;
  assert.ok(early && late && first);
  await corridor.db.transaction(async (tx) => {
    await tx.run(`select set_config('syncline.lane', 'backfill', true)`);
    await tx.run(`update marketing.person set title = 'planned' where id = any ($1)`, [
      leads.map(({ person }) => person),
    ]);
  });
  await corridor.edit(`update marketing.person set title = 'edited since' where id = $1`, [early.person]);
  let isLive = false;
  const backfill = await corridor.another(
    {},
    withHooks({
      before: async () => {
        if (isLive) return;
        isLive = true;
        await corridor.edit(`update marketing.person set title = 'meanwhile' where id = $1`, [late.person]);
        corridor.changeThere('Lead', first.id, { Title: 'theirs' });
        await corridor.send(LANE.normal);
        assert.equal(
          corridor.record('Lead', early.id)['Title'],
          'edited since',
          'who is edited goes before the backfill',
        );
      },
    }),
  );
  await backfill.outbound.sendOnce(LANE.backfill, { includeUpdates: true });
  assert.equal(isLive, true);
  await quiet();
  const titles = (lead: { readonly id: string }): unknown => corridor.record('Lead', lead.id)['Title'];
  assert.deepEqual([titles(early), titles(late), titles(leads[9] ?? early)], ['edited since', 'meanwhile', 'planned']);
  for (const lead of leads)
    assert.deepEqual(await corridor.person(lead.person, 'title'), { title: titles(lead) }, 'both sides are the same');
});

const cursorAt = async (): Promise<number> =>
  (
    await corridor.db.query<{ ms: number }>(
      `select extract(epoch from at)::float8 * 1000 as ms from sync.cursor where object = 'Lead'`,
    )
  )[0]?.ms ?? Number.NaN;

/** As on a machine whose clock is wrong by so much; the org has a clock of its own. */
const withWrongClock = async (byMs: number, orgMs: number, work: () => Promise<void>): Promise<void> => {
  const Right = Date;
  class Wrong extends Right {
    constructor(...given: readonly unknown[]) {
      super(...((given.length === 0 ? [Wrong.now()] : given) as [number]));
    }
    static override now(): number {
      return Right.now() + byMs;
    }
  }
  globalThis.Date = Wrong as DateConstructor;
  corridor.switches({ clockSkewMs: orgMs });
  try {
    await work();
  } finally {
    globalThis.Date = Right;
  }
};

test("[SAFE10] [RACE10] with a process clock an hour wrong and Salesforce's off, leases, edit times, cursors and order are as ever", async () => {
  for (const sign of [-1, 1]) {
    await withWrongClock(sign * 3_600_000, sign * 60_000, async () => {
      const { person, id } = await corridor.lead({ LastName: `Clock ${sign}`, Phone: 'base' });
      const before = await cursorAt();
      const seen: unknown[] = [];
      const sender = await corridor.another(
        {},
        withHooks({
          before: async () => {
            seen.push(
              ...(await corridor.db.query(
                `select leased_until between clock_timestamp() and clock_timestamp() + interval '11 seconds' as lease_is_right,
                        (select (edited_at ->> 'phone')::timestamptz between clock_timestamp() - interval '1 minute' and clock_timestamp() from sync.outbox where person_id = $1) as edit_is_right
                   from sync.claim`,
                [person],
              )),
            );
            await setPhones([{ person }], 'newer');
          },
        }),
      );
      await setPhones([{ person }], 'older');
      await sender.outbound.sendOnce(LANE.normal, { includeUpdates: true });
      assert.deepEqual(seen, [{ lease_is_right: true, edit_is_right: true }]);
      assert.equal(await corridor.main.outbound.takeOver(), 0, 'no living claim is taken over');
      await quiet();
      assert.equal(corridor.record('Lead', id)['Phone'], 'newer');
      corridor.changeThere('Lead', id, { Title: 'theirs' });
      await corridor.poll();
      assert.deepEqual(await corridor.person(person, 'phone, title'), { phone: 'newer', title: 'theirs' });
      const moved = Math.max(before, Date.parse(String(corridor.record('Lead', id)['SystemModstamp'])));
      assert.equal(await cursorAt(), moved, 'a cursor is the greatest stamp of Salesforce, and nothing else moves it');
      assert.deepEqual(await corridor.db.query('select from sync.conflict'), []);
    });
  }
});

test('[SAFE8] a field that goes back and forth is held with both values and the user, and the rest of the record flows', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Bounces' });
  const turn = async (): Promise<void> => {
    await setPhones([{ person }], 'ours');
    await corridor.sendAll();
    await corridor.poll();
    corridor.changeThere('Lead', id, { Phone: 'theirs' });
    await corridor.poll();
  };
  await turn();
  await turn();
  assert.equal(await breakLoops(corridor.db, corridor.bounds), 0, 'three turns are no loop');
  await turn();
  await setPhones([{ person }], 'ours');
  await corridor.sendAll();
  assert.equal(await breakLoops(corridor.db, corridor.bounds), 1);
  assert.equal(await breakLoops(corridor.db, corridor.bounds), 0, 'held once');
  const held = await corridor.db.query<{ field: string; theirs: string; ours: string; theirs_by: string }>(
    `select field, theirs, ours, theirs_by from sync.conflict where person_id = $1 and winner is null`,
    [person],
  );
  assert.deepEqual(held, [
    { field: 'phone', theirs: 'theirs', ours: 'ours', theirs_by: corridor.org.org.access.admin.id },
  ]);
  corridor.changeThere('Lead', id, { Phone: 'theirs' });
  await corridor.poll();
  await corridor.edit(`update marketing.person set phone = 'ours', title = 'Flows' where id = $1`, [person]);
  await corridor.send();
  await corridor.poll();
  await corridor.send();
  assert.deepEqual(
    [corridor.record('Lead', id)['Phone'], corridor.record('Lead', id)['Title']],
    ['theirs', 'Flows'],
    'only this field waits',
  );
  assert.equal((await corridor.db.query('select from sync.conflict where winner is null')).length, 1);
});
