/** A replay id on the wire: eight bytes, the greatest first, which clients are to take as they are (A15). */
export function replayIdBytes(replayId: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(replayId));
  return bytes;
}

/** Undefined if it is none. */
export function replayIdOf(bytes: Buffer): number | undefined {
  if (bytes.length !== 8) return undefined;
  const id = Number(bytes.readBigUInt64BE());
  return Number.isSafeInteger(id) ? id : undefined;
}
