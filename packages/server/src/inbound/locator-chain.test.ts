import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LocatorChain } from './locator-chain.ts';

test('pages are handed out as their locators become known, each once', async () => {
  const chain = new LocatorChain(new Map());
  assert.equal(await chain.take(), '');
  const second = chain.take();
  chain.announce('', 'b');
  assert.equal(await second, 'b');
  chain.announce('', 'b');
  chain.announce('b', null);
  assert.equal(await chain.take(), null);
});

test('[IN15] pages that are applied are passed over, wherever they lie', async () => {
  const chain = new LocatorChain(
    new Map([
      ['', 'b'],
      ['c', 'd'],
      ['d', 'e'],
    ]),
  );
  assert.equal(await chain.take(), 'b');
  chain.announce('b', 'c');
  assert.equal(await chain.take(), 'e');
  chain.announce('e', null);
  assert.equal(await chain.take(), null);
});

test('[IN15] a load whose pages are all applied has nothing to read', async () => {
  assert.equal(
    await new LocatorChain(
      new Map([
        ['', 'b'],
        ['b', null],
      ]),
    ).take(),
    null,
  );
});

test('who waits when somebody stops gets nothing', async () => {
  const chain = new LocatorChain(new Map());
  await chain.take();
  const waiting = chain.take();
  chain.stop();
  chain.announce('', 'b');
  assert.equal(await waiting, null);
});
