import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvLine, harmless } from './csv.ts';

test('[SEC5] a cell that a spreadsheet would run is made harmless', () => {
  for (const first of ['=', '+', '-', '@', '\t', '\r']) assert.equal(harmless(`${first}1+1`), `'${first}1+1`);
  for (const plain of ['', 'a=1', ' =1', '1-2', "'=1", 'Søren']) assert.equal(harmless(plain), plain);
  assert.equal(csvLine(['=HYPERLINK("http://x","y")']), `"'=HYPERLINK(""http://x"",""y"")"\r\n`);
});

test('numbers, nothing, quotes, commas and line ends are as RFC 4180 has them', () => {
  assert.equal(csvLine([1, null, true, 'a"b', 'a,b', 'a\nb', ' a', 'a']), '1,,true,"a""b","a,b","a\nb"," a",a\r\n');
});
