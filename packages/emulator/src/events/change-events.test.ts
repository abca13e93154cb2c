import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Schema } from '../schema/schema.ts';
import { standardObjects } from '../schema/standard/standard.ts';
import type { StoredRow } from '../store/store.ts';
import { type ChangeRules, changeEvents } from './change-events.ts';
import type { RowChange } from './events.ts';
import { shapeOf } from './shape.ts';

const schema = new Schema();
for (const describe of standardObjects) schema.define(describe);
const lead = shapeOf(schema.object('Lead') ?? assert.fail());
const commit = { transactionKey: 'key', commitNumber: 7, commitTimestamp: 1000 };
const rules: ChangeRules = {
  shape: (object) => (object === 'Lead' ? lead : undefined),
  gap: () => false,
  changesMax: 100,
};

const stamps = (second: number): StoredRow => ({ LastModifiedDate: `2026-11-24T03:00:0${second}.000Z` });
function update(id: string, before: StoredRow, after: StoredRow, more: Partial<RowChange> = {}): RowChange {
  const type = 'UPDATE' as const;
  return {
    object: 'Lead',
    type,
    id,
    before: { ...stamps(0), ...before },
    after: { ...stamps(1), ...after },
    userId: 'u',
    ...more,
  };
}
const create = (id: string, after: StoredRow): RowChange => ({
  object: 'Lead',
  type: 'CREATE',
  id,
  after,
  userId: 'u',
});
const remove = (id: string): RowChange => ({ object: 'Lead', type: 'DELETE', id, userId: 'u' });

test('an update tells what moved and its stamp; what became null is nulled and has no value', () => {
  const [event] = changeEvents([update('a', { Phone: '1', City: 'x' }, { Phone: '2', City: null })], commit, rules);
  assert.deepEqual(event?.header.changedFields, ['Address.City', 'Phone', 'LastModifiedDate']);
  assert.deepEqual(event.header.nulledFields, ['Address.City']);
  assert.deepEqual(event.values, { Phone: '2', LastModifiedDate: '2026-11-24T03:00:01.000Z' });
});

test('an update that changes nothing tells its stamp alone; the update of a conversion may leave it out', () => {
  const [event] = changeEvents([update('a', { Phone: '1' }, { Phone: '1' })], commit, rules);
  assert.deepEqual(event?.header.changedFields, ['LastModifiedDate']);
  const conversion = update('a', { IsConverted: 'false' }, { IsConverted: 'true' }, { untold: ['LastModifiedDate'] });
  assert.deepEqual(changeEvents([conversion], commit, rules)[0]?.header.changedFields, ['IsConverted']);
  const nothingTold = update('a', {}, {}, { untold: ['LastModifiedDate'] });
  assert.deepEqual(changeEvents([nothingTold], commit, rules), []);
});

test('changes alike of several rows are one event; those of different users, or values, are not', () => {
  const alike = ['a', 'b', 'c'].map((id) => update(id, { City: id }, { City: 'Kyoto' }));
  const other = update('d', { City: 'x' }, { City: 'Kyoto' }, { userId: 'somebody else' });
  const told = changeEvents([...alike, other, remove('e'), remove('f')], commit, rules).map(({ header }) => header);
  assert.deepEqual(
    told.map(({ changeType, recordIds }) => [changeType, recordIds]),
    [
      ['UPDATE', ['a', 'b', 'c']],
      ['UPDATE', ['d']],
      ['DELETE', ['e', 'f']],
    ],
  );
  assert.deepEqual(
    told.map(({ sequenceNumber }) => sequenceNumber),
    [1, 2, 3],
  );
});

test('a change is never told before an earlier one of the same record', () => {
  const told = changeEvents(
    [
      update('a', { City: 'x' }, { City: 'Kyoto' }),
      update('b', { City: 'Kyoto' }, { City: 'Osaka' }),
      update('b', { City: 'Osaka' }, { City: 'Kyoto' }),
      update('a', { City: 'Kyoto' }, { City: 'Kyoto', Phone: '1' }),
    ],
    commit,
    rules,
  );
  assert.deepEqual(
    told.map(({ header, values }) => [header.recordIds, values['Address']]),
    [
      [['a'], { City: 'Kyoto' }],
      [['b'], { City: 'Osaka' }],
      [['b'], { City: 'Kyoto' }],
      [['a'], undefined],
    ],
  );
});

test('two records made alike have an event each', () => {
  assert.equal(changeEvents([create('a', { LastName: 'x' }), create('b', { LastName: 'x' })], commit, rules).length, 2);
});

test('objects nobody captures take a sequence number and say nothing', () => {
  const contact: RowChange = { object: 'Contact', type: 'CREATE', id: 'c', after: {}, userId: 'u' };
  const told = changeEvents([contact, create('a', { LastName: 'x' })], commit, rules);
  assert.deepEqual(
    told.map(({ header }) => header.sequenceNumber),
    [2],
  );
});

test('beyond the bound of a transaction the rest is one overflow an object; a field of an update counts as a change', () => {
  const few = { ...rules, changesMax: 3 };
  const moved = update('a', { Phone: '1', City: 'x' }, { Phone: '2', City: 'y' });
  const told = changeEvents([moved, remove('b'), remove('c')], commit, few);
  assert.deepEqual(
    told.map(({ header }) => [header.changeType, header.recordIds]),
    [
      ['UPDATE', ['a']],
      ['GAP_OVERFLOW', ['000000000000000AAA']],
    ],
  );
});

test('an event of more than a megabyte is a gap: its record and no values', () => {
  const [event] = changeEvents([create('a', { LastName: 'x', Description: 'y'.repeat(1_000_001) })], commit, rules);
  assert.equal(event?.header.changeType, 'GAP_CREATE');
  assert.deepEqual([event.values, event.header.recordIds], [{}, ['a']]);
});
