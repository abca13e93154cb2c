import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type RunningOrg, startOrg } from '../../../emulator/src/org.ts';
import { type Instance, startInstance } from '../api/testing/instance.ts';

let org: RunningOrg;
let instance: Instance;

before(async () => {
  org = await startOrg({ profile: 'demo' });
  instance = await startInstance({ practice: org });
  await instance.signIn();
});
after(async () => {
  await instance?.close();
  await org?.close();
});

const byPassword = () => ({
  method: 'password',
  host: org.url,
  isSandbox: false,
  username: org.username,
  password: org.password,
  securityToken: org.securityToken,
});
const columnsOfPerson = async (): Promise<number> => {
  const [row] = await instance.db.query<{ count: number }>(
    `select count(*) from information_schema.columns where table_schema = 'marketing' and table_name = 'person'`,
  );
  return row?.count ?? 0;
};

test('walks from nothing to Start Sync', async () => {
  const { ask } = instance;
  console.error(JSON.stringify((await ask('GET', '/api/setup')).body));
  console.error((await ask('PUT', '/api/setup/connection', byPassword())).text);
  console.error((await ask('POST', '/api/setup/connection/test')).text);
  console.error((await ask('GET', '/api/setup')).text);
  const fields = await ask('GET', '/api/setup/sync-fields');
  console.error(fields.text.slice(0, 1500));
  console.error((await ask('POST', '/api/setup/confirm-credentials', { fingerprint: (fields.body as any).fingerprint, dropped: [] })).text);
  console.error((await ask('GET', '/api/setup/start')).text);
  console.error((await ask('POST', '/api/setup/start')).text);
  console.error((await ask('GET', '/api/setup')).text);
  console.error((await ask('GET', '/api/status')).text);
  console.error((await ask('GET', '/api/objects')).text);
  console.error((await ask('GET', '/api/initial-sync')).text);
  console.error((await ask('GET', '/api/people')).text);
  console.error((await ask('GET', '/api/field-maps')).text.slice(0,800));
  assert.ok(await columnsOfPerson());
});
