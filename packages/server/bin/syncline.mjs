#!/usr/bin/env node
// Plain JavaScript on purpose: it must run on any Node to say which one is needed.
const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(
    `Syncline needs Node 24 and found ${process.versions.node}. On Linux (x64, arm64) and Windows (x64) "npm ci" brings it along: ` +
      'start with "npm start". Elsewhere install Node 24 first.',
  );
  process.exit(1);
}
await import('../src/start.ts');
