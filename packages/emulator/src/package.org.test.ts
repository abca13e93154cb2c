import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

const own = path.join(import.meta.dirname, '..');
const folder = mkdtempSync(path.join(tmpdir(), 'org-package-'));
let started: ChildProcess | undefined;
after(() => {
  started?.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** Packs the package as it would be published and installs it below `node_modules`, where Node strips no types. */
function installed(): string {
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: own, stdio: 'pipe' });
  const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  const place = path.join(folder, 'node_modules', '@syncline', 'org');
  mkdirSync(place, { recursive: true });
  execFileSync('tar', ['-xzf', path.join(folder, tarball), '-C', place, '--strip-components=1']);
  const { dependencies } = JSON.parse(readFileSync(path.join(place, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  for (const name of Object.keys(dependencies)) {
    const to = path.join(folder, 'node_modules', name);
    mkdirSync(path.dirname(to), { recursive: true });
    symlinkSync(path.join(own, '../../node_modules', name), to);
  }
  return place;
}

test('the published package starts by plain Node, from its command, and answers a describe', async () => {
  const place = installed();
  const there = readdirSync(place).toSorted();
  assert.deepEqual(there, ['LICENSE', 'README.md', 'bin', 'dist', 'package.json']);
  const built = new Set(readdirSync(path.join(place, 'dist'), { recursive: true }).map(String));
  assert.deepEqual(
    [...built].filter((name) => /test/i.test(name)),
    [],
  );
  for (const name of ['org.js', 'org.d.ts', 'cli.js', 'pubsub/pubsub.proto']) assert.ok(built.has(name), name);
  started = spawn(
    process.execPath,
    [path.join(place, 'bin/syncline-org.mjs'), '--port', '0', '--profile', 'empty', '--json'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let line = '';
  for await (const chunk of started.stdout ?? []) {
    line += String(chunk);
    if (line.includes('\n')) break;
  }
  const { instanceUrl, accessToken } = JSON.parse(line) as Record<string, string>;
  const answer = await fetch(`${instanceUrl}/services/data/v64.0/sobjects/Lead/describe`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  const described = (await answer.json()) as { fields: { name: string; type: string }[] };
  assert.equal(described.fields.find(({ name }) => name === 'Email')?.type, 'email');
  started.kill('SIGTERM');
  assert.deepEqual(await once(started, 'exit'), [0, null]);
});
