/**
 * HTTP to Salesforce and nowhere else: one pool of connections, a deadline on every request, no redirect followed, the host judged at each
 * request and the address at each connect (SEC4). What goes wrong on the way is a `SalesforceError` that says whether the request may
 * have been carried out.
 */
import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';
import type { Readable } from 'node:stream';
import { Agent, type Dispatcher, errors, request } from 'undici';
import { isPrivateAddress, judgeHost } from './hosts.ts';
import { SalesforceError } from './salesforce.ts';

interface WireRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly origin: string;
  /** From the slash on, query included. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Readable;
  readonly deadline: AbortSignal;
}

export interface WireAnswer {
  readonly status: number;
  /** A header by its lower-case name. */
  header(name: string): string | null;
  /** The whole body; the deadline of the request holds for it too. */
  text(): Promise<string>;
  readonly body: Readable;
}

export interface Wire {
  send(request: WireRequest): Promise<WireAnswer>;
  /** Requests sent below `/services/`, sign-ins included. */
  calls(): number;
  close(): Promise<void>;
}

const CONNECTIONS = 16;

export const openWire = (allowedHosts: readonly string[], requestTimeoutMs: number): Wire => {
  let calls = 0;
  const common = { connections: CONNECTIONS, headersTimeout: requestTimeoutMs, bodyTimeout: requestTimeoutMs };
  const guarded = new Agent({ ...common, connect: { timeout: requestTimeoutMs, lookup: publicLookup } });
  const named = new Agent({ ...common, connect: { timeout: requestTimeoutMs } });
  const send = async (wanted: WireRequest): Promise<WireAnswer> => {
    const verdict = judgeHost(wanted.origin, allowedHosts);
    if (!verdict.isAllowed) throw hostRefused(verdict.host);
    calls += 1;
    const host = new URL(verdict.origin).host;
    try {
      const answer = await request(`${verdict.origin}${wanted.path}`, {
        dispatcher: verdict.isNamed ? named : guarded,
        method: wanted.method,
        headers: wanted.headers,
        body: wanted.body ?? null,
        signal: wanted.deadline,
      });
      return answerOf(answer, host);
    } catch (cause) {
      throw failureOf(cause, host);
    }
  };
  return {
    send,
    calls: () => calls,
    close: async () => {
      await Promise.all([guarded.destroy(), named.destroy()]);
    },
  };
};

const answerOf = (answer: Dispatcher.ResponseData, host: string): WireAnswer => ({
  status: answer.statusCode,
  header: (name) => {
    const value = answer.headers[name];
    return (Array.isArray(value) ? value[0] : value) ?? null;
  },
  text: async () => {
    try {
      return await answer.body.text();
    } catch (cause) {
      throw failureOf(cause, host);
    }
  },
  body: answer.body,
});

export const hostRefused = (host: string, cause?: unknown): SalesforceError =>
  new SalesforceError('host-not-allowed', { disposition: 'pause', detail: { host }, cause });

/** Failures before anything was sent: the name, the connection, the certificate. Any other may have happened after the org had done its work. */
const NOTHING_SENT = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const failureOf = (cause: unknown, host: string): SalesforceError => {
  if (cause instanceof PrivateAddress) return hostRefused(host, cause);
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  const mayHaveLanded = !(
    NOTHING_SENT.has(code) ||
    code.startsWith('ERR_TLS') ||
    code.includes('CERT') ||
    cause instanceof errors.ConnectTimeoutError
  );
  return new SalesforceError('org-unreachable', { disposition: 'retry', detail: { host }, mayHaveLanded, cause });
};

class PrivateAddress extends Error {
  override readonly name = 'PrivateAddress';
}

type Found = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/** Resolves as Node does, and refuses a name that leads to a private address, so that no name can point a token into our own network. */
export const publicLookup = (hostname: string, options: LookupOptions, found: Found): void => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return found(error, '');
    const list = addresses;
    const hidden = list.find(({ address }) => isPrivateAddress(address));
    if (hidden) return found(new PrivateAddress(`${hostname} leads to ${hidden.address}`), '');
    const [first] = list;
    if (first === undefined) return found(new Error(`${hostname} has no address`), '');
    return options.all ? found(null, list) : found(null, first.address, first.family);
  });
};
