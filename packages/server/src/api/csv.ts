/**
 * Lists as CSV for people, who open them in a spreadsheet: RFC 4180 in UTF-8 with its mark, and no cell that a spreadsheet would run (SEC5).
 * Programs read the API, whose values are as they are.
 */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

export type Cell = string | number | boolean | null;

/** A text that begins like a formula gains an apostrophe, which spreadsheets take for "this is text". Pure. */
export const harmless = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

/** One line, ended. Pure. */
export const csvLine = (cells: readonly Cell[]): string => `${cells.map(cellText).join(',')}\r\n`;

const cellText = (cell: Cell): string => {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = harmless(cell);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const lines = async function* <Row>(
  heads: readonly string[],
  pages: AsyncIterable<readonly Row[]>,
  cellsOf: (row: Row) => readonly Cell[],
): AsyncGenerator<string> {
  // With the first page, so that what is refused is a refusal and no file.
  let head = `\uFEFF${csvLine(heads)}`;
  for await (const page of pages) {
    yield `${head}${page.map((row) => csvLine(cellsOf(row))).join('')}`;
    head = '';
  }
  if (head !== '') yield head;
};

/** Sends the list as it is read, a page at a time, however long it is. */
export const sendCsv = <Row>(
  reply: FastifyReply,
  name: string,
  heads: readonly string[],
  pages: AsyncIterable<readonly Row[]>,
  cellsOf: (row: Row) => readonly Cell[],
): FastifyReply =>
  reply
    .type('text/csv; charset=utf-8')
    .header(
      'content-disposition',
      `attachment; filename="syncline-${name}-${new Date().toISOString().slice(0, 10)}.csv"`,
    )
    .send(Readable.from(lines(heads, pages, cellsOf)));
