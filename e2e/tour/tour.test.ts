import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const TOUR = fileURLToPath(new URL('./tour.ts', import.meta.url));

interface Ran {
  readonly code: number;
  readonly report: Readonly<Record<string, number>>;
  readonly said: string;
}

const runTour = (...args: readonly string[]): Promise<Ran> =>
  new Promise((resolve, reject) => {
    execFile(process.execPath, [TOUR, '--json', ...args], (error, out, said) => {
      const line = out.trim().split('\n').at(-1) ?? '';
      if (!line.startsWith('{')) return reject(new Error(`the tour had no result: ${said}`, { cause: error }));
      const code = typeof error?.code === 'number' ? error.code : 0;
      return resolve({ code, report: JSON.parse(line) as Ran['report'], said });
    });
  });

/** One run serves both: all is well but for the value that was altered. */
test('one value altered behind the sync is named by the tour, and nothing else', { timeout: 280_000 }, async () => {
  const { code, report, said } = await runTour('--spoil');
  assert.equal(code, 1);
  const named = said.split('\n').filter((line) => line.startsWith('differs:'));
  assert.equal(named.length, 1, said);
  assert.match(named[0] ?? '', /^differs: marketing\.person 00Q\w{15} LastName: Salesforce ".+", here "spoilt"$/);
  assert.deepEqual(
    {
      people: report['people'],
      created: report['createdHere'],
      duplicates: report['duplicateLeads'],
      differences: report['differences'],
    },
    { people: 3_000, created: 50, duplicates: 0, differences: 1 },
  );
  assert.ok((report['values'] ?? 0) > 400_000);
});

test('an argument that makes no sense is refused with its name', async () => {
  const ran = runTour('--kills', 'many');
  await assert.rejects(ran, /--kills takes a whole number up to 1000, not many/);
});
