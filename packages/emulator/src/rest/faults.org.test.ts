import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { Wire } from '../bulk/wire.ts';
import type { RunningOrg } from '../org.ts';
import { ask, emptyOrg, query, type Reply } from './asking.ts';

let org: RunningOrg;
let calm: string;
before(async () => {
  org = await emptyOrg();
  calm = org.snapshot('calm');
});
after(async () => {
  await org.close();
});
beforeEach(() => {
  org.restore(calm);
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

test('a switch that does not exist is refused by name, and a value of another kind', async () => {
  assert.equal(await practice({ nope: 1 }), 400);
  assert.equal(await practice({ lockRow: 'many' }), 400);
  assert.equal(await practice({ hiddenFields: 'Lead.Phone' }), 400);
});

const limits = async (): Promise<number> => (await ask(org, 'GET', 'limits')).status;

test('[A7] a connection is reset before anything is done, also of a read', async () => {
  await practice({ resetConnections: 1 });
  await assert.rejects(limits());
  assert.equal(await limits(), 200);
});

test('[A7] an answer breaks off in its body, short or streamed, and the next is whole', async () => {
  await practice({ truncateBodies: 1 });
  await assert.rejects(ask(org, 'GET', 'sobjects/Lead/describe'));
  const { id } = await new Wire(org).query('SELECT Id, Name FROM User');
  await practice({ truncateBodies: 1 });
  const results = await new Wire(org).ask('GET', `jobs/query/${id}/results`);
  assert.equal(results.status, 200);
  await assert.rejects(results.text());
  assert.match(await (await new Wire(org).ask('GET', `jobs/query/${id}/results`)).text(), /^"Id","Name"\n/);
});

test('[A7] the sessions end after so many requests, once', async () => {
  await practice({ expireSessionsAfter: 2 });
  assert.deepEqual([await limits(), await limits(), await limits()], [200, 200, 401]);
  const { token } = org.org.access.openSession(org.org.access.syncUser);
  const renewed = await fetch(`${org.url}/services/data/v64.0/limits`, {
    headers: { authorization: `Bearer ${token}` },
  });
  assert.equal(renewed.status, 200);
});

test('[A7] more requests at once than may be are REQUEST_LIMIT_EXCEEDED', async () => {
  await practice({ concurrentRequests: 1, latencyMs: 30 });
  const replies = await Promise.all([ask(org, 'GET', 'limits'), ask(org, 'GET', 'limits')]);
  const [good, bad] = replies.toSorted((one, other) => one.status - other.status);
  assert.deepEqual([good?.status, bad?.status, codeOf(bad as Reply)], [200, 403, 'REQUEST_LIMIT_EXCEEDED']);
});

test('[A7] a right that is taken is refused as such, and one to read hides the object', async () => {
  const { id } = (await ask(org, 'POST', 'sobjects/Lead', lead)).json as { id: string };
  await practice({ takenRights: ['Lead.edit'] });
  const refused = await ask(org, 'PATCH', `sobjects/Lead/${id}`, { City: 'Lugo' });
  assert.deepEqual([refused.status, codeOf(refused)], [400, 'INSUFFICIENT_ACCESS_OR_READONLY']);
  const described = (await ask(org, 'GET', 'sobjects/Lead/describe')).json as { updateable: boolean };
  assert.equal(described.updateable, false);
  await practice({ takenRights: ['Lead.read'] });
  assert.equal(codeOf(await query(org, 'SELECT Id FROM Lead')), 'INVALID_TYPE');
  assert.equal((await ask(org, 'GET', `sobjects/Lead/${id}`)).status, 404);
});

test('[A8] a job fails in the middle: what was written is told, and the rest is unprocessed; a query has no result', async () => {
  const wire = new Wire(org);
  await practice({ failJobs: 2 });
  const job = await wire.ingest({ object: 'Lead', operation: 'insert' }, 'LastName,Company\nA,x\nB,x\nC,x\nD,x\n');
  assert.deepEqual([job.state, job['numberRecordsProcessed']], ['Failed', 2]);
  assert.match(job.errorMessage, /^InternalServerError/);
  assert.match(await wire.list(job.id, 'unprocessedrecords'), /^"?LastName"?,"?Company"?\n"?C"?,"?x"?\n"?D"?,"?x"?\n$/);
  assert.equal(await leadsNamed('B'), 1);
  assert.equal((await wire.query('SELECT Id FROM Lead')).state, 'Failed');
  assert.equal((await wire.query('SELECT Id FROM Lead')).state, 'JobComplete');
});

test('[A8] stuck jobs stay InProgress until they are freed or aborted', async () => {
  const wire = new Wire(org);
  await practice({ jobsStuck: true });
  const start = async (): Promise<string> =>
    (await wire.json('POST', 'jobs/query', { operation: 'query', query: 'SELECT Id FROM Lead' })).id;
  const [aborted, freed] = [await start(), await start()];
  while ((await wire.json('GET', `jobs/query/${freed}`)).state !== 'InProgress') await new Promise(setImmediate);
  await wire.json('PATCH', `jobs/query/${aborted}`, { state: 'Aborted' });
  assert.equal((await wire.json('GET', `jobs/query/${freed}`)).state, 'InProgress');
  await practice({ jobsStuck: false });
  assert.deepEqual(
    [(await wire.ended('query', aborted)).state, (await wire.ended('query', freed)).state],
    ['Aborted', 'JobComplete'],
  );
});

test('[A3] allocations of Bulk and of events are told, spent and refused', async () => {
  org.org.metadata.put(org.org.access.admin, 'CustomObject', 'Ping__e', { label: 'Ping', pluralLabel: 'Pings' });
  org.org.metadata.put(org.org.access.admin, 'PermissionSet', 'Pings', {
    label: 'Pings',
    objectPermissions: [{ object: 'Ping__e', allowCreate: 'true', allowRead: 'true' }],
  });
  const set = org.org.store.statement(`select "Id" from "PermissionSet" where "Name" = 'Pings'`).get();
  org.org.dml.write(org.org.access.admin, [
    {
      kind: 'create',
      object: 'PermissionSetAssignment',
      record: { PermissionSetId: String(set?.['Id']), AssigneeId: org.org.access.syncUser.id },
    },
  ]);
  await practice({ dailyQueryJobs: 1, dailyBatches: 1, hourlyPublished: 1 });
  const queryJob = { operation: 'query', query: 'SELECT Id FROM Lead' };
  const ingestJob = { operation: 'insert', object: 'Lead' };
  for (const [path, body, code] of [
    ['jobs/query', queryJob, 'EXCEEDEDQUOTA'],
    ['jobs/ingest', ingestJob, 'EXCEEDEDQUOTA'],
    ['sobjects/Ping__e', {}, 'LIMIT_EXCEEDED'],
  ] as const) {
    const first = await ask(org, 'POST', path, body);
    assert.ok(first.status < 300, first.text);
    assert.equal(codeOf(await ask(org, 'POST', path, body)), code);
  }
  const told = (await ask(org, 'GET', 'limits')).json as Record<string, { Max: number; Remaining: number }>;
  for (const name of ['DailyBulkV2QueryJobs', 'DailyBulkApiBatches', 'HourlyPublishedPlatformEvents']) {
    assert.deepEqual(told[name], { Max: 1, Remaining: 0 }, name);
  }
});

test('faults by chance are those of their seed', async () => {
  const statuses = async (): Promise<readonly number[]> => {
    await practice({ rates: { failWith503: 0.4 }, seed: 7 });
    const all: number[] = [];
    while (all.length < 12) all.push(await limits());
    return all;
  };
  const once = await statuses();
  assert.deepEqual(new Set(once), new Set([200, 503]));
  assert.deepEqual(await statuses(), once);
});

test('[A4] while clients run a field is retyped, removed and brought back, loses a value and gains it, and a rule is added and goes', async () => {
  const change = async (body: object): Promise<number> =>
    (
      await fetch(`${org.url}/practice/schema`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    ).status;
  const made = (
    await ask(org, 'POST', 'sobjects/Lead', { ...lead, Text_1__c: 'word', Text_2__c: '12', Text_3__c: 'kept' })
  ).json as {
    id: string;
  };
  for (const field of ['Lead.Text_1__c', 'Lead.Text_2__c']) {
    assert.equal(await change({ retype: { field, type: 'Number', precision: 18, scale: 0 } }), 204);
  }
  const read = await ask(org, 'GET', `sobjects/Lead/${made.id}?fields=Text_1__c,Text_2__c`);
  assert.match(read.text, /"Text_1__c":null,"Text_2__c":12/);
  assert.equal(await change({ remove: 'Lead.Text_3__c' }), 204);
  assert.equal(codeOf(await query(org, 'SELECT Text_3__c FROM Lead')), 'INVALID_FIELD');
  assert.equal(await change({ restore: 'Lead.Text_3__c' }), 204);
  const back = await ask(org, 'GET', `sobjects/Lead/${made.id}?fields=Text_3__c`);
  assert.match(back.text, /"Text_3__c":"kept"/);
  const ratings = async (): Promise<readonly string[] | undefined> => {
    const { fields } = (await ask(org, 'GET', 'sobjects/Lead/describe')).json as {
      fields: { name: string; picklistValues: { value: string }[] }[];
    };
    return fields.find(({ name }) => name === 'Rating')?.picklistValues.map(({ value }) => value);
  };
  assert.equal(await change({ removeValue: { field: 'Lead.Rating', value: 'Warm' } }), 204);
  assert.deepEqual(await ratings(), ['Hot', 'Cold']);
  assert.equal(await change({ addValue: { field: 'Lead.Rating', value: 'Warm' } }), 204);
  assert.deepEqual(await ratings(), ['Hot', 'Cold', 'Warm']);
  const rule = { object: 'Lead', name: 'NoLima', formula: `City = 'Lima'`, message: 'Not there.', field: 'City' };
  assert.equal(await change({ rule }), 204);
  const refused = await ask(org, 'POST', 'sobjects/Lead', { ...lead, City: 'Lima' });
  assert.deepEqual(refused.json, [
    { message: 'Not there.', errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', fields: ['City'] },
  ]);
  assert.equal(await change({ removeRule: 'Lead.NoLima' }), 204);
  assert.equal((await ask(org, 'POST', 'sobjects/Lead', { ...lead, City: 'Lima' })).status, 201);
  for (const wrong of [
    { remove: 'Lead.Nope__c' },
    { remove: 'Lead.Phone' },
    { restore: 'Lead.Text_3__c' },
    { addValue: { field: 'Lead.Rating', value: 'Hot' } },
    { nope: 1 },
    { rule: {} },
  ]) {
    assert.equal(await change(wrong), 400, JSON.stringify(wrong));
  }
});
