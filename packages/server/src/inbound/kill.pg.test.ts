/** RACE7: cut off after each statement in turn; what stands then, and what the next try makes of it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { at, Bench, CONTACT, contact, idOf, LEAD, lead, type Row } from './testing/bench.ts';

let bench: Bench;
before(async () => {
  bench = await Bench.create();
});
after(() => bench.drop());

/** Everything that a page may change, without what time or sequences alone decide. */
const state = async (): Promise<unknown> =>
  bench.db.query(`select
    (select jsonb_agg(to_jsonb(m) - '_began_at' order by m."Id") from salesforce."Lead" m) as leads,
    (select jsonb_agg(to_jsonb(m) - '_began_at' order by m."Id") from salesforce."Contact" m) as contacts,
    (select jsonb_agg(to_jsonb(p) - array['id', 'external_id', 'created_at'] order by p.salesforce_id) from marketing.person p) as people,
    (select jsonb_agg(jsonb_build_array(l.sf_id, l.object, l.state) order by l.sf_id) from sync.link l) as links,
    (select jsonb_agg(jsonb_build_array(j.object, j.sf_id, j.cause, j.fields) order by j.sf_id, j.cause, j.fields) from sync.journal j) as journal,
    (select jsonb_agg(to_jsonb(c) - array['conflict_id', 'at', 'person_id', 'ours_at'] order by c.sf_id, c.field) from sync.conflict c) as conflicts,
    (select jsonb_agg((select jsonb_agg(k order by k) from jsonb_object_keys(o.edits) k)) from sync.outbox o) as entries,
    (select jsonb_agg(jsonb_build_array(x.acknowledged, x.in_flight, x.unanswered, x.seen)) from sync.sent x) as sent,
    (select jsonb_agg(jsonb_build_array(r.sf_id, r.reason) order by r.sf_id) from sync.reread r) as asks,
    (select jsonb_agg(jsonb_build_array(c.object, c.at) order by c.object) from sync.cursor c) as cursors,
    (select count(*) from sync.run) as runs`);

const [GONE, CONVERTED, BACK, CLASH, SENT] = [2, 3, 4, 5, 6].map((number) => idOf('Lead', number)) as [
  string,
  string,
  string,
  string,
  string,
];

/** Somebody in every state that a page can meet. */
const prepare = async (): Promise<void> => {
  await bench.empty();
  await bench.apply(
    'Lead',
    [LEAD, GONE, CONVERTED, BACK, CLASH, SENT].map((Id) => lead({ Id })),
  );
  await bench.apply('Lead', [lead({ Id: BACK, SystemModstamp: at(2), IsDeleted: true })]);
  await bench.edit(GONE, { title: 'never sent' });
  await bench.edit(CLASH, { phone: 'mine', title: 'CEO', description: 'same' });
  await bench.edit(SENT, { phone: 'B' });
  await bench.claim(SENT, ['phone']);
  await bench.answer(SENT, 'lost');
  await bench.edit(SENT, { phone: 'C' });
};
const page: readonly Row[] = [
  lead({ SystemModstamp: at(10), Phone: '2', Title: 'x' }),
  lead({ Id: GONE, SystemModstamp: at(11), IsDeleted: true, Phone: 'last' }),
  lead({ Id: CONVERTED, SystemModstamp: at(12), IsConverted: true, ConvertedContactId: CONTACT }),
  lead({ Id: BACK, SystemModstamp: at(13), Title: 'back' }),
  lead({ Id: CLASH, SystemModstamp: at(14), Phone: 'theirs', Description: 'same' }),
  lead({ Id: SENT, SystemModstamp: at(15), Phone: 'B' }),
  lead({ Id: idOf('Lead', 7), SystemModstamp: at(16) }),
];
const contacts: readonly Row[] = [contact({ SystemModstamp: at(12), Phone: 'contact' })];

test('[RACE7] [IN1] cut off after any statement, nothing of the page is there, and the next try equals an unbroken run', async () => {
  await prepare();
  const names: string[] = [];
  await bench.apply('Lead', page, { onStatement: (name) => names.push(name) });
  await bench.apply('Contact', contacts);
  const unbroken = await state();
  assert.ok(names.length > 25, `the page meets most statements: ${names.join(' ')}`);

  await prepare();
  const before = await state();
  for (const [index, name] of names.entries()) {
    let seen = 0;
    const cutOff = bench.apply('Lead', page, {
      onStatement: () => {
        if (seen === index) throw new Error(`cut off after ${name}`);
        seen += 1;
      },
    });
    await assert.rejects(cutOff, /cut off/);
    assert.deepEqual(await state(), before, `nothing is there after ${name}`);
  }
  await bench.apply('Lead', page);
  await bench.apply('Contact', contacts);
  assert.deepEqual(await state(), unbroken);
});
