import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

let base: TestDatabase;
before(async () => {
  base = await createTestDatabase();
});
after(() => base?.drop());

test('a transaction that throws leaves nothing', async () => {
  await assert.rejects(
    base.db.transaction(async (tx) => {
      await tx.run(`insert into marketing.person (external_id) values ('gone')`);
      throw new Error('stop');
    }),
    /stop/,
  );
  assert.deepEqual(await base.db.query(`select id from marketing.person where external_id = 'gone'`), []);
});

test('[OUT3] the mark of the sync counts only in a session of its role', async () => {
  const [own] = await base.db.ownTransaction((tx) => tx.query<{ own: boolean }>('select sync.is_own_write() as own'));
  const [plain] = await base.db.transaction((tx) => tx.query<{ own: boolean }>('select sync.is_own_write() as own'));
  assert.equal(own?.own, true);
  assert.equal(plain?.own, false);
});

test('bytes go to a table and come back as they were', async () => {
  await base.db.ownTransaction(async (tx) => {
    await tx.run('create temp table bytes (value text) on commit drop');
    const rows = await tx.copyIn(
      'copy bytes from stdin with (format csv)',
      Readable.from([Buffer.from('"a\r\nb"\n"é"\n')]),
    );
    assert.equal(rows, 2);
    assert.deepEqual(await tx.query('select value from bytes order by value'), [{ value: 'a\r\nb' }, { value: 'é' }]);
  });
});

test('[MAP16] [MAP17] numbers of 18 digits and dates of 1700 leave Postgres as text', async () => {
  const [row] = await base.db.query<{ n: string; d: string }>(
    `select 123456789012345678.5::numeric as n, date '1700-01-01' as d`,
  );
  assert.deepEqual(row, { n: '123456789012345678.5', d: '1700-01-01' });
});
