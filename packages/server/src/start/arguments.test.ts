import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readArguments } from './arguments.ts';

test('without arguments everything has its documented default', () => {
  const found = readArguments([]);
  assert.match(found.home, /\.syncline$/);
  assert.deepEqual(
    { ...found, home: '' },
    { home: '', port: 4000, orgPort: 4010, orgData: null, orgSchema: null, isJson: false, wantsHelp: false },
  );
});

test('--org none leaves the practice org out', () => {
  assert.equal(readArguments(['--org', 'none']).orgPort, null);
});

test('what makes no sense is refused with its name', () => {
  assert.throws(() => readArguments(['--port', 'eighty']), /--port takes a number/);
  assert.throws(() => readArguments(['--org', 'mine']), /--org takes none/);
  assert.throws(() => readArguments(['--prot', '1']), /--prot/);
});
