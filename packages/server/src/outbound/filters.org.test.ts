/** Filters of objects, both ways, and versions of the map, against the practice org. Nothing runs by itself. */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { MapEdit } from '@syncline/contract/mappings';
import pino from 'pino';
import { createInbound } from '../inbound/create-inbound.ts';
import type { Filter } from '../mapping/mapping.ts';
import { loadFieldMap } from '../mapping/open-field-store.ts';
import { savePlannedMap } from '../mapping/open-map-store.ts';
import { planEdits } from '../mapping/plan-edits.ts';
import { applyPeopleShape } from '../people/shape.ts';
import { filterSoql, outsideSoql } from '../salesforce/soql-filter.ts';
import { createMappings } from '../setup/create-mappings.ts';
import type { Mappings } from '../setup/setup.ts';
import { createStatus } from '../status/create-status.ts';
import { Corridor } from './testing/corridor.ts';

let corridor: Corridor;
let mappings: Mappings;
before(async () => {
  corridor = await Corridor.open();
  await corridor.own(
    `insert into sync.connection (method, host, confirmed_at, started_at) values ('client_credentials', 'https://acme.my.salesforce.com', now(), now())`,
  );
  mappings = createMappings({
    db: corridor.db,
    connection: { current: () => Promise.resolve(corridor.salesforce) },
    now: () => performance.now(),
    notify: () => Promise.resolve(),
    wake: () => Promise.resolve(),
  });
});
after(() => corridor?.close());
afterEach(async () => {
  await filterLeads(null);
  await corridor.poll(['Lead']);
  await corridor.rest();
});

/** As an apply does it: the map has another version, and the object is to be read from its beginning. */
const filterLeads = (filter: Filter | null): Promise<void> =>
  corridor.db.ownTransaction(async (tx) => {
    const plan = planEdits({ map: await loadFieldMap(tx), candidates: [], columns: new Map() }, [
      { kind: 'filter', object: 'Lead', filter },
    ]);
    await applyPeopleShape(tx, await savePlannedMap(tx, plan, 'a filter'));
  });
const one = (field: string, operator: Filter['conditions'][number]['operator'], value: string | null): Filter => ({
  match: 'all',
  conditions: [{ field, operator, value }],
});
const HOT = one('Rating', 'is', 'Hot');

const linkOf = async (id: string): Promise<{ state: string; person: number } | undefined> =>
  (
    await corridor.db.query<{ state: string; person: number }>(
      'select state, person_id as person from sync.link where sf_id = $1',
      [id],
    )
  )[0];
const stateOf = async (id: string): Promise<string | undefined> => (await linkOf(id))?.state;
const causes = async (person: number): Promise<readonly string[]> =>
  (
    await corridor.db.query<{ cause: string }>('select cause from sync.journal where row_id = $1 order by journal_id', [
      person,
    ])
  ).map(({ cause }) => cause);

test('[IN14] a record that stops matching is out of scope with the change that made it leave: nothing is lost, nothing is sent', async () => {
  await filterLeads(HOT);
  const lead = await corridor.lead({ LastName: 'Leaver', Rating: 'Hot', Phone: '1' });
  const [cold = ''] = corridor.there('Lead', [{ LastName: 'Never', Company: 'Northwind', Rating: 'Cold' }]);
  await corridor.edit(`update marketing.person set title = 'never sent' where id = $1`, [lead.person]);
  corridor.changeThere('Lead', lead.id, { Rating: 'Cold', Phone: 'seen by nobody' });
  await corridor.poll(['Lead']);
  assert.deepEqual([await stateOf(lead.id), await stateOf(cold)], ['out_of_scope', undefined]);
  assert.equal(await corridor.entry(lead.person), undefined, 'its entry is withdrawn');
  assert.deepEqual((await causes(lead.person)).slice(-2).sort(), ['out_of_scope', 'withdrawn']);
  assert.deepEqual(await corridor.person(lead.person, 'phone, title, is_deleted'), {
    phone: '1',
    title: 'never sent',
    is_deleted: false,
  });

  const { person, gate } = await createStatus({ db: corridor.db, version: '0.0.0', practiceUrl: null }).person(
    lead.person,
  );
  assert.deepEqual([person.syncState, gate?.gate], ['out_of_filter', 'out_of_scope'], 'and the page says why');
  const [admin] = await corridor.db.query<{ email: string }>(
    'select email from marketing.person_owner where person_id = $1',
    [lead.person],
  );
  assert.ok(admin && person.ownerEmail === admin.email);

  await corridor.edit(`update marketing.person set website = 'https://later.test' where id = $1`, [lead.person]);
  await corridor.sendAll();
  assert.equal((await corridor.entry(lead.person))?.waits, true, 'an edit while it is outside waits');
  const { Title, Website } = corridor.record('Lead', lead.id);
  assert.deepEqual([Title ?? null, Website ?? null], [null, null]);
  assert.equal((await corridor.errors(lead.person)).length, 0, 'and is no error');

  corridor.changeThere('Lead', lead.id, { Rating: 'Hot' });
  await corridor.poll(['Lead']);
  assert.deepEqual(
    await linkOf(lead.id),
    { state: 'live', person: lead.person },
    'matching again, it is the same person',
  );
  assert.ok((await causes(lead.person)).includes('in_scope'));
  await corridor.sendAll();
  const there = corridor.record('Lead', lead.id);
  assert.deepEqual(
    [there['Website'], there['Title'], (await corridor.person<{ phone: string }>(lead.person, 'phone')).phone],
    ['https://later.test', 'never sent', 'seen by nobody'],
    'MRG17: what is on one side alone fills the other, and theirs that moved is taken',
  );
});

test('[MRG17] two values that met nobody while the record was outside are a conflict that the policy decides', async () => {
  const lead = await corridor.lead({ LastName: 'Both', Rating: 'Hot', Title: 'CEO', Phone: '1' });
  await filterLeads(HOT);
  corridor.changeThere('Lead', lead.id, { Rating: 'Cold' });
  await corridor.edit(`update marketing.person set title = 'ours' where id = $1`, [lead.person]);
  await corridor.poll(['Lead']);
  assert.equal(await stateOf(lead.id), 'out_of_scope');
  corridor.changeThere('Lead', lead.id, { Rating: 'Hot', Title: 'theirs', HasOptedOutOfEmail: 'true' });
  await corridor.poll(['Lead']);
  assert.deepEqual(
    await corridor.db.query('select field, winner from sync.conflict where person_id = $1', [lead.person]),
    [{ field: 'title', winner: 'marketing' }],
  );
  await corridor.sendAll();
  assert.equal(corridor.record('Lead', lead.id)['Title'], 'ours');
  const optOut = await corridor.person<{ gone: boolean }>(lead.person, 'has_opted_out_of_email as gone');
  assert.equal(optOut.gone, true);
});

test('[IN14] another filter reads the object from its beginning: who is out leaves, who comes is a person, and it is read once', async () => {
  const [hot, cold] = await corridor.leads([
    { LastName: 'Stays', Rating: 'Hot' },
    { LastName: 'Leaves', Rating: 'Cold' },
  ]);
  assert.ok(hot && cold);
  await corridor.own(`update sync.cursor set at = now() + interval '4 minutes' where object = 'Lead'`);
  await corridor.poll(['Lead']);
  assert.equal(await stateOf(cold.id), 'live');
  await filterLeads(HOT);
  await corridor.poll(['Lead']);
  assert.deepEqual([await stateOf(hot.id), await stateOf(cold.id)], ['live', 'out_of_scope']);
  const waits = () => corridor.db.query(`select rescan_version from sync.cursor where object = 'Lead'`);
  assert.deepEqual(await waits(), [{ rescan_version: null }]);
  await filterLeads(null);
  await corridor.poll(['Lead']);
  assert.deepEqual(
    [await stateOf(hot.id), await stateOf(cold.id)],
    ['live', 'live'],
    'an unchanged record comes back too',
  );
  await corridor.own(`update sync.cursor set at = now() where object = 'Lead'`);
});

test('[IN14] a record that leaves and is deleted is known as deleted, and a read by id tells out of the filter from out of sight', async () => {
  await filterLeads(HOT);
  const [gone, read] = await corridor.leads([
    { LastName: 'Deleted', Rating: 'Hot' },
    { LastName: 'Read', Rating: 'Hot' },
  ]);
  assert.ok(gone && read);
  corridor.changeThere('Lead', gone.id, { Rating: 'Cold' });
  const { dml, access } = corridor.org.org;
  dml.write(access.admin, [{ kind: 'delete', object: 'Lead', id: gone.id }]);
  corridor.changeThere('Lead', read.id, { Rating: 'Cold' });
  await corridor.own(
    `insert into sync.reread (object, sf_id, reason) values ('Lead', $1, 'test'), ('Lead', '00QVq00000zzzzzMAA', 'test')`,
    [read.id],
  );
  await corridor.inbound.reread();
  assert.deepEqual([await stateOf(gone.id), await stateOf(read.id)], ['live', 'out_of_scope']);
  await corridor.poll(['Lead']);
  assert.equal(await stateOf(gone.id), 'deleted');
});

test('[IN14] every record of the org is in or out, and never both, whatever is asked and whatever it lacks', async () => {
  corridor.there('Lead', [
    { LastName: 'A', Company: 'N', Rating: 'Hot', Title: '100%', NumberOfEmployees: '5' },
    { LastName: 'B', Company: 'N', Rating: null, Title: 'a_b', NumberOfEmployees: null },
    { LastName: 'C', Company: 'N', Rating: 'Cold', Title: `O'Neill \\ x`, NumberOfEmployees: '500' },
  ]);
  const lead = (await loadFieldMap(corridor.db)).objects.Lead;
  const all = await corridor.salesforce.count('Lead');
  const asked: readonly (readonly [Filter, number | null])[] = [
    [HOT, null],
    [one('Rating', 'is_not', 'Hot'), null],
    [one('Title', 'contains', '%'), 1],
    [one('Title', 'contains', '_'), 1],
    [one('Title', 'contains', `'neill \\`), 1],
    [one('Title', 'not_contains', '%'), all - 1],
    [one('NumberOfEmployees', 'at_least', '5'), null],
    [one('NumberOfEmployees', 'at_most', '5'), null],
    [one('Title', 'empty', null), null],
    [{ match: 'any', conditions: [...HOT.conditions, ...one('Title', 'contains', '_').conditions] }, null],
  ];
  for (const [filter, expected] of asked) {
    const [within, without] = await Promise.all([
      corridor.salesforce.count('Lead', filterSoql(lead, filter)),
      corridor.salesforce.count('Lead', outsideSoql(lead, filter)),
    ]);
    assert.equal(within + without, all, JSON.stringify(filter));
    if (expected !== null) assert.equal(within, expected, JSON.stringify(filter));
  }
});

test('[IN14] a filter whose field the sync user cannot read stops its object with a reason, and nobody else', async () => {
  await filterLeads(HOT);
  const contact = await corridor.contact({ LastName: 'Goes on' });
  corridor.switches({ hiddenFields: ['Lead.Rating'] });
  corridor.changeThere('Contact', contact.id, { Title: 'CFO' });
  await assert.rejects(corridor.poll(), { code: 'filter-field-gone' });
  assert.equal((await corridor.person<{ title: string }>(contact.person, 'title')).title, 'CFO');
  corridor.switches({ hiddenFields: [] });
  await corridor.inbound.poll(['Lead'], { deep: true });
});

test('[MAP9] a filter is tried first: the dry run says who leaves and who comes, the apply changes nobody at once, and the next pass does what was said', async () => {
  const [hot, cold] = await corridor.leads([
    { LastName: 'Warm', Rating: 'Hot' },
    { LastName: 'Cool', Rating: 'Cold' },
  ]);
  assert.ok(hot && cold);
  const all = await corridor.salesforce.count('Lead');
  await assert.rejects(
    mappings.edit([{ kind: 'filter', object: 'Lead', filter: one('Rating', 'at_least', '3') as never }], 'Ana'),
    { code: 'filter-wrong' },
  );
  const { draft } = await mappings.edit(
    [{ kind: 'filter', object: 'Lead', filter: one('Rating', 'is_not', 'Cold') as never }],
    'Ana',
  );
  await mappings.edit([{ kind: 'filter', object: 'Lead', filter: HOT as never }], 'Ana');
  const id = draft?.changeId ?? 0;
  const { dryRun, edits } = await mappings.dryRun(id);
  assert.equal(edits.length, 1, 'an object has one filter');
  const [effect] = dryRun?.filters ?? [];
  assert.ok(effect && effect.in > 0);
  const { leaving, ...counts } = effect;
  assert.deepEqual(counts, {
    object: 'Lead',
    in: effect.in,
    out: all - effect.in,
    comes: 0,
    leaves: all - effect.in,
    people: all - effect.in,
    coming: [],
    calls: 2,
    isSlow: true,
  });
  assert.ok(leaving.length > 0 && leaving.length <= 20);
  assert.equal(await stateOf(cold.id), 'live');
  assert.deepEqual((await mappings.exportMap()).filters, []);

  await mappings.apply(id, { backfill: false });
  const shown = (await mappings.filters()).filters.find(({ object }) => object === 'Lead');
  assert.deepEqual([shown?.filter, shown?.isDrafted, shown?.isScanning, shown?.isSlow], [HOT, false, true, true]);
  assert.equal(await stateOf(cold.id), 'live', 'nobody before the object is read');
  await corridor.poll(['Lead']);
  assert.deepEqual([await stateOf(hot.id), await stateOf(cold.id)], ['live', 'out_of_scope']);
  const [left] = await corridor.db.query<{ people: number }>(
    `select count(*)::int as people from sync.link where state = 'out_of_scope'`,
  );
  assert.equal(left?.people, effect.people);
  assert.deepEqual(await mappings.countFilter({ object: 'Lead', filter: null }), { in: all, out: 0, isSlow: false });

  const file = await mappings.exportMap();
  assert.deepEqual(file.filters, [{ object: 'Lead', filter: HOT }]);
  assert.deepEqual(await mappings.importMap(file, 'Ana'), { draft: null }, 'the file says what the map says');
  const back = await mappings.importMap({ ...file, filters: [] }, 'Ana');
  assert.deepEqual(back.draft?.edits, [{ kind: 'filter', object: 'Lead', filter: null }]);
  const undone = await mappings.dryRun(back.draft?.changeId ?? 0);
  const [comes] = undone.dryRun?.filters ?? [];
  assert.deepEqual(
    [comes?.comes, comes?.coming.length, comes?.people],
    [effect.leaves, Math.min(20, effect.leaves), 0],
  );
  assert.equal(
    await mappings.importMap({ ...file, filters: undefined }, 'Ana').then(({ draft: left_ }) => left_?.edits.length),
    1,
  );
  await mappings.apply(back.draft?.changeId ?? 0, { backfill: false });
});

/** Through draft, dry run and apply: the map has another version afterwards. */
const changeMap = async (...edits: readonly MapEdit[]): Promise<number> => {
  const { draft } = await mappings.edit(edits, 'Ana');
  const id = draft?.changeId ?? 0;
  await mappings.dryRun(id);
  await mappings.apply(id, { backfill: false });
  return (await loadFieldMap(corridor.db)).version;
};

test('[MAP10] a process dies between two versions of the map with a page in its hands: nothing of it is there, and the next reads it whole by the newer', async () => {
  const title = (direction: 'both' | 'none'): MapEdit => ({ kind: 'choose', object: 'Lead', name: 'Title', direction });
  const lead = await corridor.lead({ LastName: 'Page', Phone: '0', Title: 'CEO' });
  for (const [phone, dies] of [
    ['1', true],
    ['2', false],
  ] as const) {
    corridor.changeThere('Lead', lead.id, { Phone: phone, Title: `VP ${phone}` });
    const { version } = await loadFieldMap(corridor.db);
    let isOver = false;
    const reader = createInbound({
      db: corridor.db,
      salesforce: {
        ...corridor.salesforce,
        queryAll: async (queries) => {
          const answers = await corridor.salesforce.queryAll(queries);
          if (!isOver) assert.ok((await changeMap(title('none'))) > version);
          isOver = true;
          return answers;
        },
      },
      loadMap: () => loadFieldMap(corridor.db),
      // Its session ends amid the page's transaction, as with a process that is killed.
      holdReading: async (tx) => {
        if (dies) await tx.run('select pg_terminate_backend(pg_backend_pid())');
      },
      bounds: corridor.bounds,
      log: pino({ level: 'silent' }),
    });
    const pass = reader.poll(['Lead'], { deep: false });
    if (dies) {
      await assert.rejects(pass, /terminat/);
      assert.deepEqual(await corridor.person(lead.person, 'phone, title'), { phone: '0', title: 'CEO' });
      await corridor.poll(['Lead']);
    } else await pass;
    assert.deepEqual(
      await corridor.person(lead.person, 'phone, title'),
      { phone, title: 'CEO' },
      'asked by one version, applied by the other from start to end',
    );
    await changeMap(title('both'));
  }
});

test('[MAP10] a process dies with its request on its way, the map becomes another one, and the heir sends the batch under the new names', async () => {
  const region = (kind: 'break' | 'join'): MapEdit => ({ kind, lead: 'Region__c', contact: 'Region__c' });
  const [lead, contact] = await Promise.all([
    corridor.lead({ LastName: 'Lead of two' }),
    corridor.contact({ LastName: 'Contact of two' }),
  ]);
  const column = async (): Promise<string> =>
    (await loadFieldMap(corridor.db)).objects.Contact.fields.find(({ name }) => name === 'Region__c')?.column ?? '';
  const [was, ours] = [await column(), [lead.person, contact.person]];
  await corridor.edit(`update marketing.person set "${was}" = 'North' where id = any ($1)`, [ours]);
  let requests = 0;
  const dying = await corridor.another(
    {},
    {
      ...corridor.salesforce,
      updateRecords: () => {
        requests += 1;
        return Promise.reject(new Error('this process dies'));
      },
    },
  );
  await corridor.poll();
  await assert.rejects(dying.outbound.sendOnce(1, { includeUpdates: true }), /dies/);
  await assert.rejects(dying.outbound.sendOnce(1, { includeUpdates: true }), /dies/);
  assert.equal(requests, 2);
  await changeMap(region('break'));
  await dying.presence.leave();
  const is = await column();
  assert.notEqual(is, was);
  await corridor.main.outbound.takeOver();
  await corridor.sendAll();
  await corridor.poll();
  assert.deepEqual(
    await Promise.all(ours.map((person) => corridor.entry(person))),
    [undefined, undefined],
    'nothing waits under the old name',
  );
  assert.deepEqual(
    [corridor.record('Lead', lead.id)['Region__c'], corridor.record('Contact', contact.id)['Region__c']],
    ['North', 'North'],
  );
  assert.equal((await corridor.person<{ value: string }>(contact.person, `"${is}" as value`)).value, 'North');
  assert.equal(
    (await corridor.db.query('select from sync.conflict where person_id = any ($1)', [ours])).length,
    0,
    'and nobody is asked about it',
  );
  await changeMap(region('join'));
});

test('[RACE12] [MAP10] a field leaves the map while a batch with it is on its way: what was sent is settled, and nothing of it waits', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Unmapped meanwhile' });
  const choose = (direction: 'both' | 'none'): MapEdit => ({
    kind: 'choose',
    object: 'Lead',
    name: 'Title',
    direction,
  });
  let sent: unknown = null;
  const sender = await corridor.another(
    {},
    {
      ...corridor.salesforce,
      updateRecords: async (json, headers) => {
        if (sent === null) {
          await corridor.edit(`update marketing.person set title = 'second', phone = '2' where id = $1`, [person]);
          await changeMap(choose('none'));
          sent = JSON.parse(json);
        }
        return corridor.salesforce.updateRecords(json, headers);
      },
    },
  );
  await corridor.edit(`update marketing.person set title = 'first', phone = '1' where id = $1`, [person]);
  await sender.outbound.sendOnce(1, { includeUpdates: true });
  assert.deepEqual(
    [corridor.record('Lead', id)['Title'], Object.keys((await corridor.entry(person))?.edits ?? {})],
    ['first', ['phone']],
  );
  await corridor.sendAll();
  await corridor.poll();
  assert.deepEqual(
    [corridor.record('Lead', id)['Phone'], corridor.record('Lead', id)['Title'], await corridor.entry(person)],
    ['2', 'first', undefined],
  );
  assert.deepEqual(await corridor.db.query('select from sync.conflict where person_id = $1', [person]), []);
  await changeMap(choose('both'));
});
