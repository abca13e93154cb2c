import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { type RunningOrg, startOrg } from '../../../emulator/src/org.ts';
import { type Answer, type Instance, startInstance } from '../api/testing/instance.ts';

let org: RunningOrg;
let instance: Instance;
before(async () => {
  org = await startOrg({ profile: 'demo' });
  instance = await startInstance({ practice: org, allowedHosts: [org.url] });
  await instance.signIn();
  const { clientId, clientSecret } = org;
  await instance.ask('PUT', '/api/setup/connection', {
    method: 'client_credentials',
    host: org.url,
    isSandbox: false,
    clientId,
    clientSecret,
  });
  const tested = await instance.ask('POST', '/api/setup/connection/test');
  assert.equal(Reflect.get(tested.body, 'passed'), true, tested.text);
});
after(async () => {
  await instance?.close();
  await org?.close();
});

type Row = Readonly<Record<string, unknown>>;
const rows = (answer: Answer, key: string): readonly Row[] => Reflect.get(answer.body, key) as readonly Row[];
const get = async (url: string): Promise<Answer> => {
  const answer = await instance.ask('GET', url);
  assert.equal(answer.status, 200, answer.text);
  return answer;
};
const field = async (label: string): Promise<Row> => {
  const found = rows(await get('/api/setup/fields'), 'fields').find((row) => row['label'] === label);
  assert.ok(found, label);
  return found;
};
const state = (row: Row, place: 'lead' | 'contact'): unknown => Reflect.get(row[place] as object, 'state');
const refusals = (answer: Answer): readonly Row[] => rows(answer, 'outcomes').filter(({ done }) => done !== true);

test('[SET1] without an admin the list can be read, and what only an admin knows is not guessed', async () => {
  const answer = await get('/api/setup/fields');
  assert.deepEqual([Reflect.get(answer.body, 'admin'), Reflect.get(answer.body, 'wanted')], [null, 34]);
  const key = await field('Syncline Key');
  assert.deepEqual(
    [state(key, 'lead'), state(key, 'contact'), key['tier'], key['edit']],
    ['found', 'found', 'needed', 'cannot_tell'],
  );
  const city = await field('Inferred City');
  assert.deepEqual([state(city, 'lead'), city['onConvert']], ['missing', 'cannot_tell']);
  for (const url of ['/api/setup/fields', '/api/setup/sync-user']) {
    const refused = await instance.ask('POST', url, {});
    assert.deepEqual([refused.status, Reflect.get(refused.body, 'code')], [409, 'admin-not-signed-in'], url);
  }
});

test('[SEC2] [SEC3] an admin signs in for a moment; the password is in no answer, no log and no table', async () => {
  const wrong = await instance.ask('POST', '/api/setup/admin-session', {
    method: 'password',
    host: org.url,
    isSandbox: false,
    username: org.adminUsername,
    password: 'canary-4711',
  });
  assert.equal(Reflect.get(wrong.body, 'code'), 'credentials-refused');
  const connection = await get('/api/setup/connection');
  assert.equal(
    Reflect.get(Reflect.get(connection.body, 'connection'), 'paused'),
    null,
    'it is not the connection that was refused',
  );
  const signedIn = await instance.ask('POST', '/api/setup/admin-session', {
    method: 'password',
    host: org.url,
    isSandbox: false,
    username: org.adminUsername,
    password: org.adminPassword,
    securityToken: org.adminSecurityToken,
  });
  assert.equal(signedIn.status, 200, signedIn.text);
  assert.equal(Reflect.get(Reflect.get(signedIn.body, 'admin'), 'username'), org.adminUsername);
  const [dump] = await instance.db.query<{ text: string }>(
    `select (select json_agg(c)::text from sync.connection c) || coalesce((select json_agg(s)::text from sync.setting s), '') as text`,
  );
  for (const text of [signedIn.text, instance.logged(), dump?.text ?? ''])
    for (const secret of [org.adminPassword, org.adminSecurityToken, 'canary-4711'])
      assert.equal(text.includes(secret), false);
});

test('[SET3] a missing field is created with its type, everybody may read it, the sync user alone writes it; twice is the same as once', async () => {
  const create = [
    'Lead.Inferred_City__c',
    'Contact.Inferred_City__c',
    'Lead.Acquisition_Program_Id__c',
    'Lead.Acquisition_Date__c',
  ];
  const first = await instance.ask('POST', '/api/setup/fields', { create });
  assert.deepEqual([first.status, refusals(first)], [200, []], first.text);
  const city = await field('Inferred City');
  assert.deepEqual(
    [state(city, 'lead'), state(city, 'contact'), city['edit'], city['onConvert']],
    ['found', 'found', 'sync_user', 'not_mapped'],
  );
  const lead = org.org.schema.object('Lead');
  const id = lead?.field('Acquisition_Program_Id__c');
  assert.deepEqual(
    [id?.type, id?.precision, id?.scale, lead?.field('Acquisition_Date__c')?.type],
    ['double', 18, 0, 'datetime'],
  );
  const grants = org.org.store
    .statement(`select count(*) as grants from FieldPermissions where Field = 'Lead.Inferred_City__c'`)
    .all();
  const again = await instance.ask('POST', '/api/setup/fields', { create });
  assert.deepEqual(refusals(again), [], again.text);
  assert.deepEqual(
    org.org.store
      .statement(`select count(*) as grants from FieldPermissions where Field = 'Lead.Inferred_City__c'`)
      .all(),
    grants,
  );
  const strange = await instance.ask('POST', '/api/setup/fields', { create: ['Lead.Not_Ours__c'] });
  assert.deepEqual(
    refusals(strange).map(({ code }) => code),
    ['not-found'],
  );
});

test('a field of another type is named with what it is, and an older one of the native sync counts', async () => {
  const { metadata, access } = org.org;
  metadata.put(access.admin, 'CustomField', 'Lead.Inferred_Country__c', {
    type: 'Checkbox',
    label: 'Inferred Country',
    defaultValue: 'false',
  });
  metadata.put(access.admin, 'CustomField', 'Lead.mkto71_Inferred_Company__c', {
    type: 'Text',
    label: 'Inferred Company',
    length: '255',
  });
  const hidden = await field('Inferred Company');
  assert.deepEqual(
    [hidden['apiName'], state(hidden, 'lead')],
    ['mkto71_Inferred_Company__c', 'hidden'],
    'made, and granted to nobody',
  );
  const set = org.org.store.statement(`select Id from PermissionSet where Name = 'Syncline'`).get() as { Id: string };
  const grant = (name: string) => ({
    kind: 'create' as const,
    object: 'FieldPermissions',
    record: {
      ParentId: set.Id,
      SobjectType: 'Lead',
      Field: `Lead.${name}`,
      PermissionsRead: 'true',
      PermissionsEdit: 'true',
    },
  });
  org.org.dml.write(access.admin, [grant('Inferred_Country__c'), grant('mkto71_Inferred_Company__c')]);
  assert.equal(state(await field('Inferred Company'), 'lead'), 'found');
  assert.deepEqual((await field('Inferred Country'))['lead'], { state: 'wrong_type', foundType: 'Checkbox' });
});

test('[SET3] fields that everybody may write are closed to all but the sync user', async () => {
  const open = await field('Syncline Key');
  assert.equal(open['edit'], 'everyone', 'the profiles of the practice org write every field it began with');
  const closed = await instance.ask('POST', '/api/setup/fields', {
    fixAccess: ['Lead.Syncline_Key__c', 'Contact.Syncline_Key__c'],
  });
  assert.deepEqual(refusals(closed), [], closed.text);
  const key = await field('Syncline Key');
  assert.deepEqual([key['edit'], state(key, 'lead')], ['sync_user', 'found']);
});

test('a custom field is mapped on conversion, and mappings that were there stay', async () => {
  const map = async (name: string): Promise<void> => {
    const answer = await instance.ask('POST', '/api/setup/fields', { mapOnConvert: [name] });
    assert.deepEqual(refusals(answer), [], answer.text);
  };
  await map('Inferred_City__c');
  await instance.ask('POST', '/api/setup/fields', { create: ['Contact.Acquisition_Date__c'] });
  await map('Acquisition_Date__c');
  assert.deepEqual(
    [
      (await field('Inferred City'))['onConvert'],
      (await field('Acquisition Date'))['onConvert'],
      (await field('Score'))['onConvert'],
    ],
    ['mapped', 'mapped', 'not_mapped'],
  );
});

test('[SET2] the sync user is asked for rights, needed fields and what sharing keeps from it', async () => {
  const checks = async (): Promise<readonly Row[]> => rows(await get('/api/setup/sync-user'), 'checks');
  const of = (list: readonly Row[], name: string, object: string | null = null): Row => {
    const found = list.find((row) => row['check'] === name && row['object'] === object);
    assert.ok(found, `${name} ${object}`);
    return found;
  };
  const before_ = await checks();
  assert.equal(of(before_, 'user_active')['state'], 'passed');
  assert.equal(of(before_, 'dedicated')['state'], 'passed');
  assert.deepEqual(
    ['Lead', 'Contact', 'Account', 'Opportunity', 'Campaign'].map(
      (object) => of(before_, 'object_rights', object)['state'],
    ),
    ['passed', 'passed', 'passed', 'passed', 'passed'],
  );
  assert.equal(of(before_, 'needed_field', 'Lead')['state'], 'passed');
  const sharing = of(before_, 'sharing', 'Lead');
  assert.ok(Number(sharing['there']) > 0 && sharing['seen'] === sharing['there']);
  org.org.access.switches.set({ hiddenFields: ['Lead.ConvertedDate', 'Account.Type'], sharingByOwner: true });
  try {
    const after_ = await checks();
    const needed = of(after_, 'needed_field', 'Lead');
    assert.deepEqual(
      [needed['state'], needed['missing'], needed['effect']],
      ['to_fix', ['ConvertedDate'], 'blocks_start'],
    );
    assert.ok((of(after_, 'activity_fields')['missing'] as readonly string[]).includes('Account.Type'));
    assert.equal(of(after_, 'sharing', 'Lead')['state'], 'to_fix');
  } finally {
    org.org.access.switches.set({ hiddenFields: [], sharingByOwner: false });
  }
});

test('[SET13] [SET3] one permission set gives the sync user back what its profile lost, and no right to all data', async () => {
  const { store, access } = org.org;
  const profile = store.read('User', access.syncUser.id)?.['ProfileId'] ?? '';
  const own = store.statement('select Id from PermissionSet where ProfileId = ?').get(profile) as { Id: string };
  store.statement('delete from ObjectPermissions where ParentId = ?').run(own.Id);
  store.statement('delete from FieldPermissions where ParentId = ?').run(own.Id);
  access.rightsChanged();
  const lost = rows(await get('/api/setup/sync-user'), 'checks').filter(({ state: now }) => now === 'to_fix');
  assert.ok(lost.some(({ check, effect }) => check === 'object_rights' && effect === 'blocks_start'));
  const mended = await instance.ask('POST', '/api/setup/sync-user');
  assert.deepEqual([mended.status, refusals(mended)], [200, []], mended.text);
  const left = rows(await get('/api/setup/sync-user'), 'checks').filter(
    ({ check, state: now, effect }) => now === 'to_fix' && effect !== 'advice' && check !== 'activity_fields',
  );
  assert.deepEqual(left, []);
  const set = store.statement(`select * from PermissionSet where Name = 'Syncline'`).get() as Row;
  assert.deepEqual([set['PermissionsModifyAllData'], set['PermissionsViewAllData']], ['false', 'false']);
  const all = store
    .statement(
      `select count(*) as n from ObjectPermissions where ParentId = ? and (PermissionsViewAllRecords = 'true' or PermissionsModifyAllRecords = 'true')`,
    )
    .get(String(set['Id'])) as Row;
  assert.equal(Number(all['n']), 0);
  assert.deepEqual(refusals(await instance.ask('POST', '/api/setup/sync-user')), [], 'twice');
});

/** Files of a zip by path, from its directory, each inflated. */
const unzip = (zip: Buffer): ReadonlyMap<string, string> => {
  const end = zip.lastIndexOf(Buffer.from('504b0506', 'hex'));
  const count = zip.readUInt16LE(end + 10);
  const files = new Map<string, string>();
  for (let at = zip.readUInt32LE(end + 16), n = 0; n < count; n += 1) {
    const [packed, name, extra, comment, place] = [
      zip.readUInt32LE(at + 20),
      zip.readUInt16LE(at + 28),
      zip.readUInt16LE(at + 30),
      zip.readUInt16LE(at + 32),
      zip.readUInt32LE(at + 42),
    ];
    const body = place + 30 + zip.readUInt16LE(place + 26) + zip.readUInt16LE(place + 28);
    files.set(
      zip.subarray(at + 46, at + 46 + name).toString(),
      inflateRawSync(zip.subarray(body, body + packed)).toString(),
    );
    at += 46 + name + extra + comment;
  }
  return files;
};

test('whoever has no admin takes the same fields and rights as a package in source format', async () => {
  const answer = await instance.app.inject({
    url: '/api/setup/package.zip',
    headers: { authorization: `Bearer ${await viewerToken()}` },
  });
  assert.deepEqual([answer.statusCode, answer.headers['content-type']], [200, 'application/zip']);
  const files = unzip(answer.rawPayload);
  assert.equal([...files.keys()].filter((path) => path.endsWith('.field-meta.xml')).length, 34);
  const score = files.get('force-app/main/default/objects/Lead/fields/Score__c.field-meta.xml') ?? '';
  assert.match(
    score,
    /<CustomField xmlns="http:\/\/soap.sforce.com\/2006\/04\/metadata">[^]*<fullName>Score__c<\/fullName>[^]*<precision>10<\/precision>/,
  );
  const set = files.get('force-app/main/default/permissionsets/Syncline.permissionset-meta.xml') ?? '';
  assert.match(set, /<field>Contact\.Syncline_Key__c<\/field>/);
  assert.match(set, /<object>Campaign<\/object>/);
  assert.doesNotMatch(set, /ModifyAllData|ViewAllData|<(modify|view)AllRecords>true/);
  assert.ok(JSON.parse(files.get('sfdx-project.json') ?? ''));
});

const viewerToken = async (): Promise<string> => {
  const made = await instance.ask('POST', '/api/tokens', { name: 'package', role: 'viewer' });
  return String(Reflect.get(made.body, 'secret'));
};

test('[SET9] an admin of another org is refused, and nothing is left of a session after signing out', async () => {
  const { ask, db } = instance;
  // Confirm Credentials has pinned another org than the one that answers: every practice org bears the same id.
  await db.run(`update sync.connection set org_id = '00D000000000062EAA'`);
  const refused = await ask('POST', '/api/setup/admin-session', {
    method: 'password',
    host: org.url,
    isSandbox: false,
    username: org.adminUsername,
    password: org.adminPassword,
    securityToken: org.adminSecurityToken,
  });
  await db.run('update sync.connection set org_id = null');
  assert.equal(Reflect.get(refused.body, 'code'), 'org-changed', refused.text);
  const connection = await get('/api/setup/connection');
  assert.equal(Reflect.get(Reflect.get(connection.body, 'connection'), 'paused'), null);
  assert.equal((await ask('DELETE', '/api/setup/admin-session')).status, 200);
  assert.equal(Reflect.get((await get('/api/setup/fields')).body, 'admin'), null);
  const practice = await ask('POST', '/api/setup/admin-session', { method: 'practice' });
  assert.equal(practice.status, 200, practice.text);
});
