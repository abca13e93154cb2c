import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type RunningOrg, startOrg } from '../org.ts';

let org: RunningOrg;
before(async () => {
  org = await startOrg({ profile: 'demo', seed: 2 });
});
after(() => org.close());

async function page(where: string): Promise<string> {
  const response = await fetch(org.url + where);
  assert.equal(response.status, 200, where);
  assert.match(String(response.headers.get('content-type')), /^text\/html/);
  return await response.text();
}

async function post(
  where: string,
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
) {
  return await fetch(org.url + where, { method: 'POST', redirect: 'manual', body: new URLSearchParams(form), headers });
}

/** The form a browser would send: every named control of the page with its value. */
function formIn(html: string, action: string): Record<string, string> {
  const start = html.indexOf(`action="${action}"`);
  assert.ok(start > 0, action);
  const form = html.slice(start, html.indexOf('</form>', start));
  const values: Record<string, string> = {};
  const plain = (text: string) => text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
  for (const [, name = '', value = ''] of form.matchAll(/<input [^>]*name="([^"]+)" value="([^"]*)"/g))
    values[name] = plain(value);
  for (const [, name = '', value = ''] of form.matchAll(/<textarea [^>]*name="([^"]+)"[^>]*>\n?([^<]*)<\/textarea>/g)) {
    values[name] = plain(value).replace(/\r\n?|\n/g, '\r\n');
  }
  for (const [, name = '', options = ''] of form.matchAll(/<select [^>]*name="([^"]+)">([\s\S]*?)<\/select>/g)) {
    values[name] = plain(/<option value="([^"]*)" selected>/.exec(options)?.[1] ?? '');
  }
  return values;
}

function someLead(where = 'true') {
  return org.org.store.database.prepare(`select * from "Lead" where ${where} order by "Id" limit 1`).get() as Record<
    string,
    string | null
  >;
}

test('the first page lists the objects, both users and the switches', async () => {
  const home = await page('/');
  for (const text of [
    org.username,
    org.password,
    org.securityToken,
    org.clientSecret,
    org.adminUsername,
    org.adminPassword,
    'Leads',
    '2,000',
    'userLocked',
    'hiddenFields',
  ]) {
    assert.ok(home.includes(text), text);
  }
  assert.equal((await fetch(`${org.url}/page.css`)).status, 200);
  assert.match(await page('/coverage'), /<h2>Sign-in<\/h2>[\s\S]*Web server flow with PKCE[\s\S]*absent/);
});

test('records are found by part of a name or by id, in pages', async () => {
  const lead = someLead(`"Email" is not null`);
  assert.ok(
    (await page(`/objects/Lead?q=${encodeURIComponent(String(lead['Email']).toUpperCase())}`)).includes(
      String(lead['Id']),
    ),
  );
  assert.ok((await page(`/objects/lead?q=${lead['Id']?.slice(0, 15)}`)).includes(`/records/${lead['Id']}`));
  assert.match(await page('/objects/Lead'), /rel="next"/);
  assert.match(await page('/objects/Lead?page=1'), /rel="prev"/);
  assert.match(await page('/objects/Lead?q=nobody-of-this-name'), /Nothing found/);
  assert.equal((await fetch(`${org.url}/objects/Nope`)).status, 404);
  assert.equal((await fetch(`${org.url}/records/00Q8x0000000zzzEAB`)).status, 404);
});

test('saving what was shown changes nothing, and an edit changes its field alone, as the admin', async () => {
  const lead = someLead(`"Notes__c" like '%' || char(10) || '%'`);
  const id = String(lead['Id']);
  org.org.store.update('Lead', id, {
    Street: 'a\nb',
    Title: '"<quoted>" & more',
    LastModifiedById: org.org.access.syncUser.id,
  });
  const before = org.org.store.read('Lead', id);
  const form = formIn(await page(`/records/${id}`), `/records/${id}`);
  assert.equal(form['f.Title'], '"<quoted>" & more');
  const same = await post(`/records/${id}`, form);
  assert.equal(same.headers.get('location'), `/records/${id}?done=unchanged`);
  assert.deepEqual(org.org.store.read('Lead', id), before);
  // Somebody else edits another field after the page was shown; their edit stays.
  org.org.store.update('Lead', id, { City: 'Elsewhere' });
  const saved = await post(`/records/${id}`, { ...form, 'f.Phone': '(201) 555-0199', 'f.Title': '' });
  assert.equal(saved.status, 303);
  const now = org.org.store.read('Lead', id);
  const stamps = ['LastModifiedById', 'LastModifiedDate', 'SystemModstamp'];
  const differing = Object.keys(now ?? {}).filter((name) => now?.[name] !== before?.[name] && !stamps.includes(name));
  assert.deepEqual(differing.toSorted(), ['City', 'Phone', 'Title']);
  assert.equal(now?.['Phone'], '(201) 555-0199');
  assert.equal(now?.['Title'], null);
  assert.equal(now?.['City'], 'Elsewhere');
  assert.equal(now?.['LastModifiedById'], org.org.access.admin.id);
  assert.match(await page(`/records/${id}?done=saved`), /role="status"[^>]*>Saved\./);
});

test('a refusal is shown as the org says it, with what was typed', async () => {
  const id = String(someLead()['Id']);
  const form = formIn(await page(`/records/${id}`), `/records/${id}`);
  const refused = await post(`/records/${id}`, { ...form, 'f.Email': 'no <email>' });
  assert.equal(refused.status, 422);
  const text = await refused.text();
  assert.match(text, /role="alert"[\s\S]*INVALID_EMAIL_ADDRESS/);
  assert.ok(text.includes('value="no &#60;email&#62;"'));
});

test('a lead is created and deleted', async () => {
  const form = formIn(await page('/objects/Lead/new'), '/objects/Lead/new');
  const lacking = await post('/objects/Lead/new', { ...form, 'f.LastName': 'Paged' });
  assert.match(await lacking.text(), /REQUIRED_FIELD_MISSING/);
  const made = await post('/objects/Lead/new', { ...form, 'f.LastName': 'Paged', 'f.Company': 'Page & Co' });
  const where = String(made.headers.get('location')).split('?')[0] ?? '';
  assert.match(where, /^\/records\/00Q/);
  assert.match(await page(where), /Page &#38; Co/);
  assert.equal((await post(`${where}/delete`, {})).status, 303);
  assert.match(await page(where), /recycle bin/);
  assert.equal(org.org.store.read('Lead', where.slice('/records/'.length))?.['IsDeleted'], 'true');
});

test('the switches are set and unset, and sessions ended', async () => {
  await post('/switches', {
    userLocked: 'true',
    hiddenFields: 'Lead.Phone\r\nContact.Email',
    lockRow: '3',
    latencyMs: 'many',
    clockSkewMs: '-5000',
    takenRights: 'Lead.edit',
    jobsStuck: 'true',
    rates: 'failWith503 0.05\r\nnothing 1',
  });
  const { userLocked, apiOff, hiddenFields, lockRow, latencyMs } = org.org.access.switches.state;
  assert.deepEqual(
    [userLocked, apiOff, hiddenFields, lockRow, latencyMs],
    [true, false, ['Lead.Phone', 'Contact.Email'], 3, 0],
  );
  assert.match(await page('/'), /name="userLocked" value="true" checked/);
  const { clockSkewMs, takenRights, jobsStuck, rates } = org.org.access.switches.state;
  assert.deepEqual([clockSkewMs, takenRights, jobsStuck, rates], [-5000, ['Lead.edit'], true, { failWith503: 0.05 }]);
  const rule = { object: 'Lead', when: { City: 'Lima' }, message: 'Not <there>.' };
  await post('/switches', { refuse: `${JSON.stringify(rule)}\r\n` });
  assert.deepEqual(org.org.access.switches.state.refuse, [rule]);
  const shown = formIn(await page('/'), '/switches');
  assert.deepEqual(JSON.parse(shown['refuse'] ?? ''), rule);
  for (const refuse of ['no JSON', '{"object":"Lead"}', '7']) {
    const refused = await post('/switches', { refuse });
    assert.equal(refused.status, 422, refuse);
    assert.match(await refused.text(), /role="alert"[\s\S]*refuse/);
  }
  assert.deepEqual(org.org.access.switches.state.refuse, [rule]);
  await post('/switches', { hiddenFields: '', refuse: '', lockRow: '0', clockSkewMs: '0', rates: '' });
  assert.equal(org.org.access.switches.state.userLocked, false);
  assert.deepEqual(org.org.access.switches.state.hiddenFields, []);
  await post('/expire-sessions', {});
  assert.equal(org.org.access.session(org.accessToken), undefined);
});

test('event streams are ended and events forgotten by a button each', async () => {
  org.org.events.capture('Lead');
  org.org.dml.write(org.org.access.admin, [
    { kind: 'create', object: 'Lead', record: { LastName: 'A', Company: 'x' } },
  ]);
  org.org.events.follow('/data/LeadChangeEvent', 'latest', () => undefined);
  assert.equal((await post('/end-streams', {})).status, 303);
  assert.deepEqual(org.org.events.state().followers, []);
  assert.equal(org.org.events.state().events, 1);
  assert.equal((await post('/forget-events', {})).status, 303);
  assert.equal(org.org.events.state().events, 0);
});

test('the clock is held and snapshots are taken and restored by buttons; what cannot be is said', async () => {
  await post('/clock', { do: 'hold', hold: '2030-01-01T00:00:00Z' });
  assert.match(await page('/'), /It is <code>2030-01-01T00:00:00\.000Z<\/code> here: the clock is held/);
  await post('/clock', { do: 'advance', seconds: '60' });
  assert.equal(org.clock.state.now, '2030-01-01T00:01:00.000Z');
  assert.equal((await post('/clock', { do: 'hold', hold: 'noon' })).status, 422);
  await post('/clock', { do: 'release' });
  assert.equal(org.clock.state.isHeld, false);
  await post('/snapshots', { do: 'take', name: 'now' });
  assert.match(await page('/'), /There are: now\./);
  const id = String(someLead()['Id']);
  org.org.store.update('Lead', id, { City: 'Nowhere' });
  assert.equal((await post('/options', { do: 'currencies', currencies: 'dollars' })).status, 422);
  for (const does of ['personAccounts', 'currencies']) {
    assert.equal((await post('/options', { do: does, currencies: 'USD,EUR:0.92' })).status, 303);
  }
  assert.match(await page('/'), /The org has person accounts\.[\s\S]*these currencies: USD, EUR\./);
  assert.equal((await post('/snapshots', { do: 'restore', name: 'now' })).status, 303);
  assert.match(await page('/'), /Turn on person accounts[\s\S]*Turn on several currencies/);
  assert.notEqual(org.org.store.read('Lead', id)?.['City'], 'Nowhere');
  assert.equal((await post('/snapshots', { do: 'restore', name: 'never' })).status, 422);
  assert.equal((await post('/schema', { do: 'retype', field: 'Lead.Score__c', value: 'Text 80' })).status, 303);
  assert.equal(org.org.schema.object('Lead')?.field('Score__c')?.type, 'string');
});

test('a validation rule is set and removed by buttons, and what it refuses is said with its message', async () => {
  const rule = { rule: 'Lead.NoLima', formula: "City = 'Lima'", message: 'Not there.', at: 'City' };
  assert.equal((await post('/schema', { do: 'rule', ...rule })).status, 303);
  assert.match(await page('/'), /There are: [^<]*Lead\.NoLima/);
  const lead = { 'f.LastName': 'A', 'f.Company': 'x', 'f.City': 'Lima' };
  const refused = await post('/objects/Lead/new', lead);
  assert.equal(refused.status, 422);
  assert.match(await refused.text(), /FIELD_CUSTOM_VALIDATION_EXCEPTION: Not there\./);
  for (const wrong of [
    { formula: 'City =' },
    { rule: 'Nothing.X' },
    { rule: 'Lead' },
    { message: '' },
    { at: 'Nope' },
  ]) {
    assert.equal((await post('/schema', { do: 'rule', ...rule, ...wrong })).status, 422, JSON.stringify(wrong));
  }
  assert.equal((await post('/schema', { do: 'removeRule', rule: 'Lead.NoLima' })).status, 303);
  assert.equal((await post('/objects/Lead/new', lead)).status, 303);
  assert.equal((await post('/schema', { do: 'removeRule', rule: 'Lead.NoLima' })).status, 422);
});

test("another site's form is refused", async () => {
  const response = await post('/switches', { apiOff: 'true' }, { 'sec-fetch-site': 'cross-site' });
  assert.equal(response.status, 403);
  assert.equal(org.org.access.switches.state.apiOff, false);
});
