import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smallMap } from '../people/testing/small-map.ts';
import { loadQuery, pollQuery, rereadQuery } from './queries.ts';

const lead = smallMap({}).objects.Lead;

test('[IN2] a poll asks at or after its start, in the order of stamp and id', () => {
  assert.equal(
    pollQuery(lead, ['Id', 'SystemModstamp', 'Email'], '2026-11-24T12:00:00Z'),
    'SELECT Id, SystemModstamp, Email FROM Lead WHERE SystemModstamp >= 2026-11-24T12:00:00Z ORDER BY SystemModstamp, Id',
  );
});

test('[SEC9] names and ids that would break out of a query are refused or quoted', () => {
  assert.throws(() => loadQuery(lead, ['Id FROM User --']), TypeError);
  assert.match(rereadQuery(lead, ['Id'], [`x' OR Name != '`]), /Id IN \('x\\' OR Name != \\''\)/);
});
