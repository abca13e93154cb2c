/**
 * The practice org, measured as its clients meet it: a process of its own with a file, on this machine.
 *
 * `load` is the time from its start to the line that says it is ready, N leads in its file. The Bulk query reads every one of their
 * 50 fields with Id and SystemModstamp: from the request that makes the job to the last byte of the last page, pages of 50,000 rows,
 * read one after the other. Then 200 leads, spread over the table, are changed by one call, and a poll asks for what is newer than
 * the load: median of its answers, read to the end. The memory is the process's greatest, over all of that.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchFields } from '../../packages/emulator/src/data/bench.ts';
import type { OrgFacts } from '../tour/org-client.ts';
import { startProcess } from '../tour/processes.ts';
import { downloadResult } from './bulk-file.ts';
import { peakMB } from './peak.ts';
import type { OrgReport } from './report.ts';

const CHANGED = 200;
const POLLS = 51;
const FIELDS = ['Id', 'SystemModstamp', ...benchFields];

export const benchOrg = async (rows: number, say: (line: string) => void): Promise<OrgReport> => {
  const folder = mkdtempSync(join(tmpdir(), 'syncline-bench-org-'));
  try {
    say(`starting an org of ${rows} leads`);
    const began = performance.now();
    const practice = await startProcess({
      name: 'the practice org',
      file: new URL('../../packages/emulator/src/cli.ts', import.meta.url),
      args: ['--json', '--port', '0', '--file', join(folder, 'org.db'), '--profile', 'bench', '--rows', String(rows)],
      log: join(folder, 'org'),
      readyWithinMs: 60_000 + rows,
    });
    const loadSeconds = secondsSince(began);
    say(`ready after ${loadSeconds} s`);
    try {
      const loadPeakMB = peakMB(practice.pid);
      const org = practice.ready as unknown as OrgFacts;
      const bulk = await timeBulkQuery(org, rows);
      say(`Bulk query: ${bulk.rowsPerSecond} rows a second`);
      const poll = await timePolls(org, rows);
      return {
        rows,
        fields: benchFields.length,
        loadSeconds,
        bulkRowsPerSecond: bulk.rowsPerSecond,
        peakMB: peakMB(practice.pid),
        pollMs: poll.medianMs,
        loadPeakMB,
        bulkSeconds: bulk.seconds,
        csvMB: bulk.csvMB,
        pollWorstMs: poll.worstMs,
      };
    } finally {
      await practice.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const secondsSince = (began: number): number => Number(((performance.now() - began) / 1000).toFixed(2));

const timeBulkQuery = async (
  org: OrgFacts,
  rows: number,
): Promise<{ readonly rowsPerSecond: number; readonly seconds: number; readonly csvMB: number }> => {
  const began = performance.now();
  const file = await downloadResult(org, `select ${FIELDS.join(', ')} from Lead`, devNull);
  const seconds = secondsSince(began);
  if (file.rows !== rows) throw new Error(`the org gave ${file.rows} leads instead of ${rows}`);
  return { rowsPerSecond: Math.round(rows / seconds), seconds, csvMB: Number((file.bytes / 1e6).toFixed(1)) };
};

/** A poll that missed a change would be fast: each must bring all of them. */
const timePolls = async (
  org: OrgFacts,
  rows: number,
): Promise<{ readonly medianMs: number; readonly worstMs: number }> => {
  const ask = asker(org);
  const [newest] = read(await ask('select Id, SystemModstamp from Lead order by SystemModstamp desc limit 1')).records;
  const since = newest?.SystemModstamp.replace('+0000', 'Z') ?? '';
  const changed = Math.min(CHANGED, rows);
  await change(org, await everyNth(ask, rows, changed));
  const soql = `select ${FIELDS.join(', ')} from Lead where SystemModstamp > ${since} order by SystemModstamp, Id`;
  const times: number[] = [];
  for (let at = 0; at < POLLS; at += 1) {
    const began = performance.now();
    const text = await ask(soql);
    times.push(performance.now() - began);
    const { records } = read(text);
    if (records.length !== changed) throw new Error(`a poll brought ${records.length} leads instead of ${changed}`);
  }
  const sorted = times.toSorted((a, b) => a - b);
  const ms = (index: number): number => Number((sorted[index] ?? 0).toFixed(1));
  return { medianMs: ms(Math.floor(POLLS / 2)), worstMs: ms(POLLS - 1) };
};

interface Answer {
  readonly records: readonly { readonly Id: string; readonly SystemModstamp: string }[];
}

const read = (text: string): Answer => JSON.parse(text) as Answer;

const asker = (org: OrgFacts) => {
  const headers = { authorization: `Bearer ${org.adminAccessToken}` };
  return async (soql: string): Promise<string> => {
    const answer = await fetch(`${org.instanceUrl}/services/data/v64.0/query?q=${encodeURIComponent(soql)}`, {
      headers,
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`a query was refused: ${answer.status} ${text.slice(0, 500)}`);
    return text;
  };
};

/** Ids of leads that lie far apart, found by their e-mail address, which tells their number. */
const everyNth = async (ask: ReturnType<typeof asker>, rows: number, count: number): Promise<readonly string[]> => {
  const step = Math.floor(rows / count);
  const addresses = Array.from({ length: count }, (_, at) => `'lead.${at * step}@example.com'`);
  const { records } = read(await ask(`select Id, SystemModstamp from Lead where Email in (${addresses.join(', ')})`));
  if (records.length !== count) throw new Error(`the org has ${records.length} of ${count} leads`);
  return records.map(({ Id }) => Id);
};

const change = async (org: OrgFacts, ids: readonly string[]): Promise<void> => {
  const records = ids.map((Id) => ({ attributes: { type: 'Lead' }, Id, Title: 'Head of Polls' }));
  const answer = await fetch(`${org.instanceUrl}/services/data/v64.0/composite/sobjects`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${org.adminAccessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ allOrNone: true, records }),
  });
  const text = await answer.text();
  if (!answer.ok || text.includes('"success":false')) throw new Error(`the change was refused: ${text.slice(0, 500)}`);
};
