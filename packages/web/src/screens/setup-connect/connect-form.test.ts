import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectionChoice } from '@syncline/contract/setup';
import { choiceOf, formOf, missingIn, webSignInOf } from './connect-form.ts';

const stored = {
  method: 'client_credentials',
  host: 'https://acme.my.salesforce.com',
  isSandbox: false,
  username: null,
  clientId: '3MVG9',
  secretsSet: true,
  secretsSetAt: '2026-03-04T12:00:00.000Z',
  secretsSetBy: 'Ana',
  orgId: null,
  orgName: null,
  confirmedAt: null,
  startedAt: null,
  paused: null,
} as const;

test('[SEC2] a secret that was not typed is not sent, and the stored one holds', () => {
  const choice = choiceOf(formOf(stored), stored);
  assert.deepEqual(choice, {
    method: 'client_credentials',
    host: 'acme.my.salesforce.com',
    isSandbox: false,
    clientId: '3MVG9',
  });
  assert.deepEqual(missingIn(formOf(stored), stored), []);
});

test('what is empty is named, and a secret only where none is stored', () => {
  assert.deepEqual(missingIn(formOf(null), null), ['host', 'clientId', 'clientSecret']);
  assert.deepEqual(missingIn({ ...formOf(stored), method: 'password' }, stored), ['username', 'password']);
});

test('the classic way may leave the host out and sends an empty token with a new password', () => {
  const form = { ...formOf(null), method: 'password', username: 'a@example.com', password: 'x' } as const;
  const choice = choiceOf(form, null);
  assert.deepEqual(choice, {
    method: 'password',
    isSandbox: false,
    username: 'a@example.com',
    password: 'x',
    securityToken: '',
  });
  assert.ok(ConnectionChoice.safeParse(choice).success);
});

test('a web sign-in is no choice, and the two other new ways say what they lack', () => {
  const form = { ...formOf(null), method: 'jwt', clientId: ' 3MVG9 ', username: 'sync@example.com' } as const;
  assert.deepEqual(missingIn(form, null), ['privateKey']);
  const choice = choiceOf({ ...form, privateKey: 'PEM' }, null);
  assert.deepEqual(choice, {
    method: 'jwt',
    isSandbox: false,
    clientId: '3MVG9',
    username: 'sync@example.com',
    privateKey: 'PEM',
  });
  const web = { ...formOf(null), method: 'web', isSandbox: true } as const;
  assert.deepEqual(missingIn(web, null), ['clientId']);
  assert.equal(choiceOf(web, null), null);
  assert.deepEqual(webSignInOf({ ...web, clientId: 'x' }), { isSandbox: true, clientId: 'x' });
});
