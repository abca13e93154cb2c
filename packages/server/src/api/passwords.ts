/** Passwords are kept as scrypt hashes, `scrypt$15$8$1$salt$hash`, the cost beside the hash so that it can grow later (SEC8). */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

const COST_LOG2 = 15;
const BLOCK = 8;
const LANES = 1;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

export const hashPassword = async (password: string): Promise<string> => {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, optionsOf(COST_LOG2, BLOCK, LANES));
  return ['scrypt', COST_LOG2, BLOCK, LANES, salt.toString('base64'), hash.toString('base64')].join('$');
};

/** `stored` null: nobody has this name. It takes as long as a wrong password, so that the time tells nothing. */
export const passwordFits = async (password: string, stored: string | null): Promise<boolean> => {
  const [kind, cost, block, lanes, salt, hash] = (stored ?? (await standIn())).split('$');
  if (kind !== 'scrypt' || !salt || !hash) return false;
  const wanted = Buffer.from(hash, 'base64');
  const found = await derive(
    password,
    Buffer.from(salt, 'base64'),
    optionsOf(Number(cost), Number(block), Number(lanes)),
  );
  return timingSafeEqual(found, wanted) && stored !== null;
};

let standInHash: Promise<string> | undefined;
const standIn = (): Promise<string> => {
  standInHash ??= hashPassword(randomBytes(SALT_BYTES).toString('hex'));
  return standInHash;
};

/** scrypt needs 128 * N * r bytes; Node refuses above `maxmem`, 32 MiB unless told. */
const optionsOf = (costLog2: number, block: number, lanes: number): ScryptOptions => ({
  N: 2 ** costLog2,
  r: block,
  p: lanes,
  maxmem: 2 * 128 * 2 ** costLog2 * block,
});

const derive = (password: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, hash) =>
      error ? reject(error) : resolve(hash),
    );
  });
