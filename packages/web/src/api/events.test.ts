import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { listen } from './events.ts';

/** The browser's own, as far as it is listened to. */
class Stream {
  static readonly CLOSED = 2;
  static last: Stream | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  readyState = 1;
  constructor() {
    Stream.last = this;
  }
  close(): void {
    this.readyState = Stream.CLOSED;
  }
}

test('an answer that was under way when something changed is asked for once more, and none is broken off', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const had = Object.getOwnPropertyDescriptor(globalThis, 'EventSource');
  Object.defineProperty(globalThis, 'EventSource', { value: Stream, configurable: true });
  context.after(() =>
    Object.defineProperty(globalThis, 'EventSource', had ?? { value: undefined, configurable: true }),
  );
  const client = new QueryClient();
  const asked: { readonly signal: AbortSignal; readonly answer: PromiseWithResolvers<string> }[] = [];
  const observer = new QueryObserver(client, {
    queryKey: ['objects'],
    queryFn: ({ signal }) => {
      const answer = Promise.withResolvers<string>();
      asked.push({ signal, answer });
      return answer.promise;
    },
  });
  const unwatch = observer.subscribe(() => undefined);
  const unlisten = listen(client);
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  Stream.last?.onmessage?.({ data: JSON.stringify({ topic: 'objects' }) });
  context.mock.timers.tick(300);
  await turn();
  assert.equal(asked.length, 1, 'what is being asked goes on');
  assert.equal(asked[0]?.signal.aborted, false);
  asked[0]?.answer.resolve('before the change');
  for (let turns = 0; turns < 5; turns += 1) {
    await turn();
    context.mock.timers.tick(1);
  }
  assert.equal(asked.length, 2, 'it may have been older than the change');
  asked[1]?.answer.resolve('after it');
  for (let turns = 0; turns < 5; turns += 1) {
    await turn();
    context.mock.timers.tick(1);
  }
  assert.equal(observer.getCurrentResult().data, 'after it');
  assert.equal(asked.length, 2, 'and no more than that');
  unlisten();
  unwatch();
  client.clear();
});
