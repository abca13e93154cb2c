import { Readable } from 'node:stream';
import { Problem } from '../errors/errors.ts';

/** A header of 800 fields fits many times. */
const HEADER_BYTES_MAX = 262_144;

/**
 * The names in the first line of a CSV, and the same bytes from the beginning. A job that was made when a field was hidden has one
 * column fewer, whoever reads its pages and whenever (IN10).
 */
export const readHeader = async (
  bytes: Readable,
): Promise<{ readonly names: readonly string[]; readonly bytes: Readable }> => {
  const rest = bytes[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let head: Buffer = Buffer.alloc(0);
  while (!head.includes(NEW_LINE) && head.length < HEADER_BYTES_MAX) {
    const next = await rest.next();
    if (next.done) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  const line = head.subarray(0, head.includes(NEW_LINE) ? head.indexOf(NEW_LINE) : head.length).toString('utf8');
  const names = namesOf(line.replace(/\r$/, ''));
  return { names, bytes: Readable.from(both(head, rest), { objectMode: false, highWaterMark: 1 << 17 }) };
};
const NEW_LINE = 0x0a;

async function* both(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield head;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

/** Salesforce's names need no quotes inside quotes. */
const namesOf = (line: string): readonly string[] => {
  const cells = line.split(',').map((cell) => /^(?:"([A-Za-z]\w*)"|([A-Za-z]\w*))$/.exec(cell));
  return cells.map((cell) => {
    const name = cell?.[1] ?? cell?.[2];
    if (name === undefined) throw new Problem('answer-not-understood', { host: 'Salesforce' });
    return name;
  });
};
