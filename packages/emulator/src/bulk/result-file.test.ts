import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { ResultWriter, resultRange } from './result-file.ts';

test('any range of rows is read back as it was written, long rows and offsets past one buffer too', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'result-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const lines = Array.from({ length: 20_000 }, (_, at) =>
    at % 5_000 === 4_999 ? `${at} ${'é'.repeat(600_000)}\n` : `${at} ñ 🙂\n`,
  );
  const writer = new ResultWriter(folder);
  for (const line of lines) writer.add(line);
  writer.end();
  writer.close();
  assert.equal(writer.count, lines.length);
  for (const [from, to] of [
    [0, 1],
    [0, 20_000],
    [4_998, 5_001],
    [8_190, 8_195],
    [19_999, 20_000],
  ] as const) {
    const range = resultRange(folder, from, to);
    const expected = lines.slice(from, to).join('');
    assert.equal(range.bytes, Buffer.byteLength(expected));
    assert.equal(await text(range.open()), expected);
  }
  assert.equal(resultRange(folder, 20_000, 20_000).bytes, 0);
});
