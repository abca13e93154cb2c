/** A zip of a few small files (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT), deflated, with UTF-8 names and one time for all. Pure. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZippedFile {
  readonly path: string;
  readonly text: string;
}

const VERSION = 20;
const UTF8_NAMES = 0x0800;
const DEFLATED = 8;
/** 1 January 2024, in DOS form: the same content is the same bytes. */
const DATE = ((2024 - 1980) << 9) | (1 << 5) | 1;
const FILE_MARK = 0x04034b50;
const DIRECTORY_MARK = 0x02014b50;
const END_MARK = 0x06054b50;

type Number16or32 = readonly [value: number, bytes: 2 | 4];

const numbers = (...parts: readonly Number16or32[]): Buffer =>
  Buffer.concat(
    parts.map(([value, bytes]) => {
      const buffer = Buffer.alloc(bytes);
      buffer.writeUIntLE(value, 0, bytes);
      return buffer;
    }),
  );

interface Entry {
  readonly name: Buffer;
  readonly packed: Buffer;
  /** What the header beside a file and the one in the directory have in common: from the version to the length of the extra field. */
  readonly header: Buffer;
}

const entryOf = ({ path, text }: ZippedFile): Entry => {
  const [content, name] = [Buffer.from(text), Buffer.from(path)];
  const packed = deflateRawSync(content);
  const header = numbers(
    [VERSION, 2],
    [UTF8_NAMES, 2],
    [DEFLATED, 2],
    [0, 2],
    [DATE, 2],
    [crc32(content), 4],
    [packed.length, 4],
    [content.length, 4],
    [name.length, 2],
    [0, 2],
  );
  return { name, packed, header };
};

export const zipOf = (files: readonly ZippedFile[]): Buffer => {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const file of files) {
    const { name, packed, header } = entryOf(file);
    const body = Buffer.concat([numbers([FILE_MARK, 4]), header, name, packed]);
    const rest = numbers([0, 2], [0, 2], [0, 2], [0, 4], [at, 4]);
    directory.push(numbers([DIRECTORY_MARK, 4], [VERSION, 2]), header, rest, name);
    bodies.push(body);
    at += body.length;
  }
  const central = Buffer.concat(directory);
  const end = numbers(
    [END_MARK, 4],
    [0, 2],
    [0, 2],
    [files.length, 2],
    [files.length, 2],
    [central.length, 4],
    [at, 4],
    [0, 2],
  );
  return Buffer.concat([...bodies, central, end]);
};
