import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROBLEMS } from '@syncline/contract/problems';
import { meaningOfLogin, meaningOfRequest, meaningOfToken } from './error-words.ts';
import { judgeHost } from './hosts.ts';
import { boxMismatch } from './identity.ts';
import { idText18 } from './ids.ts';
import { momentBefore, withoutNuls } from './queries.ts';
import { faultsOf } from './session.ts';
import { textOfXml, xmlText } from './xml.ts';

test('[OUT28] a word that nobody knows is kept, and 5xx without a word is the org being busy', () => {
  assert.deepEqual(meaningOfRequest('SOME_NEW_WORD', 400), { code: 'salesforce-refused', disposition: 'retry' });
  assert.equal(meaningOfRequest('', 503).code, 'salesforce-busy');
  assert.equal(meaningOfRequest('REQUEST_LIMIT_EXCEEDED', 403).code, 'limit-reached');
  for (const word of ['API_DISABLED_FOR_ORG', 'API_CURRENTLY_DISABLED', 'ORG_LOCKED'])
    assert.equal(meaningOfRequest(word, 403).disposition, 'pause');
});

test('[SET12] an unknown refusal of a login waits for a person', () => {
  assert.equal(meaningOfLogin('SOME_NEW_WORD', 500).disposition, 'pause');
  assert.equal(meaningOfLogin('', 503).disposition, 'retry');
  assert.equal(meaningOfLogin('constructor', 500).code, 'salesforce-refused');
  assert.equal(meaningOfToken('some_new_word', 400).code, 'salesforce-refused');
  for (const meaning of [meaningOfLogin('PASSWORD_LOCKOUT', 500), meaningOfToken('inactive_user', 400)])
    assert.ok(meaning.code in PROBLEMS);
});

test('[SET10] a box that does not fit the org is named with the host that does', () => {
  const mismatch = (host: string, isSandboxChosen: boolean, isSandbox: boolean) =>
    boxMismatch(judgeHost(host, ['http://127.0.0.1:4010']), { isSandbox: isSandboxChosen }, isSandbox);
  const host = 'https://acme.my.salesforce.com';
  assert.equal(mismatch(host, false, true), 'sandbox-mismatch');
  assert.equal(mismatch(host, true, false), 'production-mismatch');
  assert.match(PROBLEMS['sandbox-mismatch'].advice, /test\.salesforce\.com/);
  assert.match(PROBLEMS['production-mismatch'].advice, /login\.salesforce\.com/);
  assert.equal(mismatch(host, true, true) ?? mismatch(host, false, false), null);
  assert.equal(mismatch('http://127.0.0.1:4010', false, true), null, 'the operator named it');
});

test('[ID2] ids of 15 characters become 18, those of 18 stay', () => {
  assert.equal(idText18('001D000000K0fXO'), '001D000000K0fXOIAZ');
  assert.equal(idText18('001D000000K0fXOIAZ'), '001D000000K0fXOIAZ');
  assert.notEqual(idText18('001d000000k0fxo'), idText18('001D000000K0fXO'));
});

test('[MAP18] an escaped NUL goes and is counted; an escaped backslash before u0000 is text', () => {
  assert.deepEqual(withoutNuls(String.raw`{"a":"x\u0000y\\u0000z\\\u0000"}`), {
    body: String.raw`{"a":"xy\\u0000z\\"}`,
    removed: 2,
  });
  assert.deepEqual(withoutNuls('{"a":1}'), { body: '{"a":1}', removed: 0 });
});

test('faults of single answers and of collections are read alike, and nonsense holds none', () => {
  assert.deepEqual(faultsOf('[{"errorCode":"A","message":"m","fields":["F"]}]'), [
    { code: 'A', message: 'm', fields: ['F'] },
  ]);
  assert.deepEqual(faultsOf('[{"statusCode":"B","message":"m"}]'), [{ code: 'B', message: 'm', fields: [] }]);
  assert.deepEqual(faultsOf('<html>'), []);
  assert.deepEqual(faultsOf('[null, 1, {}]'), []);
});

test('[SEC9] user name and password are only text in the envelope of a login', () => {
  assert.equal(textOfXml(`<a><x:b>${xmlText(`</b>&"'<`)}</x:b></a>`, 'b'), `</b>&"'<`);
  assert.equal(textOfXml('<a/>', 'b'), null);
});

test('[IN2] the date of an answer less the time that asking took is a moment before the query; without a date nobody knows', () => {
  const date = 'Mon, 30 Nov 2026 10:00:05 GMT';
  assert.equal(momentBefore(date, 0)?.toISOString(), '2026-11-30T10:00:05.000Z');
  assert.equal(momentBefore(date, 1)?.toISOString(), '2026-11-30T10:00:04.000Z');
  assert.equal(momentBefore(date, 60_000)?.toISOString(), '2026-11-30T09:59:05.000Z');
  assert.deepEqual([momentBefore(null, 0), momentBefore('yesterday', 0)], [null, null]);
});
