/** Races around a claim, each forced: something happens between two steps of a send. */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
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

test('[RACE8] a lease runs out while its holder still sends, and the heir sends a newer edit: the newer stands', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Raced' });
  await setPhones([{ person }], 'older');
  const heir = await corridor.another();
  const slow = await corridor.another(
    {},
    corridor.withHooks({
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
  await corridor.quiet();
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
  await corridor.quiet();
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
  await corridor.quiet();
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
      corridor.withHooks({
        before: () => setPhones([{ person }], 'C'),
        after: () => corridor.poll([object]),
      }),
    );
    await outbound.sendOnce(LANE.normal, { includeUpdates: true });
    assert.equal(corridor.record(object, id)['Phone'], 'B');
    await corridor.poll([object]);
    await corridor.quiet();
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
    const { outbound } = await corridor.another({}, corridor.withHooks({ [when]: convert }));
    await outbound.sendOnce(LANE.normal, { includeUpdates: true });
    await corridor.quiet();
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
    corridor.withHooks({ before: async () => mergeThere('Lead', winner.id, loser.id) }),
  );
  await outbound.sendOnce(LANE.normal, { includeUpdates: true });
  await corridor.quiet();
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
  await corridor.quiet();
  assert.deepEqual(await corridor.person(converted.person, 'salesforce_id, is_deleted, phone'), {
    salesforce_id: contactId,
    is_deleted: false,
    phone: 'ours',
  });
  assert.deepEqual(await settledAs(converted.person), SETTLED);
  const winner = await corridor.lead({ LastName: 'Early winner', Phone: '1' });
  const loser = await lost('Merged early');
  mergeThere('Lead', winner.id, loser.id);
  await corridor.quiet();
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
  await corridor.quiet();
  assert.equal(await nowOf(into.person), known.person);
  assert.deepEqual(await settledAs(known.person), SETTLED);
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
      corridor.withHooks({
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
    await corridor.quiet();
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
    await corridor.quiet();
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
    corridor.withHooks({
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
  await corridor.quiet();
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
        corridor.withHooks({
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
      await corridor.quiet();
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
