import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { csvLine, csvSql } from './csv-text.ts';

const values = ['plain', 'a "quoted" word', 'line\nend\r\nand\rmore', 'nul\0inside', ';`^|\t', '\u202Eright', '🙂', ''];

test('SQL makes the line that TypeScript makes, whatever is in the values', () => {
  const database = new DatabaseSync(':memory:');
  const expressions = values.map(() => ({ sql: '?', quotes: true }));
  const columns = values.map((_, at) => ({ sql: `t0."v${at}"`, quotes: true }));
  const from = `from (select ${values.map((_, at) => `? as v${at}`).join(', ')}) t0`;
  for (const [delimiter, lineEnd] of [
    [',', '\n'],
    ['\t', '\r\n'],
  ] as const) {
    const line = csvLine(values, delimiter, lineEnd);
    const row = database.prepare(`select ${csvSql(expressions, delimiter, lineEnd)} as line`).get(...values);
    assert.equal(row?.['line'], line);
    const read = database.prepare(`select ${csvSql(columns, delimiter, lineEnd)} as line ${from}`).get(...values);
    assert.equal(read?.['line'], line);
  }
  database.close();
});

test('null is an empty value, and rows wider than one call of concat are whole', () => {
  const database = new DatabaseSync(':memory:');
  const cells = Array.from({ length: 900 }, (_, at) => ({
    sql: at % 2 === 0 ? 'null' : `'${at}'`,
    quotes: at % 3 === 0,
  }));
  const row = database.prepare(`select ${csvSql(cells, ',', '\n')} as line`).get();
  const expected = cells.map((_, at) => (at % 2 === 0 ? '' : String(at)));
  assert.equal(row?.['line'], csvLine(expected, ',', '\n'));
  database.close();
});
