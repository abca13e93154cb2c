/**
 * A query's result on disk: `rows.csv`, and `offsets`, where eight bytes a row say at which byte it begins and a last
 * eight where the file ends. So any page of any size is one range of bytes, found with two small reads.
 */
import { closeSync, createReadStream, openSync, readSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';

const offsetBytes = 8;

export class ResultWriter {
  readonly #rows: number;
  readonly #offsets: number;
  readonly #pending = Buffer.allocUnsafe(1 << 20);
  readonly #places = new Float64Array(1 << 13);
  #held = 0;
  #written = 0;
  #placed = 0;
  count = 0;

  constructor(folder: string) {
    this.#rows = openSync(path.join(folder, 'rows.csv'), 'w');
    this.#offsets = openSync(path.join(folder, 'offsets'), 'w');
  }

  /** `line` is a whole row with its line end. */
  add(line: string): void {
    this.#place();
    this.count += 1;
    // UTF-8 takes at most three bytes for each UTF-16 unit.
    if (line.length * 3 > this.#pending.length - this.#held) this.#flush();
    if (line.length * 3 > this.#pending.length) {
      const bytes = Buffer.from(line);
      writeAll(this.#rows, bytes);
      this.#written += bytes.length;
      return;
    }
    this.#held += this.#pending.write(line, this.#held);
  }

  /** Writes what is still held; the result is whole after it. */
  end(): void {
    this.#place();
    this.#flush();
    this.#flushPlaces();
  }

  close(): void {
    closeSync(this.#rows);
    closeSync(this.#offsets);
  }

  #place(): void {
    if (this.#placed === this.#places.length) this.#flushPlaces();
    this.#places[this.#placed] = this.#written + this.#held;
    this.#placed += 1;
  }

  #flush(): void {
    writeAll(this.#rows, this.#pending.subarray(0, this.#held));
    this.#written += this.#held;
    this.#held = 0;
  }

  #flushPlaces(): void {
    writeAll(this.#offsets, Buffer.from(this.#places.buffer, 0, this.#placed * offsetBytes));
    this.#placed = 0;
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
}

export interface ResultRange {
  readonly bytes: number;
  /** The rows from the first to before the last, as they are on disk. */
  open(): Readable;
}

/** Rows `from` to before `to`, which must lie within the result. */
export function resultRange(folder: string, from: number, to: number): ResultRange {
  const [start, end] = placesOf(path.join(folder, 'offsets'), from, to);
  return {
    bytes: end - start,
    open: () => createReadStream(path.join(folder, 'rows.csv'), { start, end: end - 1, highWaterMark: 1 << 19 }),
  };
}

function placesOf(file: string, from: number, to: number): readonly [number, number] {
  const offsets = openSync(file, 'r');
  try {
    return [placeOf(offsets, from), placeOf(offsets, to)];
  } finally {
    closeSync(offsets);
  }
}

function placeOf(offsets: number, row: number): number {
  const bytes = new Float64Array(1);
  const read = readSync(offsets, new Uint8Array(bytes.buffer), 0, offsetBytes, row * offsetBytes);
  if (read !== offsetBytes) throw new Error(`The result has no row ${row}.`);
  return bytes[0] as number;
}
