/**
 * Secrets are sealed with the operator's key (SEC1): AES-256-GCM, a fresh nonce each time, with the key's fingerprint beside it.
 *
 * Sealed bytes: version (1) · fingerprint of the key (8) · nonce (12) · tag (16) · ciphertext. The fingerprint tells a wrong key
 * from damaged bytes; it is taken of 256 random bits, so it gives nothing away. A dump of the database without the key file
 * yields no secret. Nothing here writes to the database.
 *
 * A key file has one key a line. The first seals; every one opens. So a key is exchanged without typing a secret again: the new key goes
 * above the old one, the next start seals everything anew (`reseal-secrets.ts`), and the old line goes (docs/operating.md).
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { Problem } from '../errors/errors.ts';

const VERSION = 1;
const KEY_BYTES = 32;
const FINGERPRINT_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const NONCE_AT = 1 + FINGERPRINT_BYTES;
const HEAD_BYTES = 1 + FINGERPRINT_BYTES + NONCE_BYTES + TAG_BYTES;
/** Sealed bytes are good for this purpose alone; bytes of another column do not open here. */
const PURPOSE = Buffer.from('syncline connection');

/** Seals with the first key and opens with any. The keys themselves do not leave it. */
export interface Sealer {
  seal(secrets: Readonly<Record<string, string>>): Buffer;
  /** Errors: `key-wrong` where another key sealed them, or the bytes were changed. */
  open(sealed: Buffer): Readonly<Record<string, string>>;
  /** Whether the first key sealed it. */
  isNewest(sealed: Buffer): boolean;
}

/**
 * The keys of `path`, one made with mode 0600 where there is no file yet. An existing file is only read.
 * Errors: `key-missing` where it cannot be read or made, or does not hold keys alone.
 */
export const openKeyFile = (path: string): Sealer => {
  const text = readKeyFile(path) ?? makeKeyFile(path);
  const keys = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => Buffer.from(line.trim(), 'base64'));
  const [first, ...older] = keys;
  if (first === undefined || keys.some((key) => key.length !== KEY_BYTES)) throw new Problem('key-missing', { path });
  return createSealer(first, older);
};

const readKeyFile = (path: string): string | null => {
  try {
    const text = readFileSync(path, 'utf8');
    chmodSync(path, 0o600);
    return text;
  } catch (cause) {
    if (isMissing(cause)) return null;
    throw new Problem('key-missing', { path }, { cause });
  }
};

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** `wx` never overwrites; of two processes that start at once, the second reads what the first wrote. */
const makeKeyFile = (path: string): string => {
  const text = `${randomBytes(KEY_BYTES).toString('base64')}\n`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(path, 'wx', 0o600);
    writeSync(file, text);
    fsyncSync(file);
    closeSync(file);
    return text;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return readFileSync(path, 'utf8');
    throw new Problem('key-missing', { path }, { cause });
  }
};

/** `older` keys open what they sealed, and seal nothing any more. */
export const createSealer = (key: Buffer, older: readonly Buffer[] = []): Sealer => {
  const fingerprint = fingerprintOf(key);
  const openers = [key, ...older].map((opener) => ({ opener, fingerprint: fingerprintOf(opener) }));
  return {
    seal: (secrets) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(PURPOSE);
      const body = Buffer.concat([cipher.update(JSON.stringify(secrets), 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.from([VERSION]), fingerprint, nonce, cipher.getAuthTag(), body]);
    },
    open: (sealed) => {
      const found = openers.find((each) => each.fingerprint.equals(fingerprintIn(sealed)));
      if (!found || sealed.length <= HEAD_BYTES || sealed[0] !== VERSION) throw new Problem('key-wrong');
      return openWith(found.opener, sealed);
    },
    isNewest: (sealed) => fingerprint.equals(fingerprintIn(sealed)),
  };
};

const fingerprintOf = (key: Buffer): Buffer => createHash('sha256').update(key).digest().subarray(0, FINGERPRINT_BYTES);
const fingerprintIn = (sealed: Buffer): Buffer => sealed.subarray(1, NONCE_AT);

const openWith = (key: Buffer, sealed: Buffer): Readonly<Record<string, string>> => {
  const tagAt = NONCE_AT + NONCE_BYTES;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(NONCE_AT, tagAt)).setAAD(PURPOSE);
    decipher.setAuthTag(sealed.subarray(tagAt, HEAD_BYTES));
    const text = Buffer.concat([decipher.update(sealed.subarray(HEAD_BYTES)), decipher.final()]).toString('utf8');
    return JSON.parse(text) as Readonly<Record<string, string>>;
  } catch (cause) {
    throw new Problem('key-wrong', {}, { cause });
  }
};
