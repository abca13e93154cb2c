import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smallMap } from '../people/testing/small-map.ts';
import { fieldMapsOf } from './field-maps.ts';
import { sharesOf } from './filled-shares.ts';
import { originOf } from './host.ts';
import { estimateCalls, estimateDuration } from './start-preview.ts';

test('what somebody types as an address becomes an origin', () => {
  const origin = (typed: string | undefined): string => originOf(typed, 'client_credentials', false);
  assert.equal(origin('acme.my.salesforce.com'), 'https://acme.my.salesforce.com');
  assert.equal(origin(' https://Acme.my.salesforce.com/lightning/page/home?x=1 '), 'https://acme.my.salesforce.com');
  assert.equal(
    origin('https://acme--dev.sandbox.lightning.force.com/lightning'),
    'https://acme--dev.sandbox.my.salesforce.com',
  );
  assert.equal(origin('http://127.0.0.1:4010'), 'http://127.0.0.1:4010');
  assert.equal(originOf('', 'password', false), 'https://login.salesforce.com');
  assert.equal(originOf(undefined, 'password', true), 'https://test.salesforce.com');
  for (const bad of [
    '',
    'a b',
    'ftp://acme.my.salesforce.com',
    'javascript://acme',
    'https://user:pass@acme.my.salesforce.com',
  ]) {
    assert.throws(() => origin(bad), { code: 'host-not-allowed' }, bad);
  }
});

test('an estimate grows with the records, and its range holds both ends', () => {
  const counts = [
    { object: 'Lead', records: 25_000 },
    { object: 'Contact', records: 0 },
  ] as const;
  assert.equal(estimateCalls(counts, 10_000), 8 + 3 + 8 + 1);
  const range = estimateDuration(counts);
  assert.ok(range.low < range.high && range.low > 0);
  assert.deepEqual(estimateDuration([]), { low: 0, high: 0 });
});

test('the share of filled values is of the sample, and an empty sample says nothing', () => {
  const fields = [
    { object: 'Lead', name: 'Fax' },
    { object: 'Lead', name: 'Email' },
  ];
  assert.deepEqual(
    [
      ...sharesOf(fields, [
        { Fax: null, Email: 'a' },
        { Fax: '1', Email: 'b' },
      ]),
    ],
    [
      ['Lead.Fax', 0.5],
      ['Lead.Email', 1],
    ],
  );
  assert.equal(sharesOf(fields, []).size, 0);
});

test('lead and contact meet in one row of the map, each with its own winner', () => {
  const { maps } = fieldMapsOf(smallMap());
  const row = (column: string) => maps.find(({ ourColumn }) => ourColumn === column);
  assert.deepEqual(row('email')?.names, { Lead: 'Email', Contact: 'Email' });
  assert.deepEqual(row('email')?.policies, { Lead: 'marketing', Contact: 'salesforce' });
  assert.equal(row('email')?.direction, 'both');
  assert.deepEqual(row('has_opted_out_of_email')?.policies, { Lead: 'opt_out', Contact: 'opt_out' });
  assert.deepEqual(row('account_id')?.policies, { Contact: 'read_only' });
});

test('[MAP8] fields of one name and of two types stay two, and the map says so; a pair that somebody broke is no surprise', () => {
  const custom = { isCustom: true };
  const { apart } = fieldMapsOf(
    smallMap({
      Lead: [
        ['Size__c', 'double', 'size', custom],
        ['Broken__c', 'string', 'broken', custom],
      ],
      Contact: [
        ['Size__c', 'string', 'size_2', custom],
        ['Broken__c', 'string', 'broken_2', custom],
      ],
    }),
  );
  assert.deepEqual(apart, [{ name: 'Size__c', leadType: 'double', contactType: 'string' }]);
});

test('[MAP7] a pair whose lists differ says how, and no other row does', () => {
  const list = (...picklist: string[]) => ({ isCustom: true, picklist });
  const { maps } = fieldMapsOf(
    smallMap({
      Lead: [
        ['Region__c', 'picklist', 'region', list('West', 'North', 'Moon')],
        ['Tier__c', 'picklist', 'tier', list('A', 'B')],
        ['Lone__c', 'picklist', 'lone', list('A')],
      ],
      Contact: [
        ['Region__c', 'picklist', 'region', list('North', 'West', 'South')],
        ['Tier__c', 'picklist', 'tier', list('B', 'A')],
      ],
    }),
  );
  assert.deepEqual(
    maps.flatMap(({ ourColumn, lists }) => (lists === null ? [] : [[ourColumn, lists]])),
    [['region', { common: ['West', 'North'], onlyLead: ['Moon'], onlyContact: ['South'] }]],
  );
});
