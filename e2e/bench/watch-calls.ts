/** Preloaded into the server by the bench: counts its requests to Salesforce, and tells them when asked (`{ask: 'calls'}`). */
import { subscribe } from 'node:diagnostics_channel';

/** Requests to the org's API since the start; `push` are those of them that carry changes there, or ask what became of them. */
export interface Calls {
  all: number;
  push: number;
}

interface RequestMessage {
  readonly request: { readonly method: string; readonly path: string };
}

const calls: Calls = { all: 0, push: 0 };

subscribe('undici:request:create', (message) => {
  const { method, path } = (message as RequestMessage).request;
  if (!path.startsWith('/services/data/')) return;
  calls.all += 1;
  if (/\/jobs\/ingest/.test(path) || (method !== 'GET' && /\/(composite\/)?sobjects/.test(path))) calls.push += 1;
});

process.on('message', (message: unknown) => {
  if (typeof message === 'object' && message !== null && 'ask' in message && message.ask === 'calls')
    process.send?.({ calls });
});
