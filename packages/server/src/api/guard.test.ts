import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFromOurPages, type Provenance } from './guard.ts';
import { hashPassword, passwordFits } from './passwords.ts';

const at = (given: Partial<Provenance>): Provenance => ({
  method: 'POST',
  host: 'app.test:4000',
  origin: undefined,
  fetchSite: undefined,
  ...given,
});

test('[SEC8] a changing request needs proof that our own pages sent it', () => {
  assert.equal(isFromOurPages(at({})), false, 'no header at all');
  assert.equal(isFromOurPages(at({ fetchSite: 'same-origin' })), true);
  assert.equal(isFromOurPages(at({ fetchSite: 'same-site' })), false, 'another port of the same host');
  assert.equal(isFromOurPages(at({ fetchSite: 'none' })), false);
  assert.equal(
    isFromOurPages(at({ fetchSite: 'cross-site', origin: 'http://app.test:4000' })),
    false,
    'the browser knows better than Origin',
  );
  assert.equal(isFromOurPages(at({ origin: 'http://app.test:4000' })), true);
  assert.equal(isFromOurPages(at({ origin: 'http://app.test:4010' })), false);
  assert.equal(isFromOurPages(at({ origin: 'null' })), false, 'a sandboxed frame');
  assert.equal(isFromOurPages(at({ origin: 'http://app.test:4000', host: undefined })), false);
});

test('[SEC8] a reading request needs none', () => {
  for (const method of ['GET', 'HEAD']) assert.equal(isFromOurPages(at({ method })), true);
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) assert.equal(isFromOurPages(at({ method })), false);
});

test('[SEC8] a password is kept as a salted scrypt hash', async () => {
  const [one, two] = await Promise.all([hashPassword('correct horse battery'), hashPassword('correct horse battery')]);
  assert.notEqual(one, two);
  assert.match(one, /^scrypt\$15\$8\$1\$/);
  assert.equal(one.includes('correct'), false);
  assert.equal(await passwordFits('correct horse battery', one), true);
  assert.equal(await passwordFits('correct horse batterz', one), false);
  assert.equal(await passwordFits('correct horse battery', null), false);
});
