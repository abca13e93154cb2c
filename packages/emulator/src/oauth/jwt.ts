import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
  X509Certificate,
} from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Org } from '../org.ts';
import { addressFor } from './clients.ts';

export type Assertion =
  | { readonly ok: true; readonly username: string }
  | { readonly ok: false; readonly description: string };

const refused = (description: string): Assertion => ({ ok: false, description });

interface Claims {
  readonly sub?: string;
  readonly prn?: string;
  readonly aud?: string | readonly string[];
  readonly exp?: number;
}

/** The certificate of the connected app, where it was given one. */
const certificateKey = 'appCertificate';

/** Checks the assertion of a JWT bearer grant: its signature, whom it is meant for, and that it has not expired (A2). */
export function checkAssertion(org: Org, request: FastifyRequest, assertion: string): Assertion {
  const [head = '', body = '', signature = ''] = assertion.split('.');
  const header = parsed(head) as { alg?: string } | undefined;
  const claims = parsed(body) as Claims | undefined;
  if (header?.alg !== 'RS256' || claims === undefined || signature === '') return refused('invalid assertion');
  if (!isSigned(org, `${head}.${body}`, signature)) return refused('invalid assertion');
  const audiences = [claims.aud ?? ''].flat().map((audience) => audience.replace(/\/+$/, ''));
  if (!audiences.some((audience) => isMeant(org, request, audience))) return refused('audience is invalid');
  // Seconds, whatever was meant: `sf` says `Date.now() + 300`, which is thousands of years from now and never too late.
  if ((claims.exp ?? 0) * 1000 <= org.store.clock()) return refused('invalid assertion');
  const username = claims.sub ?? claims.prn;
  return username === undefined ? refused('invalid assertion') : { ok: true, username };
}

function isMeant(org: Org, request: FastifyRequest, audience: string): boolean {
  const kind = org.access.isSandbox ? 'test' : 'login';
  const hosts = [
    `https://${kind}.salesforce.com`,
    org.url(),
    addressFor(org, request),
    `${request.protocol}://${request.host}`,
  ];
  return hosts.includes(audience) || hosts.includes(audience.replace('localhost', '127.0.0.1'));
}

function isSigned(org: Org, signed: string, signature: string): boolean {
  const pem = org.store.setting(certificateKey);
  if (pem === undefined) return true;
  return verify('RSA-SHA256', Buffer.from(signed), keyOf(pem), Buffer.from(signature, 'base64url'));
}

function keyOf(pem: string): KeyObject {
  return pem.includes('CERTIFICATE') ? new X509Certificate(pem).publicKey : createPublicKey(pem);
}

/** Keeps the certificate, or the public key, that assertions must be signed for; throws if it is neither. */
export function setCertificate(org: Org, pem: string): void {
  keyOf(pem);
  org.store.setSetting(certificateKey, pem);
}

function parsed(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString());
  } catch {
    // No JSON: the caller refuses the assertion.
    return undefined;
  }
}

/** A token of the org's own, signed with a key that is made when it is first needed. */
export function makeJwt(org: Org, claims: Readonly<Record<string, unknown>>): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'RS256', typ: 'JWT', kid: 'practice' })}.${part(claims)}`;
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), ownKey(org)).toString('base64url')}`;
}

function ownKey(org: Org): KeyObject {
  const kept = org.store.setting('jwtKey');
  if (kept !== undefined) return createPrivateKey(kept);
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  org.store.setSetting('jwtKey', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  return privateKey;
}
