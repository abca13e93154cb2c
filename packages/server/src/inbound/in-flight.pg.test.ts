/** MRG5 to MRG7, MRG10 and MRG11: rows that arrive while, or after, we send. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { at, Bench, LEAD, lead, type Row } from './testing/bench.ts';

let bench: Bench;
before(async () => {
  bench = await Bench.create();
});
after(() => bench.drop());
beforeEach(async () => {
  await bench.empty();
  await bench.apply('Lead', [lead({ Phone: 'A' })]);
});

const row = (seconds: number, phone: string | null, more: Row = {}): Row =>
  lead({ SystemModstamp: at(seconds), LastModifiedDate: at(seconds), Phone: phone, ...more });
const phone = async (): Promise<unknown> => (await bench.person(LEAD))['phone'];
const send = async (value: string): Promise<void> => {
  await bench.edit(LEAD, { phone: value });
  await bench.claim(LEAD, ['phone']);
};
const asked = () => bench.count('sync.reread', `sf_id = '${LEAD}'`);

test('[MRG5] our write coming home is no change, and its row in sync.sent ends', async () => {
  await send('B');
  await bench.answer(LEAD, 'success');
  assert.deepEqual((await bench.sent(LEAD))?.['acknowledged'], { phone: 'B' });
  const counts = await bench.apply('Lead', [row(5, 'B')]);
  assert.deepEqual([counts.updated, counts.skipped, await phone(), await bench.sent(LEAD)], [0, 1, 'B', null]);
  assert.deepEqual([await bench.conflicts(), await bench.edits(LEAD)], [[], []]);
});

test('[MRG5] [RACE3] an edit made after the answer meets B as base, not the value before it', async () => {
  await send('B');
  await bench.answer(LEAD, 'success');
  await bench.edit(LEAD, { phone: 'C' });
  await bench.apply('Lead', [row(5, 'B')]);
  assert.deepEqual([await phone(), await bench.edits(LEAD), await bench.conflicts()], ['C', ['phone'], []]);
});

test("[MRG6] [RACE3] the echo of B before B's answer decides nothing, with C edited meanwhile", async () => {
  await send('B');
  await bench.edit(LEAD, { phone: 'C' });
  await bench.apply('Lead', [row(5, 'B')]);
  assert.deepEqual(
    [await phone(), await bench.edits(LEAD), await bench.conflicts(), await asked()],
    ['C', ['phone'], [], 0],
  );
  await bench.answer(LEAD, 'success');
  await bench.apply('Lead', [row(5, 'B')]);
  assert.deepEqual(
    [await phone(), await bench.edits(LEAD), await bench.conflicts(), await bench.sent(LEAD)],
    ['C', ['phone'], [], null],
  );
});

test('[MRG6] a read begun before the answer decides nothing about what was sent, merges the rest, and the record is read again', async () => {
  await send('B');
  const beganAt = await bench.now();
  await bench.answer(LEAD, 'success');
  await bench.apply('Lead', [row(5, 'A', { Title: 'CEO' })], { beganAt });
  assert.deepEqual([await phone(), (await bench.person(LEAD))['title'], await asked()], ['B', 'CEO', 1]);
  assert.deepEqual((await bench.sent(LEAD))?.['acknowledged'], { phone: 'B' });
  await bench.apply('Lead', [row(6, 'B', { Title: 'CEO' })]);
  assert.deepEqual([await phone(), await bench.conflicts(), await bench.sent(LEAD)], ['B', [], null]);
});

test('[MRG6] a stale read that shows the value sent has seen our write', async () => {
  await send('B');
  const beganAt = await bench.now();
  await bench.answer(LEAD, 'success');
  await bench.apply('Lead', [row(5, 'B')], { beganAt });
  assert.deepEqual([await bench.sent(LEAD), await asked()], [null, 0]);
});

for (const policy of ['marketing', 'salesforce'] as const) {
  for (const shown of ['A', 'B', 'C']) {
    test(`[MRG6] [RACE3] a slow read that shows ${shown}, from before two later sends of ours, is nobody's edit (${policy})`, async () => {
      const map = withPolicy('Phone', policy);
      await send('B');
      const beganAt = await bench.now();
      await bench.answer(LEAD, 'success');
      for (const value of ['C', 'D']) {
        await send(value);
        await bench.answer(LEAD, 'success');
      }
      await bench.apply('Lead', [row(5, shown)], { map, beganAt });
      assert.deepEqual([await phone(), (await bench.sent(LEAD))?.['seen'], await asked()], ['D', {}, 1]);
      await bench.apply('Lead', [row(6, 'D')], { map });
      assert.deepEqual(
        [await phone(), await bench.edits(LEAD), await bench.conflicts(), await bench.sent(LEAD)],
        ['D', [], [], null],
      );
    });

    test(`[MRG6] [RACE3] nor is it while another send of ours is in flight (${shown}, ${policy})`, async () => {
      const map = withPolicy('Phone', policy);
      await send('B');
      const beganAt = await bench.now();
      await bench.answer(LEAD, 'success');
      await send('C');
      await bench.answer(LEAD, 'success');
      await send('D');
      await bench.apply('Lead', [row(5, shown)], { map, beganAt });
      await bench.answer(LEAD, 'success');
      await bench.apply('Lead', [row(6, 'D')], { map });
      assert.deepEqual(
        [await phone(), await bench.edits(LEAD), await bench.conflicts(), await bench.sent(LEAD)],
        ['D', [], [], null],
      );
    });
  }
}

test('[MRG7] a lost send that landed is our own late write: no conflict, and a newer value of ours is sent again', async () => {
  await send('B');
  await bench.answer(LEAD, 'lost');
  await bench.edit(LEAD, { phone: 'C' });
  await bench.apply('Lead', [row(5, 'B')]);
  assert.deepEqual(
    [await phone(), await bench.edits(LEAD), await bench.conflicts(), await bench.sent(LEAD)],
    ['C', ['phone'], [], null],
  );
});

test('[MRG7] a lost send that landed and is still what we want needs no second send', async () => {
  await send('B');
  await bench.answer(LEAD, 'lost');
  await bench.apply('Lead', [row(5, 'B')]);
  assert.deepEqual(
    [await phone(), await bench.edits(LEAD), await bench.conflicts(), await bench.count('sync.outbox')],
    ['B', [], [], 0],
  );
});

test('[MRG7] [RACE9] a lost send that lands after a newer one was settled is not taken as theirs: the newer one is sent again', async () => {
  await send('B');
  await bench.answer(LEAD, 'lost');
  await bench.edit(LEAD, { phone: 'C' });
  await bench.claim(LEAD, ['phone']);
  await bench.answer(LEAD, 'success');
  await bench.apply('Lead', [row(5, 'C')]);
  assert.deepEqual([await bench.edits(LEAD), (await bench.sent(LEAD))?.['unanswered']], [[], { phone: 'B' }]);
  await bench.apply('Lead', [row(6, 'B')]);
  assert.deepEqual(
    [await phone(), await bench.edits(LEAD), await bench.conflicts(), await bench.sent(LEAD)],
    ['C', ['phone'], [], null],
  );
});

test("[MRG7] after lateLanding the same value is somebody else's", async () => {
  await send('B');
  await bench.answer(LEAD, 'lost');
  await bench.edit(LEAD, { phone: 'C' });
  await bench.db.run(`update sync.sent set late_until = clock_timestamp() - interval '1 second'`);
  await bench.apply('Lead', [row(5, 'B')]);
  assert.deepEqual([await phone(), (await bench.conflicts()).length], ['C', 1]);
});

test('[MRG1] an edit that was undone is sent all the same while an earlier value is unanswered', async () => {
  await send('B');
  await bench.answer(LEAD, 'lost');
  await bench.edit(LEAD, { phone: 'A' });
  await bench.apply('Lead', [row(5, 'A')]);
  assert.deepEqual([await phone(), await bench.edits(LEAD)], ['A', ['phone']]);
});

test('[MRG10] a conflict found in flight is decided after the answer: marketing wins, and the send stands', async () => {
  await send('B');
  await bench.apply('Lead', [row(5, 'T', { Title: 'CEO' })]);
  assert.deepEqual(
    [await phone(), (await bench.person(LEAD))['title'], await bench.conflicts(), await asked()],
    ['B', 'CEO', [], 1],
  );
  assert.deepEqual((await bench.sent(LEAD))?.['seen'], { phone: 'T' });
  await bench.answer(LEAD, 'success');
  await bench.apply('Lead', [row(6, 'B', { Title: 'CEO' })]);
  assert.deepEqual([await phone(), await bench.edits(LEAD), await bench.sent(LEAD)], ['B', [], null]);
  assert.deepEqual(await bench.conflicts(), [
    { field: 'phone', base: 'A', theirs: 'T', ours: 'B', policy: 'marketing', winner: 'marketing' },
  ]);
});

test('[MRG10] where theirs wins and our send had overwritten it, theirs is here and is sent back', async () => {
  const map = withPolicy('Phone', 'salesforce');
  await send('B');
  await bench.apply('Lead', [row(5, 'T')], { map });
  await bench.answer(LEAD, 'success');
  await bench.apply('Lead', [row(6, 'B')], { map });
  assert.deepEqual([await phone(), await bench.edits(LEAD), await bench.sent(LEAD)], ['T', ['phone'], null]);
  assert.deepEqual(await bench.conflicts(), [
    { field: 'phone', base: 'A', theirs: 'T', ours: 'B', policy: 'salesforce', winner: 'salesforce' },
  ]);
  assert.ok((await bench.journal()).some((line) => line.cause === 'conflict' && line.fields?.['phone']?.[1] === 'T'));
});

test('[MRG10] a conflict found in flight of a send that failed is an ordinary one, against the base of the claim', async () => {
  await send('B');
  await bench.apply('Lead', [row(5, 'T')]);
  await bench.answer(LEAD, 'failure');
  await bench.apply('Lead', [row(5, 'T')]);
  assert.deepEqual([await phone(), await bench.edits(LEAD), await bench.sent(LEAD)], ['B', ['phone'], null]);
  assert.deepEqual(await bench.conflicts(), [
    { field: 'phone', base: 'A', theirs: 'T', ours: 'B', policy: 'marketing', winner: 'marketing' },
  ]);
});

test('[MRG10] theirs written after our send landed is simply theirs', async () => {
  await send('B');
  await bench.apply('Lead', [row(5, 'T')]);
  await bench.answer(LEAD, 'success');
  await bench.apply('Lead', [row(5, 'T')]);
  assert.deepEqual(
    [await phone(), await bench.edits(LEAD), await bench.conflicts(), await bench.sent(LEAD)],
    ['T', [], [], null],
  );
});

test('[MRG10] so it is where our answer was lost and our send had overwritten theirs', async () => {
  const map = withPolicy('Phone', 'salesforce');
  await send('B');
  await bench.apply('Lead', [row(5, 'T')], { map });
  await bench.answer(LEAD, 'lost');
  await bench.apply('Lead', [row(6, 'B')], { map });
  assert.deepEqual([await phone(), await bench.edits(LEAD), await bench.sent(LEAD)], ['T', ['phone'], null]);
  assert.equal((await bench.conflicts())[0]?.winner, 'salesforce');
});

test('[MRG6] a read begun before our answer was given up decides nothing about the value sent', async () => {
  await send('B');
  const beganAt = await bench.now();
  await bench.answer(LEAD, 'lost');
  await bench.apply('Lead', [row(5, 'T')], { beganAt });
  assert.deepEqual(
    [await phone(), await bench.conflicts(), await asked(), (await bench.sent(LEAD))?.['seen']],
    ['B', [], 1, { phone: 'T' }],
  );
});

test('[MRG11] what Salesforce made of our value is theirs, taken once, and sent by nobody', async () => {
  await send(' B ');
  await bench.answer(LEAD, 'success');
  await bench.apply('Lead', [row(5, 'B')]);
  await bench.apply('Lead', [row(5, 'B')]);
  assert.deepEqual(
    [await phone(), await bench.edits(LEAD), await bench.conflicts(), await bench.sent(LEAD)],
    ['B', [], [], null],
  );
  assert.deepEqual(
    (await bench.journal()).filter((line) => line.fields),
    [{ cause: 'salesforce', fields: { phone: [' B ', 'B'] } }],
  );
});

const withPolicy = (name: string, policy: 'salesforce' | 'marketing') => ({
  ...bench.map,
  objects: {
    ...bench.map.objects,
    Lead: {
      ...bench.map.objects.Lead,
      fields: bench.map.objects.Lead.fields.map((field) => (field.name === name ? { ...field, policy } : field)),
    },
  },
});
