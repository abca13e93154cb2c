import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UserCheck } from '@syncline/contract/setup-org';
import { groupChecks } from './check-groups.ts';

const check = (name: UserCheck['check'], given: Partial<UserCheck>): UserCheck => ({
  check: name,
  object: null,
  missing: [],
  state: 'passed',
  effect: 'advice',
  whoCanFix: 'salesforce-admin',
  isMendable: false,
  seen: null,
  there: null,
  ...given,
});
const admin = { username: 'admin@example.com', until: '2026-03-04T12:00:00.000Z' };

test('[SET1] what blocks the start comes first, and what cannot be told is not taken for passed', () => {
  const groups = groupChecks({
    admin: null,
    checks: [
      check('dedicated', { state: 'to_fix' }),
      check('marketing_user', { state: 'to_fix', effect: 'limits', isMendable: true }),
      check('needed_field', { state: 'to_fix', effect: 'blocks_start', object: 'Lead' }),
      check('sharing', { state: 'cannot_tell' }),
      check('user_active', {}),
    ],
  });
  assert.deepEqual(
    groups.toFix.map(({ effect }) => effect),
    ['blocks_start', 'limits', 'advice'],
  );
  assert.deepEqual([groups.unknown.length, groups.passed.length, groups.isMendable], [1, 1, true]);
});

test('an admin who may not read permissions is named; without one nobody is', () => {
  const checks = [check('dedicated', { state: 'cannot_tell' }), check('edit_tasks', { state: 'cannot_tell' })];
  assert.equal(groupChecks({ admin, checks }).mayNotRead, true);
  assert.equal(groupChecks({ admin: null, checks }).mayNotRead, false);
  const unknownRight = [check('dedicated', {}), check('edit_tasks', { state: 'cannot_tell' })];
  assert.equal(groupChecks({ admin, checks: unknownRight }).mayNotRead, false, 'the org does not know that right');
});
