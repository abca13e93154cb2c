import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createSealer, openKeyFile } from './secrets.ts';

const SECRETS = { password: 'canary-password', securityToken: 'canary-token' };

test('[SEC1] sealed bytes hold no secret and open with the same key alone', () => {
  const key = randomBytes(32);
  const sealed = createSealer(key).seal(SECRETS);
  assert.equal(sealed.includes('canary'), false);
  assert.deepEqual(createSealer(key).open(sealed), SECRETS);
  assert.throws(() => createSealer(randomBytes(32)).open(sealed), { code: 'key-wrong' });
});

test('[SEC1] bytes that were changed anywhere do not open', () => {
  const sealer = createSealer(randomBytes(32));
  const sealed = sealer.seal(SECRETS);
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.throws(() => sealer.open(changed), { code: 'key-wrong' }, `byte ${at}`);
  }
});

test('[SEC1] one secret sealed twice gives different bytes', () => {
  const sealer = createSealer(randomBytes(32));
  assert.notDeepEqual(sealer.seal(SECRETS), sealer.seal(SECRETS));
});

test('[SEC1] the key file is made once, closed to others, and never overwritten', () => {
  const home = mkdtempSync(join(tmpdir(), 'syncline-key-'));
  try {
    const path = join(home, 'inner', 'key');
    const sealed = openKeyFile(path).seal(SECRETS);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    const before = readFileSync(path, 'utf8');
    assert.deepEqual(openKeyFile(path).open(sealed), SECRETS);
    assert.equal(readFileSync(path, 'utf8'), before);
    writeFileSync(path, 'not a key');
    assert.throws(() => openKeyFile(path), { code: 'key-missing' });
    assert.equal(readFileSync(path, 'utf8'), 'not a key');
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

test('[SEC1] a new key above the old one seals, and both open; the old line can go once nothing needs it', () => {
  const home = mkdtempSync(join(tmpdir(), 'syncline-key-'));
  try {
    const path = join(home, 'key');
    const [older, newer] = [randomBytes(32), randomBytes(32)].map((key) => key.toString('base64'));
    writeFileSync(path, `${older}\n`);
    const sealedBefore = openKeyFile(path).seal(SECRETS);
    writeFileSync(path, `${newer}\n${older}\n`);
    const both = openKeyFile(path);
    assert.deepEqual([both.open(sealedBefore), both.isNewest(sealedBefore)], [SECRETS, false]);
    const sealedAfter = both.seal(both.open(sealedBefore));
    assert.equal(both.isNewest(sealedAfter), true);
    writeFileSync(path, `${newer}\n`);
    assert.deepEqual(openKeyFile(path).open(sealedAfter), SECRETS);
    assert.throws(() => openKeyFile(path).open(sealedBefore), { code: 'key-wrong' });
    writeFileSync(path, `${newer}\nnot a key\n`);
    assert.throws(() => openKeyFile(path), { code: 'key-missing' });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
