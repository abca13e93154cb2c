import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PersonLink } from '@syncline/contract/people';
import { type Lane, lanesOf } from './lanes.ts';

const link = (salesforceId: string, endedIn: string | null, more: Partial<PersonLink> = {}): PersonLink => ({
  salesforceId,
  object: 'Lead',
  state: endedIn === null ? 'live' : 'merged',
  from: `2026-01-0${salesforceId.length}T00:00:00Z`,
  to: null,
  endedIn,
  ...more,
});
const drawn = (lanes: readonly Lane[]): unknown =>
  lanes.map(({ link: { salesforceId }, from }) => [salesforceId, drawn(from)]);

test('what ended runs into what it ended in, however many steps; the record of now is first', () => {
  const lanes = lanesOf([
    link('a', null, { state: 'deleted' }),
    link('bb', 'ccc'),
    link('ccc', 'dddd', { state: 'converted' }),
    link('eeeee', 'dddd'),
    link('dddd', null),
  ]);
  assert.deepEqual(drawn(lanes), [
    [
      'dddd',
      [
        ['ccc', [['bb', []]]],
        ['eeeee', []],
      ],
    ],
    ['a', []],
  ]);
});

test('an id whose heir is nobody’s here, or that names itself, is not lost', () => {
  assert.deepEqual(drawn(lanesOf([link('a', 'elsewhere'), link('bb', 'ccc'), link('ccc', 'bb')])), [
    ['a', []],
    ['bb', []],
    ['ccc', []],
  ]);
});
