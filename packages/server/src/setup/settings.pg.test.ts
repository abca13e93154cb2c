import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import pino from 'pino';
import { type Instance, startInstance } from '../api/testing/instance.ts';
import { DEFAULT_BOUNDS } from '../lib/bounds.ts';
import { createSettings, idleCallsPerDay, type LiveBounds } from './create-settings.ts';
import { resealSecrets } from './reseal-secrets.ts';
import { createSealer } from './secrets.ts';

let instance: Instance;
before(async () => {
  instance = await startInstance();
  await instance.signIn();
});
after(() => instance?.close());

const PAGE = {
  pollEverySeconds: 60,
  userPollEverySeconds: 600,
  deepEverySeconds: 600,
  formulaEveryHours: 6,
  bulkFromRecords: 2000,
  historyDays: 30,
  brakeSharePercent: 10,
  brakeFloorRecords: 500,
  brakeWindowMinutes: 60,
  brakeOffReason: null,
  linksByEmail: false,
};

test('a page of settings is saved as a whole, within its ranges, and every process follows without a restart', async () => {
  const { db, ask } = instance;
  const bounds: LiveBounds = { ...DEFAULT_BOUNDS };
  const sealer = createSealer(randomBytes(32));
  const follower = createSettings({ db, sealer, bounds, log: pino({ level: 'silent' }) }).follow();
  await follower.start();
  try {
    assert.equal(bounds.pollEveryMs, DEFAULT_BOUNDS.pollEveryMs);
    for (const wrong of [
      { pollEverySeconds: 4 },
      { pollEverySeconds: 1.5 },
      { historyDays: 0 },
      { bulkFromRecords: null },
    ]) {
      const refused = await ask('PUT', '/api/settings/sync', { ...PAGE, ...wrong });
      assert.deepEqual(
        [refused.status, Reflect.get(refused.body, 'code')],
        [400, 'bad-request'],
        JSON.stringify(wrong),
      );
    }
    const saved = await ask('PUT', '/api/settings/sync', PAGE);
    assert.equal(saved.status, 200, saved.text);
    assert.deepEqual(saved.body, { ...PAGE, idleCallsPerDay: 1584 });
    const deadline = Date.now() + 10_000;
    while (bounds.pollEveryMs !== 60_000 && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(bounds.pollEveryMs, 60_000);
    assert.equal(bounds.leaseMs, DEFAULT_BOUNDS.leaseMs, 'what is no setting stays');
    assert.equal(
      (await ask('PUT', '/api/settings/sync', { ...PAGE, brakeOffReason: '' })).status,
      400,
      'a reason is given',
    );
    const linking = await ask('PUT', '/api/settings/sync', { ...PAGE, linksByEmail: true });
    assert.equal(Reflect.get(linking.body, 'linksByEmail'), true);
    assert.equal((await db.query(`select from sync.setting where name = 'linkByEmail' and value = 'true'`)).length, 1);
    const off = await ask('PUT', '/api/settings/sync', { ...PAGE, brakeOffReason: 'A migration of tonight' });
    assert.deepEqual(off.body, { ...PAGE, brakeOffReason: 'A migration of tonight', idleCallsPerDay: 1584 });
    while (Number.isFinite(bounds.brakeFloor) && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(bounds.brakeFloor, Number.POSITIVE_INFINITY);
    assert.equal(bounds.brakeShare, 0.1);
  } finally {
    await follower.stop();
  }
});

test('[SAFE7] what the schedule costs is one call for five objects a pass', () => {
  assert.equal(idleCallsPerDay({ pollEverySeconds: 30, userPollEverySeconds: 600 }), 2880 + 144);
  assert.equal(idleCallsPerDay({ pollEverySeconds: 86_400, userPollEverySeconds: 86_400 }), 2);
});

test('defaults are what somebody typed, or none', async () => {
  const { ask, db } = instance;
  assert.deepEqual((await ask('GET', '/api/settings/defaults')).body, {
    lastName: null,
    company: null,
    saveDuplicates: false,
  });
  assert.equal(
    (await ask('PUT', '/api/settings/defaults', { lastName: ' Unknown ', company: null, saveDuplicates: true })).status,
    200,
  );
  assert.deepEqual((await ask('GET', '/api/settings/defaults')).body, {
    lastName: 'Unknown',
    company: null,
    saveDuplicates: true,
  });
  assert.deepEqual(await db.query(`select name, value from sync.setting where name like 'default%'`), [
    { name: 'defaultLastName', value: 'Unknown' },
  ]);
  assert.equal((await ask('PUT', '/api/settings/defaults', { lastName: '  ', company: null })).status, 400);
});

test('[SEC1] [SEC2] the address that notices are posted to is sealed, and only its host is told', async () => {
  const { ask, db } = instance;
  const page = { bell: { brake: false }, webhook: { connection: true } };
  const url = 'https://hooks.acme.test/services/canary-4711';
  const saved = await ask('PUT', '/api/settings/notifications', { ...page, webhookUrl: url });
  assert.deepEqual(saved.body, { ...page, webhookHost: 'hooks.acme.test' });
  const [dump] = await db.query<{ text: string }>('select json_agg(s)::text as text from sync.setting s');
  assert.equal(dump?.text.includes('canary-4711'), false);
  const kept = await ask('PUT', '/api/settings/notifications', { bell: {}, webhook: {} });
  assert.equal(Reflect.get(kept.body, 'webhookHost'), 'hooks.acme.test', 'left out, it stays');
  assert.equal(
    (await ask('PUT', '/api/settings/notifications', { ...page, webhookUrl: 'http://10.0.0.1/x' })).status,
    400,
  );
  const none = await ask('PUT', '/api/settings/notifications', { ...page, webhookUrl: null });
  assert.equal(Reflect.get(none.body, 'webhookHost'), null);
  assert.equal((await ask('POST', '/api/settings/notifications/test')).status, 404);
  assert.equal(instance.logged().includes('canary-4711'), false);
});

test('[SEC1] at the next start everything is sealed with the newest key, and what another key sealed stays as it is', async () => {
  const { db } = instance;
  const [older, newer, strange] = [randomBytes(32), randomBytes(32), randomBytes(32)];
  await db.run(
    `insert into sync.connection (method, host, secrets) values ('client_credentials', 'https://acme.my.salesforce.com', $1)`,
    [createSealer(older).seal({ clientSecret: 'canary' })],
  );
  await db.run(`insert into sync.setting (name, value) values ('webhook', to_jsonb($1::text))`, [
    createSealer(strange).seal({ url: 'https://a.test' }).toString('base64'),
  ]);
  const both = createSealer(newer, [older]);
  assert.deepEqual(await resealSecrets(db, both), { sealed: 1, unopened: 1 });
  assert.deepEqual(await resealSecrets(db, both), { sealed: 0, unopened: 1 }, 'twice is the same as once');
  const [row] = await db.query<{ secrets: Buffer }>('select secrets from sync.connection');
  assert.deepEqual(createSealer(newer).open(row?.secrets ?? Buffer.alloc(0)), { clientSecret: 'canary' });
});
