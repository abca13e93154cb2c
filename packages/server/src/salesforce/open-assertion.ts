/** The assertion of the JWT bearer grant (A2; RFC 7523), signed with RS256. Pure but for the key's own check. */
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';

const BITS_MIN = 2048;
/** Salesforce takes no assertion that is good for longer. */
const GOOD_FOR_SECONDS = 180;

export interface AssertionParts {
  readonly clientId: string;
  readonly username: string;
  /** An origin: for whom it is meant. */
  readonly audience: string;
  readonly privateKey: string;
  /** Milliseconds since the epoch; the one place where Salesforce believes this machine's clock. */
  readonly now: number;
}

export const signedAssertion = ({ clientId, username, audience, privateKey, now }: AssertionParts): string => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: clientId, sub: username, aud: audience, exp: Math.floor(now / 1000) + GOOD_FOR_SECONDS };
  const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64url')}`;
};

/** Whether a text is a private key that signs such assertions: RSA, 2,048 bits or more, PEM, not encrypted. */
export const isSigningKey = (pem: string): boolean => {
  const key = keyIn(pem);
  return key?.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= BITS_MIN;
};

const keyIn = (pem: string): KeyObject | null => {
  try {
    return createPrivateKey(pem);
  } catch {
    return null; // No key at all, an encrypted one, or a certificate: the caller says so.
  }
};
