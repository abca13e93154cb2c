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
  org.org.access.switches.set({
    hiddenFields: [],
    apiOff: false,
    userLocked: false,
    autoApprove: false,
    rotateRefreshTokens: false,
  });
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

/** A browser that goes to Salesforce and is sent back: the address of the callback that it comes to. The practice org approves by a switch. */
const throughSalesforce = async (begun: Answer, expected = 'code'): Promise<string> => {
  const { headers } = await fetch(String(at(begun, 'authorizeUrl')), { redirect: 'manual' });
  const back = new URL(headers.get('location') ?? '');
  assert.ok(back.searchParams.has(expected), back.href);
  return `${back.pathname}${back.search}`;
};
const callBack = async ({ app }: Instance, url: string, cookie: string): Promise<string> => {
  const answer = await app.inject({ url, headers: { host: 'localhost', cookie, 'sec-fetch-site': 'cross-site' } });
  assert.equal(answer.statusCode, 303, answer.body);
  return String(answer.headers['location']);
};
const cookieOf = (begun: Answer): string => String([begun.headers['set-cookie']].flat().at(-1)).split(';')[0] ?? '';
const byWindow = () => ({ host: org.url, isSandbox: false, clientId: org.clientId, clientSecret: org.clientSecret });

test('[SEC7] a web sign-in is good once, in the browser that began it, with S256; nothing is stored by any other', async () => {
  await withInstance(async (instance) => {
    const { ask, db } = instance;
    org.org.access.switches.set({ autoApprove: true, rotateRefreshTokens: true });
    const begun = await ok(ask('POST', '/api/setup/web-sign-in', byWindow()));
    const authorize = new URL(String(at(begun, 'authorizeUrl'))).searchParams;
    assert.equal(authorize.get('code_challenge_method'), 'S256');
    assert.equal(authorize.get('redirect_uri'), at(begun, 'callbackUrl'));
    assert.match(String(begun.headers['set-cookie']), /HttpOnly; Secure; SameSite=Lax/);
    const url = await throughSalesforce(begun);
    const none = async (): Promise<void> =>
      assert.equal(at(await ok(ask('GET', '/api/setup/connection')), 'connection'), null);

    for (const [address, cookie] of [
      [url, ''],
      [url, 'syncline_web_sign_in=another'],
      [url.replace(/state=[^&]+/, 'state=made-up'), cookieOf(begun)],
    ] as const)
      assert.equal(await callBack(instance, address, cookie), '/setup/connect?from=mismatch');
    await none();
    assert.equal(await callBack(instance, url, cookieOf(begun)), '/setup/connect?from=web');
    assert.equal(await callBack(instance, url, cookieOf(begun)), '/setup/connect?from=mismatch', 'once');
    assert.equal(at(await ok(ask('GET', '/api/setup/web-sign-in')), 'state'), 'kept');
    const stored_ = await ok(ask('GET', '/api/setup/connection'));
    assert.deepEqual([at(stored_, 'connection', 'method'), at(stored_, 'connection', 'secretsSetBy')], ['web', 'Ana']);

    const [first] = await db.query<{ token: Buffer }>('select refresh_token as token from sync.connection');
    assert.equal(at(await ok(ask('POST', '/api/setup/connection/test')), 'passed'), true);
    const salesforce = await instance.connection.current();
    await salesforce.identity();
    org.org.access.expireSessions();
    await salesforce.identity();
    assert.equal(await instance.connection.current(), salesforce, 'the exchange of the token is no other connection');
    const [last] = await db.query<{ token: Buffer }>('select refresh_token as token from sync.connection');
    assert.notDeepEqual(last, first, 'the next token is kept');

    const [again] = await db.query<{ sealed: Buffer | null }>('select sealed from sync.web_sign_in');
    assert.equal(again?.sealed, null, 'nothing of the verifier is left');
    const late = await ok(ask('POST', '/api/setup/web-sign-in', byWindow()));
    const lateUrl = await throughSalesforce(late);
    await db.run(`update sync.web_sign_in set begun_at = begun_at - interval '11 minutes'`);
    assert.equal(await callBack(instance, lateUrl, cookieOf(late)), '/setup/connect?from=mismatch');
    const declined = await ok(ask('POST', '/api/setup/web-sign-in', byWindow()));
    const { state } = Object.fromEntries(new URL(String(at(declined, 'authorizeUrl'))).searchParams);
    const deny = `/api/setup/web-sign-in/callback?error=access_denied&error_description=canary-text&state=${state}`;
    assert.equal(await callBack(instance, deny, cookieOf(declined)), '/setup/connect?from=web');
    const outcome = await ok(ask('GET', '/api/setup/web-sign-in'));
    assert.deepEqual([at(outcome, 'state'), at(outcome, 'problem', 'code')], ['failed', 'sign-in-declined']);
    assert.equal(outcome.text.includes('canary-text'), false);
    for (const secret of [org.clientSecret, new URL(`http://x${url}`).searchParams.get('code') ?? ''])
      assert.equal(instance.logged().includes(secret), false);
  });
});

test('[SET8] what new credentials would lose is shown before they are saved, and they take effect without a restart', async () => {
  await withInstance(async (instance) => {
    const { ask, db } = instance;
    await connect(instance, byApp(org));
    await ok(confirm(instance));
    const before = await instance.connection.current();
    org.org.access.switches.set({ hiddenFields: ['Lead.Phone', 'Contact.Fax'], autoApprove: true });
    const choices = await stored(instance);
    const compared = await ok(ask('POST', '/api/setup/connection/compare', byPassword(org)));
    assert.deepEqual(at(compared, 'lost'), [
      { object: 'Lead', isWhole: false, fields: ['Phone'] },
      { object: 'Contact', isWhole: false, fields: ['Fax'] },
    ]);
    assert.deepEqual(await stored(instance), choices, 'nothing was saved');

    const begun = await ok(ask('POST', '/api/setup/web-sign-in', byWindow()));
    await callBack(instance, await throughSalesforce(begun), cookieOf(begun));
    const waits = await ok(ask('GET', '/api/setup/web-sign-in'));
    assert.deepEqual([at(waits, 'state'), at(waits, 'lost', 1, 'fields')], ['waits', ['Fax']]);
    assert.equal(at(await ok(ask('GET', '/api/setup/connection')), 'connection', 'method'), 'client_credentials');
    await ok(ask('POST', '/api/setup/web-sign-in/keep'));
    assert.equal(code(await ask('POST', '/api/setup/web-sign-in/keep')), 'sign-in-mismatch', 'once');
    const after = await instance.connection.current();
    assert.notEqual(after, before);
    assert.equal((await after.identity()).username, org.username);

    org.org.access.switches.set({ hiddenFields: [] });
    assert.deepEqual(at(await ok(ask('POST', '/api/setup/connection/compare', byPassword(org))), 'lost'), []);
    await ok(ask('PUT', '/api/setup/connection', byPassword(org)));
    assert.equal((await (await instance.connection.current()).identity()).apiVersion, '64.0');
    await db.run(`update sync.connection set org_id = '00D000000000062EAA'`);
    const elsewhere = await ok(ask('POST', '/api/setup/connection/compare', byApp(org)));
    assert.equal(at(elsewhere, 'test', 'lines', 2, 'problem', 'code'), 'org-changed');
    const wrong = { ...byWindow(), method: 'jwt', username: org.username, privateKey: 'no key' };
    assert.equal(code(await ask('PUT', '/api/setup/connection', wrong)), 'private-key-wrong');
  });
});

test('[SET10] an org that bears the keys of another Syncline is started only by whoever says that this one takes over', async () => {
  await withInstance(async (instance) => {
    const { ask } = instance;
    await connect(instance, byApp(org));
    await ok(confirm(instance));
    assert.equal(at(await ok(ask('GET', '/api/setup/start')), 'keyedRecords'), 0);
    const lead = { LastName: 'Keyed', Company: 'Elsewhere', Syncline_Key__c: 'a'.repeat(32) };
    org.org.dml.write(org.org.access.admin, [{ kind: 'create', object: 'Lead', record: lead }]);
    assert.equal(at(await ok(ask('GET', '/api/setup/start')), 'keyedRecords'), 1);
    const refused = await ask('POST', '/api/setup/start', {});
    assert.deepEqual([code(refused), at(refused, 'detail', 'records')], ['org-taken', 1]);
    assert.equal(code(await ask('POST', '/api/setup/start')), 'org-taken');
    assert.equal(at(await ok(ask('GET', '/api/status')), 'stage'), 'not_started');
    await ok(ask('POST', '/api/setup/start', { takesOver: true }));
    const [found] = org.org.store.statement(`select Id from Lead where LastName = 'Keyed'`).all();
    org.org.dml.write(org.org.access.admin, [{ kind: 'delete', object: 'Lead', id: String(found?.['Id']) }]);
  });
});

test('[SET4] a setup that was left stands where the org and the choices say, whoever opens it and after a restart', async () => {
  await withInstance(async (instance) => {
    const { ask } = instance;
    await connect(instance, byApp(org));
    await ok(ask('PUT', '/api/setup/sync-fields', { dropped: ['Lead.Fax'] }));
    org.org.access.switches.set({ hiddenFields: ['Lead.Status'] });
    const again = await startInstance({
      practice: org,
      allowedHosts: [org.url],
      database: instance.database,
      sealer: instance.sealer,
    });
    try {
      await ok(ask('POST', '/api/users', OTHER));
      await ok(again.ask('POST', '/api/sessions', { email: OTHER.email, password: OTHER.password }));
      const hub = await ok(again.ask('GET', '/api/setup'));
      assert.equal(at(hub, 'stage'), 'not_confirmed');
      assert.deepEqual(
        [0, 1, 2].map((step) => at(hub, 'steps', step, 'state')),
        ['done', 'to_fix', 'not_started'],
      );
      assert.deepEqual(at(hub, 'steps', 1, 'blockers', 0, 'detail'), { object: 'Lead', field: 'Status' });
      org.org.access.switches.set({ hiddenFields: [] });
      assert.equal(at(await ok(again.ask('GET', '/api/setup')), 'steps', 1, 'state'), 'done');
      const rows = at(await ok(again.ask('GET', '/api/setup/sync-fields')), 'fields') as readonly {
        apiName: string;
        kept: boolean;
      }[];
      assert.equal(rows.find(({ kept }) => !kept)?.apiName, 'Fax');
      await ok(confirm(again, ['Lead.Fax']));
      assert.equal(at(await ok(ask('GET', '/api/setup')), 'stage'), 'not_started');
    } finally {
      await again.close();
    }
  });
});
const OTHER = {
  name: 'Ben',
  email: 'ben@acme.test',
  role: 'admin',
  language: 'es',
  password: 'another long password',
} as const;

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
