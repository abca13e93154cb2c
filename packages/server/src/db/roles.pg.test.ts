import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { Problem } from '../errors/errors.ts';
import { ensureRoles, rolePasswords, withRole } from './roles.ts';
import { createTestDatabase } from './test-database.ts';

const codeOf = (code: string) => (error: unknown) => error instanceof Problem && error.code === code;

test('processes with one DATABASE_URL come to one password, others to another', () => {
  const one = rolePasswords('postgres://ops:secret@db:5432/a');
  assert.deepEqual(one, rolePasswords('postgres://ops:secret@db:5432/b'));
  assert.notEqual(one.sync, rolePasswords('postgres://ops:other@db:5432/a').sync);
  assert.notEqual(one.sync, one.engineer);
});

test('a DATABASE_URL that leads nowhere is named as such', async () => {
  await assert.rejects(
    ensureRoles('postgres://nobody@127.0.0.1:9/none', { sync: 'a', engineer: 'b' }),
    codeOf('database-url-wrong'),
  );
});

test('a DATABASE_URL that is no address is named as such', () => {
  assert.throws(() => rolePasswords('nonsense'), codeOf('database-url-wrong'));
});

test('who may not create roles is given the SQL for somebody who may', async () => {
  const base = await createTestDatabase();
  const admin = new pg.Client({ connectionString: base.adminUrl });
  await admin.connect();
  await admin.query('create role plain login');
  try {
    await assert.doesNotReject(
      ensureRoles(withRole(base.adminUrl, 'plain', ''), { sync: 'sync', engineer: 'engineer' }),
    );
  } finally {
    await admin.query('drop role plain');
    await admin.end();
    await base.drop();
  }
});
