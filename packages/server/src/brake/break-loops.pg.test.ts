/** What is a loop, and what only looks like one: lines of the journal as they might stand there, an hour and six turns. */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { Bench, lead } from '../inbound/testing/bench.ts';
import { breakLoops } from './break-loops.ts';

const BOUNDS = { loopTurns: 6, loopWindowMs: 3_600_000 };
let bench: Bench;
before(async () => {
  bench = await Bench.create();
});
after(() => bench?.drop());
afterEach(() => bench.empty());

interface Line {
  readonly by: 'sent' | 'salesforce' | 'conflict';
  readonly values: Readonly<Record<string, string>>;
  readonly minutesAgo?: number;
}

/** Of the one lead. */
const write = async (lines: readonly Line[]): Promise<void> => {
  for (const { by, values, minutesAgo = 0 } of lines)
    await bench.db.run(
      `insert into sync.journal (at, object, row_id, sf_id, cause, fields)
       select clock_timestamp() - $3 * interval '1 minute', 'Lead', id, salesforce_id, $1,
              (select jsonb_object_agg(key, jsonb_build_array(null, value)) from jsonb_each($2::jsonb))
         from marketing.person`,
      [by, JSON.stringify(values), minutesAgo],
    );
};
/** Both sides in turn, ours first. */
const inTurn = (many: number, line: (at: number) => Partial<Line>): readonly Line[] =>
  Array.from({ length: many }, (_, at) => ({
    by: at % 2 === 0 ? ('sent' as const) : ('salesforce' as const),
    values: { phone: at % 2 === 0 ? 'ours' : 'theirs' },
    ...line(at),
  }));
const held = (): Promise<number> => breakLoops(bench.db, BOUNDS);

test('[SAFE8] the sixth turn makes a loop, and no turn before it', async () => {
  await bench.apply('Lead', [lead()]);
  await write(inTurn(6, () => ({})));
  await write([{ by: 'salesforce', values: { title: 'another field' } }]);
  assert.equal(await held(), 0, 'five turns');
  await write([{ by: 'sent', values: { phone: 'ours' } }]);
  assert.equal(await held(), 1);
  assert.equal(await held(), 0, 'held once');
  assert.deepEqual(await bench.db.query('select field, theirs, ours, policy from sync.conflict'), [
    { field: 'phone', theirs: 'theirs', ours: 'ours', policy: 'loop' },
  ]);
});

test('[SAFE8] one side that changes its mind, or both that say the same, are no loop', async () => {
  await bench.apply('Lead', [lead()]);
  await write(Array.from({ length: 9 }, (_, at) => ({ by: 'sent' as const, values: { phone: `mind ${at}` } })));
  assert.equal(await held(), 0);
  await write(inTurn(9, () => ({ values: { phone: 'the same' } })));
  assert.equal(await held(), 0);
});

test('[SAFE8] each field is counted alone: the turn from one to another is none', async () => {
  await bench.apply('Lead', [lead()]);
  await write(inTurn(4, () => ({})));
  await write(inTurn(6, (at) => ({ values: { title: `turn ${at}` } })));
  assert.equal(await held(), 0);
});

test('[SAFE8] what is older than the window counts no more', async () => {
  await bench.apply('Lead', [lead()]);
  await write(inTurn(4, () => ({ minutesAgo: 61 })));
  await write(inTurn(6, () => ({ minutesAgo: 59 })));
  assert.equal(await held(), 0);
});

test('[SAFE8] somebody decided it: counting begins anew', async () => {
  await bench.apply('Lead', [lead()]);
  await write(inTurn(7, () => ({})));
  assert.equal(await held(), 1);
  await bench.db.run(`update sync.conflict set winner = 'marketing', decided_at = clock_timestamp()`);
  await write(inTurn(6, () => ({})));
  assert.equal(await held(), 0, 'five turns since');
  await write([{ by: 'sent', values: { phone: 'ours' } }]);
  assert.equal(await held(), 1);
});
