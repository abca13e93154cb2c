/** Preloaded into the server by the bench: leaves a file in its home when a result page of a Bulk query came compressed. */
import { subscribe } from 'node:diagnostics_channel';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const GZIP_SEEN = 'gzip-seen';

interface HeadersMessage {
  readonly request: { readonly path: string };
  readonly response: { readonly headers: readonly Buffer[] };
}

const home = process.env['SYNCLINE_HOME'];
let isSeen = false;

subscribe('undici:request:headers', (message) => {
  const { request, response } = message as HeadersMessage;
  if (isSeen || home === undefined || !/\/jobs\/query\/[^/]+\/results/.test(request.path)) return;
  const headers = response.headers.map((header) => header.toString().toLowerCase());
  const encoding = headers.indexOf('content-encoding');
  if (encoding < 0 || headers[encoding + 1] !== 'gzip') return;
  isSeen = true;
  writeFileSync(join(home, GZIP_SEEN), '');
});
