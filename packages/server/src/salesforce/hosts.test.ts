import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLoopbackHost, isPrivateAddress, judgeHost } from './hosts.ts';

const allowed = (url: string, named: readonly string[] = []): boolean => judgeHost(url, named).isAllowed;

test('[SEC4] hosts of Salesforce at a label boundary, by https on its port', () => {
  for (const url of [
    'https://login.salesforce.com',
    'https://acme.my.salesforce.com/services',
    'https://acme--dev.sandbox.my.salesforce.com',
    'https://ACME.My.Salesforce.com',
  ]) {
    assert.equal(allowed(url), true, url);
  }
  for (const url of [
    'http://acme.my.salesforce.com',
    'https://acme.my.salesforce.com:8443',
    'https://evilsalesforce.com',
    'https://salesforce.com.evil.example',
    'https://evil.example/salesforce.com',
    'https://acme.my.salesforce.com@evil.example',
    'https://user:secret@acme.my.salesforce.com',
    'https://salesforce.com.',
    'https://127.0.0.1',
    'https://[::1]',
    'https://localhost',
    'ftp://acme.my.salesforce.com',
    'not a url',
    '',
  ]) {
    assert.equal(allowed(url), false, url);
  }
});

test('[SEC4] a host that the operator named is exactly the origin named', () => {
  const named = ['http://127.0.0.1:4010'];
  assert.equal(allowed('http://127.0.0.1:4010/services/oauth2/token', named), true);
  for (const url of [
    'http://127.0.0.1:4011',
    'https://127.0.0.1:4010',
    'http://127.0.0.1',
    'http://localhost:4010',
    'http://u:p@127.0.0.1:4010',
  ]) {
    assert.equal(allowed(url, named), false, url);
  }
});

test('[SEC4] private and loopback addresses are known in every way of writing', () => {
  for (const address of [
    '127.0.0.1',
    '127.8.8.8',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '0.0.0.0',
    '100.64.0.1',
    '224.0.0.1',
    '::1',
    '::',
    'fd00::1',
    'fe80::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    'nonsense',
  ]) {
    assert.equal(isPrivateAddress(address), true, address);
  }
  for (const address of ['13.110.54.1', '172.32.0.1', '85.222.140.1', '2620:10d:c000::1'])
    assert.equal(isPrivateAddress(address), false, address);
});

test('loopback is this machine itself, and nothing that only begins like it', () => {
  for (const url of ['http://127.0.0.1:4010', 'http://localhost:4010', 'http://[::1]:1', 'https://127.1.2.3'])
    assert.ok(isLoopbackHost(url), url);
  for (const url of [
    'https://acme.my.salesforce.com',
    'http://localhost.acme.com',
    'http://127.0.0.1.acme.com',
    'http://10.0.0.1',
    '',
    null,
  ])
    assert.ok(!isLoopbackHost(url), String(url));
});
