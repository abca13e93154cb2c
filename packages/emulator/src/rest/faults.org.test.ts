import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { RunningOrg } from '../org.ts';
import { ask, emptyOrg, query, type Reply } from './asking.ts';

let org: RunningOrg;
before(async () => {
  org = await emptyOrg();
});
after(async () => {
  await org.close();
});
beforeEach(async () => {
  await practice({
    failWith503: 0,
    loseAnswers: 0,
    loseRequests: 0,
    lockRow: 0,
    refuse: [],
    latencyMs: 0,
    apiOff: false,
  });
});

const lead = { LastName: 'Ito', Company: 'Example' };
const codeOf = (reply: Reply): string => (reply.json as { errorCode: string }[])[0]?.errorCode ?? '';

async function practice(switches: Record<string, unknown>): Promise<number> {
  const response = await fetch(`${org.url}/practice/switches`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(switches),
  });
  return response.status;
}

async function leadsNamed(name: string): Promise<number> {
  const { json } = await query(org, `SELECT COUNT() FROM Lead WHERE LastName = '${name}'`);
  return (json as { totalSize: number }).totalSize;
}

test('[A7] the next requests are answered 503, then all is well', async () => {
  await practice({ failWith503: 2 });
  const replies = [await ask(org, 'GET', 'limits'), await ask(org, 'GET', 'limits'), await ask(org, 'GET', 'limits')];
  assert.deepEqual(
    replies.map((reply) => reply.status),
    [503, 503, 200],
  );
  assert.equal(codeOf(replies[0] as Reply), 'SERVER_UNAVAILABLE');
});

test('[OUT28] a lost answer: the record is made, the connection is cut, the next request is answered', async () => {
  await practice({ loseAnswers: 1 });
  assert.equal((await ask(org, 'GET', 'limits')).status, 200, 'reads are not lost');
  await assert.rejects(ask(org, 'POST', 'sobjects/Lead', { ...lead, LastName: 'Lost' }));
  assert.equal(await leadsNamed('Lost'), 1);
  assert.equal((await ask(org, 'POST', 'sobjects/Lead', { ...lead, LastName: 'Found' })).status, 201);
});

test('[OUT28] a lost request: nothing is made, the connection is cut', async () => {
  await practice({ loseRequests: 1 });
  await assert.rejects(ask(org, 'POST', 'sobjects/Lead', { ...lead, LastName: 'Unheard' }));
  assert.equal(await leadsNamed('Unheard'), 0);
  assert.equal((await ask(org, 'POST', 'sobjects/Lead', { ...lead, LastName: 'Heard' })).status, 201);
});

test('[OUT28] a refused write keeps its answer: only what was done can be lost', async () => {
  await practice({ loseAnswers: 1 });
  assert.equal((await ask(org, 'POST', 'sobjects/Lead', {})).status, 400);
  assert.equal(org.org.access.switches.state.loseAnswers, 1);
});

test('[OUT28] a lost answer of a collection: every row is written', async () => {
  await practice({ loseAnswers: 1 });
  const record = { attributes: { type: 'Lead' }, ...lead, LastName: 'Several' };
  await assert.rejects(ask(org, 'POST', 'composite/sobjects', { records: [record, record] }));
  assert.equal(await leadsNamed('Several'), 2);
});

test('[OUT28] a locked row is UNABLE_TO_LOCK_ROW, once for each that was asked', async () => {
  await practice({ lockRow: 1 });
  assert.equal(codeOf(await ask(org, 'POST', 'sobjects/Lead', lead)), 'UNABLE_TO_LOCK_ROW');
  assert.equal((await ask(org, 'POST', 'sobjects/Lead', lead)).status, 201);
});

test('[OUT28] a rule of the org refuses what it names, in its own words', async () => {
  await practice({
    refuse: [{ object: 'Lead', when: { City: 'Lima' }, message: 'We do not sell there.', fields: ['City'] }],
  });
  const reply = await ask(org, 'POST', 'sobjects/Lead', { ...lead, City: 'Lima' });
  assert.deepEqual(reply.json, [
    { message: 'We do not sell there.', errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', fields: ['City'] },
  ]);
  assert.equal((await ask(org, 'POST', 'sobjects/Lead', { ...lead, City: 'Porto' })).status, 201);
});

test('[A7] API off is API_DISABLED_FOR_ORG', async () => {
  await practice({ apiOff: true });
  const reply = await ask(org, 'GET', 'limits');
  assert.deepEqual([reply.status, codeOf(reply)], [403, 'API_DISABLED_FOR_ORG']);
});

test('[A7] sessions expire at once and a new one works; the admin’s stay', async () => {
  const fresh = org.org.access.openSession(org.org.access.syncUser).token;
  await practice({ expireSessions: true });
  const status = async (token: string): Promise<number> =>
    (await fetch(`${org.url}/services/data/v64.0/limits`, { headers: { authorization: `Bearer ${token}` } })).status;
  const renewed = org.org.access.openSession(org.org.access.syncUser).token;
  assert.deepEqual([await status(fresh), await status(renewed), await status(org.adminAccessToken)], [401, 200, 200]);
});

test('a switch that does not exist is refused by name', async () => {
  assert.equal(await practice({ nope: 1 }), 400);
});
