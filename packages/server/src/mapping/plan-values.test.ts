import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differingLists, offeredValues } from './plan-values.ts';

const list = (...picklist: string[]) => ({ picklist });
const free = { picklist: null };

test('[MAP7] a joined picklist offers what leads and contacts have in common, in the order of the lead', () => {
  assert.deepEqual(offeredValues([list('West', 'North', 'East'), list('North', 'South', 'West')]), ['West', 'North']);
  assert.deepEqual(offeredValues([list('West'), list('South')]), []);
  assert.deepEqual(offeredValues([list('West', 'North')]), ['West', 'North']);
});

test('[MAP7] a list beside a free text holds for both; without a list anything goes', () => {
  assert.deepEqual(offeredValues([free, list('West')]), ['West']);
  assert.deepEqual(offeredValues([list('West'), {}]), ['West']);
  assert.equal(offeredValues([free, {}]), null);
  assert.equal(offeredValues([]), null);
});

test('[MAP7] lists differ by their values, to the letter, and not by their order', () => {
  assert.deepEqual(differingLists(list('West', 'North'), list('North', 'north')), {
    common: ['North'],
    onlyLead: ['West'],
    onlyContact: ['north'],
  });
  assert.equal(differingLists(list('West', 'North'), list('North', 'West')), null);
  assert.deepEqual(differingLists(list(), list('North')), { common: [], onlyLead: [], onlyContact: ['North'] });
  for (const other of [free, undefined]) {
    assert.equal(differingLists(list('West'), other), null);
    assert.equal(differingLists(other, list('West')), null);
  }
});
