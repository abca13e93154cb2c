import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import { type RunningOrg, startOrg } from '../../../emulator/src/org.ts';
import { type Answer, type Instance, startInstance } from '../api/testing/instance.ts';

let org: RunningOrg;
let refusing: Server;
let loginsSent: string[];

before(async () => {
  org = await startOrg({ profile: 'demo' });
  refusing = createServer((request, response) => {
    loginsSent.push(request.url ?? '');
    response
      .writeHead(500, { 'content-type': 'text/xml' })
      .end(
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:sf="urn:fault.partner.soap.sforce.com"><soapenv:Body><soapenv:Fault><faultcode>sf:INVALID_LOGIN</faultcode><faultstring>INVALID_LOGIN: Invalid username, password, security token; or user locked out.</faultstring></soapenv:Fault></soapenv:Body></soapenv:Envelope>',
      );
  });
  await new Promise<void>((listening) => refusing.listen(0, '127.0.0.1', listening));
});
after(async () => {
  refusing?.close();
  await org?.close();
});
beforeEach(() => {
  loginsSent = [];
  org.org.access.switches.set({ hiddenFields: [], apiOff: false, userLocked: false });
});

const withInstance = async (work: (instance: Instance) => Promise<void>): Promise<void> => {
  const instance = await startInstance({ practice: org, allowedHosts: [org.url, refusingUrl()] });
  try {
    await instance.signIn();
    await work(instance);
  } finally {
    await instance.close();
  }
};
const refusingUrl = (): string => `http://127.0.0.1:${(refusing.address() as AddressInfo).port}`;
const byPassword = (to: RunningOrg) => ({
  method: 'password',
  host: to.url,
  isSandbox: false,
  username: to.username,
  password: to.password,
  securityToken: to.securityToken,
});
const byApp = (to: RunningOrg) => ({
  method: 'client_credentials',
  host: to.url,
  isSandbox: false,
  clientId: to.clientId,
  clientSecret: to.clientSecret,
});
/** A value deep in an answer, by its path. */
const at = (answer: Answer, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    answer.body,
  );
const ok = async (answer: Promise<Answer>): Promise<Answer> => {
  const got = await answer;
  assert.equal(got.status, 200, got.text);
  return got;
};
const code = (answer: Answer): unknown => at(answer, 'code');

const connect = async ({ ask }: Instance, choice: object): Promise<Answer> => {
  await ok(ask('PUT', '/api/setup/connection', choice));
  return ok(ask('POST', '/api/setup/connection/test'));
};
const confirm = async ({ ask }: Instance, dropped: readonly string[] = []): Promise<Answer> => {
  const fields = await ok(ask('GET', '/api/setup/sync-fields'));
  return ask('POST', '/api/setup/confirm-credentials', { fingerprint: at(fields, 'fingerprint'), dropped });
};
const columns = async ({ db }: Instance): Promise<readonly string[]> =>
  (
    await db.query<{ name: string }>(
      `select table_schema || '.' || table_name || '.' || column_name as name from information_schema.columns
        where table_schema in ('marketing', 'salesforce') order by 1`,
    )
  ).map(({ name }) => name);
/** Everything that setup stores. */
const stored = async ({ db }: Instance): Promise<unknown> =>
  db.query(`select (select to_jsonb(c) - 'secrets' from sync.connection c) as connection,
                   (select jsonb_agg(to_jsonb(s) order by s.name) from sync.setting s) as settings,
                   (select jsonb_agg(to_jsonb(f) order by f.object, f.name) from sync.field f) as fields`);

test('[SET7] looking at Sync Fields creates nothing; Confirm Credentials creates the columns; Start Sync alone starts', async () => {
  await withInstance(async (instance) => {
    const { ask, db } = instance;
    const before = await columns(instance);
    assert.equal(at(await connect(instance, byApp(org)), 'passed'), true);
    await ok(ask('GET', '/api/setup/sync-fields'));
    assert.equal(code(await ask('GET', '/api/setup/start')), 'not-confirmed');
    assert.equal(code(await ask('POST', '/api/setup/start')), 'not-confirmed');
    assert.deepEqual(await columns(instance), before);

    const confirmed = await ok(confirm(instance, ['Lead.Fax', 'Contact.Fax']));
    assert.ok(Number(at(confirmed, 'columns')) > 100);
    const made = await columns(instance);
    assert.ok(made.includes('marketing.person.email') && made.includes('salesforce.Lead.Email'));
    assert.equal(
      made.some((name) => /\bfax$/i.test(name) && /person|Lead|Contact/.test(name)),
      false,
      'what was dropped is no column',
    );

    const preview = await ok(ask('GET', '/api/setup/start'));
    assert.equal(at(preview, 'objects', 2, 'records'), 2000);
    assert.ok(Number(at(preview, 'sharedEmails')) > 0, 'the start shows that the sync does not deduplicate');
    assert.equal(at(await ok(ask('GET', '/api/status')), 'stage'), 'not_started');
    const [nothing] =
      await db.query(`select (select count(*) from salesforce."Lead")::int as leads, (select count(*) from marketing.person)::int as people,
      (select count(*) from sync.load)::int as loads, (select count(*) from sync.cursor where at is not null)::int as cursors`);
    assert.deepEqual(nothing, { leads: 0, people: 0, loads: 0, cursors: 0 });
    assert.equal(code(await ask('POST', '/api/sync/now')), 'not-started');

    await ok(ask('POST', '/api/setup/start'));
    assert.equal(at(await ok(ask('GET', '/api/status')), 'stage'), 'initial_sync');
    assert.equal(code(await ask('POST', '/api/setup/start')), 'already-started');
    assert.equal(code(await confirm(instance)), 'already-started');
  });
});

test('[SET7] Confirm Credentials repeats the checks', async () => {
  await withInstance(async (instance) => {
    const { ask } = instance;
    await connect(instance, byPassword(org));
    const before = await columns(instance);
    const fields = await ok(ask('GET', '/api/setup/sync-fields'));
    const body = { fingerprint: at(fields, 'fingerprint'), dropped: [] };

    org.org.access.switches.set({ hiddenFields: ['Lead.Phone'] });
    assert.equal(code(await ask('POST', '/api/setup/confirm-credentials', body)), 'fields-changed');
    org.org.access.switches.set({ hiddenFields: ['Lead.Syncline_Key__c'] });
    assert.equal(code(await ask('POST', '/api/setup/confirm-credentials', body)), 'external-id-missing');
    org.org.access.switches.set({ hiddenFields: ['Contact.Email'] });
    assert.equal(code(await ask('POST', '/api/setup/confirm-credentials', body)), 'field-hidden');
    org.org.access.switches.set({ hiddenFields: [], apiOff: true });
    assert.equal(code(await ask('POST', '/api/setup/confirm-credentials', body)), 'api-disabled');
    org.org.access.switches.set({ apiOff: false });
    await ok(ask('POST', '/api/setup/connection/test'));
    assert.equal(
      code(await ask('POST', '/api/setup/confirm-credentials', { ...body, dropped: ['Lead.Email'] })),
      'field-needed',
    );
    assert.deepEqual(await columns(instance), before);
    await ok(ask('POST', '/api/setup/confirm-credentials', body));
    await ok(confirm(instance)); // Twice is the same as once.
  });
});

test('[SET5] choices are stored and progress is asked: a step stands where the org says now', async () => {
  await withInstance(async (instance) => {
    const { ask } = instance;
    await connect(instance, byApp(org));
    await ok(ask('PUT', '/api/setup/sync-fields', { dropped: ['Lead.Fax'] }));
    const choices = await stored(instance);
    const states = (hub: Answer): unknown => [0, 1].map((step) => at(hub, 'steps', step, 'state'));
    let hub = await ok(ask('GET', '/api/setup'));
    assert.deepEqual(states(hub), ['done', 'done']);
    org.org.access.switches.set({ hiddenFields: ['Contact.Syncline_Key__c', 'Opportunity.StageName'] });
    hub = await ok(ask('GET', '/api/setup'));
    assert.deepEqual(states(hub), ['to_fix', 'to_fix']);
    assert.deepEqual(at(hub, 'steps', 0, 'blockers', 0, 'detail'), { object: 'Contact', field: 'Syncline_Key__c' });
    assert.deepEqual(at(hub, 'steps', 1, 'blockers', 0, 'detail'), { object: 'Opportunity', field: 'StageName' });
    org.org.access.switches.set({ hiddenFields: [] });
    hub = await ok(ask('GET', '/api/setup'));
    assert.deepEqual(states(hub), ['done', 'done']);
    assert.deepEqual(await stored(instance), choices, 'no answer of a check was stored');
    const fields = await ok(ask('GET', '/api/setup/sync-fields'));
    const rows = at(fields, 'fields') as readonly { object: string; apiName: string; kept: boolean }[];
    assert.deepEqual(
      rows.filter(({ kept }) => !kept).map(({ object, apiName }) => `${object}.${apiName}`),
      ['Lead.Fax'],
    );
  });
});

test('[SET9] credentials of another org are refused after Confirm Credentials, and the connection pauses', async () => {
  await withInstance(async (instance) => {
    const { ask, db } = instance;
    await connect(instance, byApp(org));
    await ok(confirm(instance));
    await ok(ask('POST', '/api/setup/start'));
    await db.run(`update sync.connection set org_id = $1`, ['00D000000000062EAA']); // As if this org were not the one of Confirm Credentials.
    const before = org.org.usage().used;
    await ok(ask('PUT', '/api/setup/connection', byApp(org)));
    await assert.rejects(instance.connection.current(), { code: 'org-changed' });
    await assert.rejects(instance.connection.current(), { code: 'org-changed' });
    assert.ok(org.org.usage().used - before <= 1, 'nothing but the sign-in was asked');
    const status = await ok(ask('GET', '/api/status'));
    assert.deepEqual([at(status, 'syncState'), at(status, 'problem', 'code')], ['failed', 'org-changed']);
    const test = await ok(ask('POST', '/api/setup/connection/test'));
    assert.deepEqual([at(test, 'passed'), at(test, 'lines', 2, 'problem', 'code')], [false, 'org-changed']);
    assert.deepEqual(at(test, 'lines', 2, 'problem', 'detail', 'expected'), '00D000000000062EAA');
    assert.equal(code(await ask('GET', '/api/setup/sync-fields')), 'org-changed');
    assert.equal(code(await ask('POST', '/api/sync/now')), 'org-changed');
  });
});

test('[SET9] the right credentials again, and the connection goes on', async () => {
  await withInstance(async (instance) => {
    const { ask } = instance;
    await connect(instance, byApp(org));
    await ok(confirm(instance));
    await ok(ask('PUT', '/api/setup/connection', byPassword(org)));
    await instance.connection.current();
    assert.equal(at(await ok(ask('GET', '/api/setup/connection')), 'connection', 'paused'), null);
    assert.equal(at(await ok(ask('GET', '/api/setup/connection')), 'connection', 'method'), 'password');
  });
});

test('[SET11] while the sync is disabled edits gather, actions are taken, and nothing of it is lost by enabling', async () => {
  await withInstance(async (instance) => {
    const { ask, db } = instance;
    await connect(instance, byApp(org));
    await ok(confirm(instance));
    assert.equal(code(await ask('PUT', '/api/sync', { enabled: false })), 'not-started');
    await ok(ask('POST', '/api/setup/start'));
    const [linked, fresh] = await makePeople(instance);
    await ok(ask('PUT', '/api/sync', { enabled: false }));
    await ok(ask('PATCH', `/api/people/${linked}`, { fields: { phone: '+34 600 100 200' } }));
    const synced = await ok(ask('POST', `/api/people/${fresh}/sync`));
    assert.equal(at(synced, 'state'), 'waiting');
    assert.equal(at(await ok(ask('GET', `/api/people/${linked}`)), 'gate', 'gate'), 'sync_disabled');
    assert.equal(
      at(await ok(ask('GET', `/api/people/${fresh}`)), 'gate', 'gate'),
      'waiting',
      'what an action asked for is not held back',
    );
    assert.equal(code(await ask('POST', '/api/sync/now')), 'sync-disabled');
    const gathered = async (): Promise<unknown> =>
      db.query(
        'select person_id, array(select jsonb_object_keys(edits)) as fields, create_lead from sync.outbox order by person_id',
      );
    const before = await gathered();
    assert.deepEqual(before, [
      { person_id: linked, fields: ['phone'], create_lead: false },
      { person_id: fresh, fields: [], create_lead: true },
    ]);
    assert.equal(at(await ok(ask('GET', '/api/status')), 'enabled'), false);
    await ok(ask('PUT', '/api/sync', { enabled: true }));
    assert.deepEqual(await gathered(), before);
    assert.equal(at(await ok(ask('GET', `/api/people/${linked}`)), 'gate', 'gate'), 'waiting');
  });
});

/** One person as the sync would have linked it, and one that was made here. */
const makePeople = async ({ db }: Instance): Promise<readonly [number, number]> => {
  const made = await db.ownTransaction(async (tx) => {
    const rows = await tx.query<{ id: number }>(
      `insert into marketing.person (salesforce_id, salesforce_type, last_name, email) values ('00Q5000000abcdeEAA', 'Lead', 'Linked', 'linked@acme.test') returning id`,
    );
    await tx.run(`insert into sync.link (sf_id, object, person_id) values ('00Q5000000abcdeEAA', 'Lead', $1)`, [
      rows[0]?.id,
    ]);
    return rows;
  });
  const fresh = await db.query<{ id: number }>(
    `insert into marketing.person (last_name, company, email) values ('Fresh', 'Acme', 'fresh@acme.test') returning id`,
  );
  return [made[0]?.id ?? 0, fresh[0]?.id ?? 0];
};

test('[SET12] sign-in by user name uses version 64.0, and a refused password is not tried again by itself', async () => {
  await withInstance(async (instance) => {
    const { ask } = instance;
    const passed = await connect(instance, byPassword(org));
    assert.equal(at(passed, 'org', 'apiVersion'), '64.0');
    assert.notEqual(at(await connect(instance, byApp(org)), 'org', 'apiVersion'), '64.0');

    await ok(ask('PUT', '/api/setup/connection', { ...byPassword(org), host: refusingUrl() }));
    await ok(ask('GET', '/api/setup'));
    assert.deepEqual(loginsSent, [], 'a page load tries no password before Test');
    const refused = await ok(ask('POST', '/api/setup/connection/test'));
    assert.deepEqual(
      [at(refused, 'passed'), at(refused, 'lines', 1, 'problem', 'code')],
      [false, 'credentials-refused'],
    );
    assert.deepEqual(loginsSent, ['/services/Soap/u/64.0']);
    for (const url of ['/api/setup', '/api/setup/sync-fields', '/api/setup']) await ask('GET', url);
    await assert.rejects(instance.connection.current(), { code: 'credentials-refused' });
    const again = await startInstance({ database: instance.database, allowedHosts: [refusingUrl()] });
    await assert.rejects(again.connection.current(), { code: 'credentials-refused' });
    await again.close();
    assert.equal(loginsSent.length, 1, 'not by pages, not by loops, not after a restart');
    await ok(ask('POST', '/api/setup/connection/test'));
    assert.equal(loginsSent.length, 2, 'but when somebody presses Test');
  });
});

test('[SEC1] a stored secret goes only where it went before, and a wrong key is named and overwrites nothing', async () => {
  await withInstance(async (instance) => {
    const { ask, db } = instance;
    await connect(instance, byPassword(org));
    const { password: _, ...withoutSecret } = byPassword(org);
    await ok(ask('PUT', '/api/setup/connection', withoutSecret));
    assert.equal(
      code(await ask('PUT', '/api/setup/connection', { ...withoutSecret, host: refusingUrl() })),
      'secrets-missing',
    );
    assert.equal(
      code(await ask('PUT', '/api/setup/connection', { ...withoutSecret, username: 'somebody@else.test' })),
      'secrets-missing',
    );
    await ok(ask('POST', '/api/setup/connection/test'));
    await ok(confirm(instance));

    const sealed = async (): Promise<Buffer | undefined> =>
      (await db.query<{ secrets: Buffer }>('select secrets from sync.connection'))[0]?.secrets;
    const before = await sealed();
    assert.equal(before?.includes(org.password), false);
    const stranger = await startInstance({ database: instance.database, allowedHosts: [org.url] });
    await assert.rejects(stranger.connection.current(), { code: 'key-wrong' });
    await stranger.close();
    assert.deepEqual(await sealed(), before);
    const hub = await ok(ask('GET', '/api/setup'));
    assert.equal(at(hub, 'steps', 2, 'blockers', 0, 'code'), 'key-wrong');
    await ok(ask('POST', '/api/setup/connection/test')); // The right key opens them still.
  });
});

test('[SEC2] [SEC3] no answer and no line of the log holds a secret, and no line anything of a person', async () => {
  await withInstance(async (instance) => {
    const { ask } = instance;
    const answers: string[] = [];
    const take = async (...asked: Parameters<Instance['ask']>): Promise<void> => {
      answers.push((await ask(...asked)).text);
    };
    await take('PUT', '/api/setup/connection', {
      ...byPassword(org),
      password: 'canary-password',
      securityToken: 'canary-token',
    });
    await take('POST', '/api/setup/connection/test');
    await take('PUT', '/api/setup/connection', { ...byApp(org), clientSecret: 'canary-secret' });
    await take('POST', '/api/setup/connection/test');
    await take('PUT', '/api/setup/connection', byApp(org));
    await take('POST', '/api/setup/connection/test');
    await confirm(instance);
    await take('POST', '/api/setup/start');
    const [linked] = await makePeople(instance);
    await take('PATCH', `/api/people/${linked}`, {
      fields: { last_name: 'canary-name', birthdate: 'canary-birthdate' },
    });
    await take('PATCH', `/api/people/${linked}`, { fields: { last_name: 'canary-name', email: 'canary@mail.test' } });
    for (const url of [
      'me',
      'setup',
      'setup/connection',
      'setup/sync-fields',
      'setup/start',
      'practice',
      'status',
      'objects',
      'initial-sync',
      'field-maps',
      'runs',
      'errors',
      'errors/causes',
      'conflicts',
      `people/${linked}`,
      'people?q=canary%40mail.test',
      'people?cursor=canary-cursor',
    ]) {
      await take('GET', `/api/${url}`);
    }
    const everything = answers.join('\n');
    for (const secret of [
      'canary-password',
      'canary-token',
      'canary-secret',
      org.password,
      org.securityToken,
      org.clientSecret,
      org.accessToken,
      'a long enough password',
    ]) {
      assert.equal(everything.includes(secret), false, `an answer holds ${secret.slice(0, 6)}…`);
      assert.equal(instance.logged().includes(secret), false, `the log holds ${secret.slice(0, 6)}…`);
    }
    assert.ok(everything.includes('canary@mail.test'), 'the search found the person');
    for (const detail of ['canary', 'ana@acme.test', 'linked@acme.test'])
      assert.equal(instance.logged().includes(detail), false, `the log holds ${detail}`);
    assert.ok(instance.logged().includes('/api/people/:id'), 'but what was asked is known by its route');
  });
});
