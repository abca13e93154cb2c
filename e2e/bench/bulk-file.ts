/** A Bulk 2.0 query of its own, whose result pages become one CSV file with one header line. */
import { createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import type { OrgFacts } from '../tour/org-client.ts';
import { until } from '../tour/supervised-server.ts';

const PAGE_ROWS = 50_000;
const JOB_WITHIN_MS = 1_800_000;

export interface CsvFile {
  readonly rows: number;
  readonly bytes: number;
}

export const downloadResult = async (org: OrgFacts, soql: string, path: string): Promise<CsvFile> => {
  const jobs = `${org.instanceUrl}/services/data/v64.0/jobs/query`;
  const authorization = `Bearer ${org.adminAccessToken}`;
  const ask = async (url: string, posted?: string): Promise<Response> => {
    const answer = await fetch(url, {
      headers: { authorization, 'content-type': 'application/json' },
      ...(posted === undefined ? {} : { method: 'POST', body: posted }),
    });
    if (!answer.ok) throw new Error(`${url}: ${answer.status} ${(await answer.text()).slice(0, 500)}`);
    return answer;
  };
  const posted = await ask(jobs, JSON.stringify({ operation: 'queryAll', query: soql }));
  const created = (await posted.json()) as { readonly id: string };
  await until('the end of the query job', JOB_WITHIN_MS, async () => {
    const { state } = (await (await ask(`${jobs}/${created.id}`)).json()) as { readonly state: string };
    if (state === 'Failed' || state === 'Aborted') throw new Error(`the query job ended as ${state}`);
    return state === 'JobComplete';
  });
  // Each page is a pipeline of its own that leaves its listeners on the file.
  const out = createWriteStream(path).setMaxListeners(0);
  let rows = 0;
  let locator: string | null = '';
  while (locator !== null) {
    const answer: Response = await ask(
      `${jobs}/${created.id}/results?maxRecords=${PAGE_ROWS}${locator === '' ? '' : `&locator=${locator}`}`,
    );
    rows += Number(answer.headers.get('sforce-numberofrecords'));
    await pipeline(
      Readable.fromWeb(answer.body as ReadableStream),
      locator === '' ? passThrough() : withoutHeader(),
      out,
      { end: false },
    );
    const next: string | null = answer.headers.get('sforce-locator');
    locator = next === null || next === 'null' ? null : next;
  }
  await new Promise<void>((resolve) => out.end(resolve));
  return { rows, bytes: out.bytesWritten };
};

const passThrough = (): Transform => new Transform({ transform: (chunk, _encoding, done) => done(null, chunk) });

/** Every page begins with the names again; names hold no line end. */
const withoutHeader = (): Transform => {
  let isBody = false;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (isBody) return done(null, chunk);
      const end = chunk.indexOf(0x0a);
      isBody = end >= 0;
      return done(null, isBody ? chunk.subarray(end + 1) : null);
    },
  });
};
