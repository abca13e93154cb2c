import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { readHeader } from './csv-header.ts';

const of = (...chunks: readonly string[]): Readable => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));

test('the first line names the columns, wherever the chunks end, and the bytes are whole', async () => {
  const { names, bytes } = await readHeader(of('"I', 'd","Ema', 'il"\n"1","a\nb"\n', '"2","c"\n'));
  assert.deepEqual(names, ['Id', 'Email']);
  assert.equal(await text(bytes), '"Id","Email"\n"1","a\nb"\n"2","c"\n');
});

test('a header without rows, and unquoted names, are read', async () => {
  assert.deepEqual((await readHeader(of('Id,SystemModstamp'))).names, ['Id', 'SystemModstamp']);
});

test('something that is no CSV of Salesforce is refused', async () => {
  await assert.rejects(readHeader(of('<html><body>\n')), { code: 'answer-not-understood' });
  await assert.rejects(readHeader(of('')), { code: 'answer-not-understood' });
});

test('a broken stream breaks the reader', async () => {
  const broken = Readable.from(
    (async function* () {
      yield Buffer.from('"Id"\n"1"\n');
      throw new Error('cut');
    })(),
  );
  const { bytes } = await readHeader(broken);
  await assert.rejects(text(bytes), /cut/);
});
