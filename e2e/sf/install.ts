/** Installs `sf` into this folder, unless what its lockfile says is there already. */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';

const writtenAt = (...path: readonly string[]): number =>
  statSync(join(import.meta.dirname, ...path), { throwIfNoEntry: false })?.mtimeMs ?? 0;

// npm writes the one last that says what it installed.
if (writtenAt('node_modules', '.package-lock.json') <= writtenAt('package-lock.json')) {
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: import.meta.dirname, stdio: 'inherit' });
}
