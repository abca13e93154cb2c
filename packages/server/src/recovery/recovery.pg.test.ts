/** A database that is really put back: a copy of it takes its place, as a restored backup does. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { Bench, idOf, lead } from '../inbound/testing/bench.ts';
import { beatOnce, decideSign, finishRecovery, noticeRecovery } from './recovery.ts';

const [NEWER, SENT, QUIET] = [idOf('Lead', 1), idOf('Lead', 2), idOf('Lead', 3)];
/** Their records changed in Salesforce after any edit of this test. */
const [SAME, OPTED_OUT, YOUNG, FILLED] = [idOf('Lead', 4), idOf('Lead', 5), idOf('Lead', 6), idOf('Lead', 7)];
let bench: Bench;
let home: string;
before(async () => {
  bench = await Bench.create();
  home = mkdtempSync(join(tmpdir(), 'syncline-recovery-'));
});
after(async () => {
  rmSync(home, { recursive: true, force: true });
  await bench?.drop();
});

/** Copies of a database are made, and put in its place, while nobody is in it; the pool connects again by itself. */
const asAdmin = async (...statements: readonly string[]): Promise<void> => {
  const url = new URL(bench.database.adminUrl);
  const name = url.pathname.slice(1);
  url.pathname = '/postgres';
  const admin = new pg.Client({ connectionString: url.href });
  await admin.connect();
  try {
    await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = $1`, [name]);
    for (const statement of statements) await admin.query(statement.replaceAll('{db}', name));
  } finally {
    await admin.end();
  }
};
const backUp = () => asAdmin('create database {db}_backup template {db} strategy file_copy');
const restore = () => asAdmin('drop database {db} with (force)', 'alter database {db}_backup rename to {db}');

const here = { life_id: 'a', system_id: '1', timeline: '1', beat: 7, system_now: '1', timeline_now: '1', ended: [] };

test('[SAFE12] another cluster, another timeline, a later beat or another history is a recovery; a late folder is none', () => {
  assert.equal(decideSign(here, null), null);
  assert.equal(decideSign(here, { lifeId: 'a', beat: 7 }), null);
  assert.equal(decideSign(here, { lifeId: 'a', beat: 3 }), null);
  assert.equal(decideSign({ ...here, system_now: '2' }, null), 'system');
  assert.equal(decideSign({ ...here, timeline_now: '2' }, null), 'timeline');
  assert.equal(decideSign(here, { lifeId: 'a', beat: 8 }), 'beat');
  assert.equal(decideSign(here, { lifeId: 'b', beat: 1 }), 'life');
  assert.equal(decideSign({ ...here, ended: ['b'] }, { lifeId: 'b', beat: 90 }), null);
});

test('[SAFE12] [RACE16] a backup is put back: what may overwrite something newer is held, once what changed since is read, and the rest goes on', async () => {
  const { db } = bench;
  await bench.apply(
    'Lead',
    [NEWER, SENT, QUIET].map((Id) => lead({ Id, Phone: '1' })),
  );
  const SystemModstamp = new Date(Date.now() + 3_600_000).toISOString();
  await bench.apply(
    'Lead',
    [SAME, OPTED_OUT, YOUNG, FILLED].map((Id) => lead({ Id, Phone: '1', SystemModstamp })),
  );
  assert.equal(await noticeRecovery(db, home), null, 'a first life');
  await bench.edit(SAME, { phone: 'for a moment' });
  await bench.edit(SAME, { phone: '1' });
  await bench.edit(OPTED_OUT, { has_opted_out_of_email: true });
  await bench.edit(FILLED, { title: 'ours alone' });
  await bench.edit(NEWER, { phone: 'unsent' });
  await bench.edit(SENT, { phone: 'sent since' });
  await bench.edit(QUIET, { phone: 'unsent' });
  await beatOnce(db, home, 0);
  await backUp();
  await beatOnce(db, home, 0);
  await restore();
  assert.equal(await noticeRecovery(db, home), 'beat');
  assert.equal(await noticeRecovery(db, home), null, 'noticed once');
  await bench.edit(YOUNG, { phone: 'edited since' });
  assert.equal(await finishRecovery(db), null, 'nothing was read since');

  const later = {
    SystemModstamp: new Date(Date.now() + 1_000).toISOString(),
    LastModifiedDate: new Date().toISOString(),
  };
  await bench.apply('Lead', [
    lead({ Id: NEWER, Phone: 'of sales', ...later }),
    lead({ Id: SENT, Phone: 'sent since', ...later }),
  ]);
  await db.run(`update sync.cursor set last_began_at = clock_timestamp() where object = 'Lead'`);
  assert.equal(await finishRecovery(db), null, 'contacts were not read yet');
  await db.run(
    `update sync.cursor set last_began_at = (select recovered_at - interval '1 ms' from sync.recovery where caught_up_at is null) where object = 'Contact'`,
  );
  assert.equal(await finishRecovery(db), null, 'that read began before the recovery');
  await db.run(`update sync.cursor set last_began_at = clock_timestamp() where object = 'Contact'`);
  assert.equal(await finishRecovery(db), 2);
  assert.equal(await finishRecovery(db), null);
  assert.deepEqual(
    await db.query(`select sf_id, field, theirs, ours, policy from sync.conflict where winner is null order by sf_id`),
    [
      { sf_id: NEWER, field: 'phone', theirs: 'of sales', ours: 'unsent', policy: 'restored' },
      { sf_id: FILLED, field: 'title', theirs: null, ours: 'ours alone', policy: 'restored' },
    ],
    'no question: equal values, an opt-out, and what was edited after the recovery',
  );
  assert.deepEqual(
    [await bench.edits(NEWER), await bench.edits(SENT), await bench.edits(QUIET), await bench.edits(OPTED_OUT)],
    [['phone'], [], ['phone'], ['has_opted_out_of_email']],
  );
  assert.equal((await bench.person(NEWER))['phone'], 'unsent', 'nothing is lost');
  const folderOfAnother = mkdtempSync(join(tmpdir(), 'syncline-recovery-'));
  writeFileSync(join(folderOfAnother, 'last-seen'), 'cut o');
  assert.equal(await noticeRecovery(db, folderOfAnother), null, 'a folder that cannot be read says nothing');
  rmSync(folderOfAnother, { recursive: true });
});
