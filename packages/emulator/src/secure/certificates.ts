import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Store } from '../store/store.ts';

/** PEM texts. */
export interface Certificates {
  /** The authority's certificate, which clients are told to trust. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const setting = 'certificates';
const lifeMs = 10 * 365 * 86_400_000;
const curve = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;

/** Names that the certificate is good for; the last is where Pub/Sub clients go unless they are told otherwise. */
const names = ['localhost', 'api.pubsub.salesforce.com'];
const addresses = ['127.0.0.1', '::1'];

/** The org's certificates, made at the first call and kept in its file, so that a client's trust outlives a restart. */
export async function certificatesOf(store: Store): Promise<Certificates> {
  const kept = store.setting(setting);
  if (kept !== undefined) return JSON.parse(kept) as Certificates;
  const made = await make(new Date());
  store.setSetting(setting, JSON.stringify(made));
  return made;
}

async function make(now: Date): Promise<Certificates> {
  const { generate } = await import('selfsigned');
  const dates = { notBeforeDate: new Date(now.getTime() - 86_400_000), notAfterDate: new Date(now.getTime() + lifeMs) };
  const authority = await generate([{ name: 'commonName', value: 'Practice org authority' }], {
    ...curve,
    ...dates,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...curve,
    ...dates,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...names.map((value) => ({ type: 2, value }) as const),
          ...addresses.map((ip) => ({ type: 7, ip }) as const),
        ],
      },
    ],
  });
  return { ca: authority.cert, cert: server.cert, key: server.private };
}

/** Writes the authority's certificate where a client's `NODE_EXTRA_CA_CERTS` may point. */
export function writeCa(directory: string, { ca }: Certificates): string {
  const file = path.join(directory, 'ca.pem');
  writeFileSync(file, ca);
  return file;
}
