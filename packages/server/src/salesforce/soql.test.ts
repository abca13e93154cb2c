import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allOf, isAtOrAfter, isEqual, isOneOf, select, selectCount, soqlDateTime, soqlName, soqlText } from './soql.ts';

test('[SEC9] a value that would break out stays a value', () => {
  assert.equal(soqlText(`' OR Name != '`), `'\\' OR Name != \\''`);
  assert.equal(soqlText(`\\'`), `'\\\\\\''`);
  assert.equal(soqlText('a\r\nb\t"c"'), `'a\\r\\nb\\t"c"'`);
});

test('[SEC9] a name that is none is refused', () => {
  for (const name of ['Name; DELETE', `Name' OR`, '', 'Name FROM Lead', '1Name', 'Account..Name', 'Näme']) {
    assert.throws(() => soqlName(name), TypeError, name);
  }
  assert.equal(soqlName('ns__Group__r.Name'), 'ns__Group__r.Name');
});

test('[IN2] a query is at or after a stamp, in the order asked for', () => {
  const query = select({
    fields: ['Id', 'Group__c'],
    from: 'Lead',
    where: allOf(isAtOrAfter('SystemModstamp', new Date('2026-11-24T03:00:00Z')), isEqual('IsDeleted', false)),
    orderBy: ['SystemModstamp', 'Id'],
    limit: 200,
  });
  assert.equal(
    query,
    'SELECT Id, Group__c FROM Lead WHERE (SystemModstamp >= 2026-11-24T03:00:00.000Z) AND (IsDeleted = false) ORDER BY SystemModstamp, Id LIMIT 200',
  );
  assert.equal(selectCount('Lead'), 'SELECT COUNT() FROM Lead');
});

test('a list of values is quoted, and no values match nothing', () => {
  assert.equal(isOneOf('Id', ['a', `b'`]), `Id IN ('a','b\\'')`);
  assert.equal(isOneOf('Id', []), 'Id = null AND Id != null');
});

test('[MAP17] a datetime must be UTC', () => {
  assert.equal(soqlDateTime('1700-01-01T00:00:00Z'), '1700-01-01T00:00:00Z');
  assert.throws(() => soqlDateTime('2026-11-24T03:00:00+01:00'), TypeError);
});
