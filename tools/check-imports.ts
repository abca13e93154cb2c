/** Holds every import of our own files against the table in `imports.config.ts`. Deny by default. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';
import { open, testsMayImport, zones } from '../imports.config.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const table = zones;
const SERVER = 'packages/server/src/';

const sources = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|tsx|mts)$/.test(name) && !/(^|\/)(node_modules|dist)\//.test(name))
    .map((name) => `${folder}/${name}`);

const zoneOf = (path: string): string | undefined =>
  Object.keys(table)
    .filter((zone) => path === zone || path.startsWith(`${zone}/`))
    .sort((a, b) => b.length - a.length)[0];

/** The file of ours that a specifier means, relative to the root; undefined for packages of npm and of Node. */
const targetOf = (file: string, specifier: string): string | undefined => {
  if (specifier.startsWith('.')) return relative(ROOT, resolve(ROOT, dirname(file), specifier));
  const own = /^@syncline\/(contract|org)(?:\/(.+))?$/.exec(specifier);
  if (!own) return undefined;
  return own[1] === 'contract' ? `packages/contract/src/${own[2] ?? 'index'}.ts` : 'packages/emulator/src/org.ts';
};

const importsOf = (file: string): string[] => {
  const { module } = parseSync(file, readFileSync(join(ROOT, file), 'utf8'));
  const dynamic = module.dynamicImports.map((found) =>
    readFileSync(join(ROOT, file), 'utf8').slice(found.moduleRequest.start + 1, found.moduleRequest.end - 1),
  );
  const exported = module.staticExports.flatMap((statement) =>
    statement.entries.flatMap((entry) => (entry.moduleRequest ? [entry.moduleRequest.value] : [])),
  );
  return [...module.staticImports.map((found) => found.moduleRequest.value), ...exported, ...dynamic];
};

const isTest = (file: string): boolean => /\.test\.tsx?$/.test(file) || /\/testing\//.test(file);

const faultOf = (file: string, target: string): string | undefined => {
  const from = zoneOf(file);
  const to = zoneOf(target);
  if (!from) return `${file} is in no zone of imports.config.ts`;
  if (!to) return `${file} imports ${target}, which is in no zone`;
  if (from === to) return undefined;
  const may = isTest(file) ? [...(table[from] ?? []), ...testsMayImport] : (table[from] ?? []);
  if (!may.includes(to)) return `${file} may not import ${target}: ${from} -> ${to} is not in imports.config.ts`;
  if (
    isTest(file) ||
    !target.startsWith(SERVER) ||
    !from.startsWith(SERVER.slice(0, -1)) ||
    from === SERVER.slice(0, -1)
  )
    return undefined;
  const room = to.slice(SERVER.length);
  if (target === `${SERVER}${room}/${room}.ts` || open.test(target)) return undefined;
  return `${file} imports ${target}: other rooms import the door ${room}/${room}.ts`;
};

const faults = [
  'packages/contract/src',
  'packages/server/src',
  'packages/emulator/src',
  'packages/web/src',
  'e2e',
  'tools',
]
  .flatMap(sources)
  .flatMap((file) =>
    importsOf(file)
      .flatMap((specifier) => targetOf(file, specifier) ?? [])
      .flatMap((target) => faultOf(file, target) ?? []),
  );

for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exit(1);
