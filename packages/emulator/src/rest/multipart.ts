/** One part of a multipart form. */
export interface Part {
  readonly name: string;
  readonly fileName: string | undefined;
  readonly contentType: string | undefined;
  readonly bytes: Uint8Array;
}

/** The body of a multipart request. */
export class Multipart {
  readonly parts: readonly Part[];

  constructor(parts: readonly Part[]) {
    this.parts = parts;
  }
}

/** Reads a multipart body; undefined if the content type names no boundary. */
export function readMultipart(contentType: string, body: Buffer): Multipart | undefined {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const mark = boundary?.[1] ?? boundary?.[2];
  if (mark === undefined) return undefined;
  const delimiter = Buffer.from(`--${mark}`);
  const parts: Part[] = [];
  let at = body.indexOf(delimiter);
  while (at >= 0) {
    const next = body.indexOf(delimiter, at + delimiter.length);
    if (next < 0) break;
    const part = readPart(body.subarray(at + delimiter.length, next));
    if (part !== undefined) parts.push(part);
    at = next;
  }
  return new Multipart(parts);
}

function readPart(bytes: Buffer): Part | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = bytes.subarray(0, end).toString();
  const value = (pattern: RegExp): string | undefined => pattern.exec(head)?.[1];
  const name = value(/name="([^"]*)"/i);
  if (name === undefined) return undefined;
  return {
    name,
    fileName: value(/filename="([^"]*)"/i),
    contentType: value(/content-type:\s*([^\r\n]+)/i),
    bytes: bytes.subarray(end + 4, bytes.length - 2),
  };
}
