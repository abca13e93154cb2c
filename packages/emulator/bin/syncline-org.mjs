#!/usr/bin/env node
// Plain JavaScript on purpose: it must run on any Node to say which one is needed.
const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(`The practice org needs Node 24 or newer and found ${process.versions.node}.`);
  process.exit(1);
}
await import('../dist/cli.js');
