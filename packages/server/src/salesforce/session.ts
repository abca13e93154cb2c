/**
 * The session of a signed-in user, and every request that goes with it. An expired session is renewed once for a request, by one sign-in
 * for all that wait; a second refusal is an error (OUT28). A refused password is remembered and never sent again (SET12).
 */
import type { Readable } from 'node:stream';
import { duplicateOf } from './duplicates.ts';
import { meaningOfRequest } from './error-words.ts';
import { idText18 } from './ids.ts';
import { limitCode, SalesforceError, type SalesforceFault } from './salesforce.ts';
import { type SignedIn, type SignInParts, signIn } from './sign-in.ts';
import type { Wire, WireAnswer } from './wire.ts';
import { textOfXml, xmlText } from './xml.ts';

/** The newest version whose answers this code was written against (A3). */
const NEWEST_VERSION = 68;

export interface Session extends SignedIn {
  readonly apiVersion: string;
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below `/services/data/vXX.0/`, query included; or from `/services/` on. */
  readonly path: string;
  /** Another version than the session's (IN16). */
  readonly apiVersion?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A stream is sent once: with it, an expired session is an error. */
  readonly body?: string | Readable;
}

export interface SessionParts extends SignInParts {
  readonly requestTimeoutMs: number;
  /** Where set, a sign-in that leads to another org is refused (SET9). */
  readonly expectedOrgId: string | null;
}

export class OrgSession {
  readonly #parts: SessionParts;
  readonly #wire: Wire;
  #session: Session | null = null;
  #signingIn: Promise<Session> | null = null;
  #refused: SalesforceError | null = null;
  #used: number | null = null;
  #limit: number | null = null;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#wire = parts.wire;
  }

  usage(): { readonly calls: number; readonly used: number | null; readonly limit: number | null } {
    return { calls: this.#wire.calls(), used: this.#used, limit: this.#limit };
  }

  /** The present session, signing in where there is none. */
  async current(deadline = this.deadline()): Promise<Session> {
    if (this.#session) return this.#session;
    if (this.#refused) throw this.#refused;
    this.#signingIn ??= this.#signIn(deadline).finally(() => {
      this.#signingIn = null;
    });
    return this.#signingIn;
  }

  deadline(): AbortSignal {
    return AbortSignal.timeout(this.#parts.requestTimeoutMs);
  }

  /** The whole answer as text; the deadline holds for sign-in, repeat and body together (OUT12). */
  async text(call: Call): Promise<{ readonly text: string; readonly answer: WireAnswer }> {
    const answer = await this.#send(call, this.deadline());
    return { text: await answer.text(), answer };
  }

  async json(call: Call): Promise<unknown> {
    const { text } = await this.text(call);
    return text === '' ? null : this.#parsed(text);
  }

  /**
   * A call of the partner API; `inside` is the operation, with prefix `p`. Its faults come as status 500 with a word, and only the word says that
   * the session has expired.
   */
  async soap(inside: string): Promise<string> {
    const deadline = this.deadline();
    for (let attempt = 1; ; attempt += 1) {
      const session = await this.current(deadline);
      const answer = await this.#wire.send({
        method: 'POST',
        origin: session.instanceUrl,
        path: `/services/Soap/u/${session.apiVersion}`,
        headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: '""', accept: 'text/xml' },
        body: envelope(session.token, this.#parts.clientName, inside),
        deadline,
      });
      this.#noteUsage(answer);
      const text = await answer.text();
      if (answer.status < 300) return text;
      const word = (textOfXml(text, 'faultcode') ?? '').replace(/^.*:/, '');
      if (word === 'INVALID_SESSION_ID' && this.#session === session) this.#session = null;
      if (word === 'INVALID_SESSION_ID' && attempt === 1) continue;
      const { code, disposition } = meaningOfRequest(word, answer.status);
      throw new SalesforceError(code, {
        disposition,
        word: word || null,
        detail: { host: this.#host(), word, message: textOfXml(text, 'faultstring') ?? '' },
        mayHaveLanded: answer.status >= 500 && word === '',
      });
    }
  }

  /** The answer with its body unread; `deadline` holds until the body has ended. Without one, each step of it has the request's. */
  stream(call: Call, deadline = new AbortController().signal): Promise<WireAnswer> {
    return this.#send(call, deadline, this.deadline());
  }

  async #send(call: Call, deadline: AbortSignal, signInDeadline = deadline): Promise<WireAnswer> {
    for (let attempt = 1; ; attempt += 1) {
      const session = await this.current(signInDeadline);
      const answer = await this.#wire.send({
        method: call.method,
        origin: session.instanceUrl,
        path: call.path.startsWith('/')
          ? call.path
          : `/services/data/v${call.apiVersion ?? session.apiVersion}/${call.path}`,
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${session.token}`,
          'sforce-call-options': `client=${this.#parts.clientName}`,
          ...(typeof call.body === 'string' ? { 'content-type': 'application/json; charset=utf-8' } : {}),
          ...call.headers,
        },
        ...(call.body === undefined ? {} : { body: call.body }),
        deadline,
      });
      this.#noteUsage(answer);
      if (answer.status < 300) return answer;
      const text = await answer.text();
      if (answer.status === 401 && this.#session === session) this.#session = null;
      if (answer.status === 401 && attempt === 1 && (call.body === undefined || typeof call.body === 'string'))
        continue;
      throw this.#refusal(answer, text);
    }
  }

  async #signIn(deadline: AbortSignal): Promise<Session> {
    try {
      const signedIn = await signIn(this.#parts, deadline);
      if (this.#parts.expectedOrgId !== null && idText18(signedIn.orgId) !== idText18(this.#parts.expectedOrgId)) {
        throw new SalesforceError('org-changed', {
          disposition: 'pause',
          detail: { expected: this.#parts.expectedOrgId, found: idText18(signedIn.orgId) },
        });
      }
      const session = {
        ...signedIn,
        apiVersion: signedIn.apiVersion ?? (await this.#newestVersion(signedIn.instanceUrl, deadline)),
      };
      this.#session = session;
      return session;
    } catch (error) {
      if (
        error instanceof SalesforceError &&
        error.disposition === 'pause' &&
        this.#parts.credentials.method === 'password'
      )
        this.#refused = error;
      throw error;
    }
  }

  async #newestVersion(origin: string, deadline: AbortSignal): Promise<string> {
    const answer = await this.#wire.send({
      method: 'GET',
      origin,
      path: '/services/data',
      headers: { accept: 'application/json' },
      deadline,
    });
    const text = await answer.text();
    if (answer.status !== 200) throw this.#refusal(answer, text);
    const list = this.#parsed(text);
    const versions = (Array.isArray(list) ? list : []).map((entry: unknown) =>
      Number((entry as { version?: unknown } | null)?.version),
    );
    const newest = Math.max(...versions.filter((version) => version <= NEWEST_VERSION));
    if (!Number.isFinite(newest)) throw this.#notUnderstood();
    return newest.toFixed(1);
  }

  #noteUsage(answer: WireAnswer): void {
    const { used, limit } = usageIn(answer);
    if (used === null || limit === null) return;
    this.#used = used;
    this.#limit = limit;
  }

  #refusal(answer: WireAnswer, text: string): SalesforceError {
    const { status } = answer;
    const [fault] = faultsOf(text);
    const word = fault?.code ?? '';
    if (word === '' && status < 500) return this.#notUnderstood();
    const { code, disposition } = meaningOfRequest(word, status);
    return new SalesforceError(code === 'limit-reached' ? limitCode(usageIn(answer)) : code, {
      disposition,
      word: word || null,
      fields: fault?.fields ?? [],
      detail: { host: this.#host(), word, message: fault?.message ?? '' },
      mayHaveLanded: status >= 500,
    });
  }

  #parsed(text: string): unknown {
    try {
      return JSON.parse(text) as unknown;
    } catch (cause) {
      throw this.#notUnderstood(cause);
    }
  }

  /** A page of a proxy, a redirect, half an answer: what was done by then is not known. */
  #notUnderstood(cause?: unknown): SalesforceError {
    return new SalesforceError('answer-not-understood', {
      disposition: 'retry',
      detail: { host: this.#host() },
      mayHaveLanded: true,
      cause,
    });
  }

  #host(): string {
    return this.#session === null ? '' : new URL(this.#session.instanceUrl).host;
  }
}

const envelope = (token: string, client: string, inside: string): string => `<?xml version="1.0" encoding="utf-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:p="urn:partner.soap.sforce.com">
<soapenv:Header><p:SessionHeader><p:sessionId>${xmlText(token)}</p:sessionId></p:SessionHeader><p:CallOptions><p:client>${xmlText(client)}</p:client></p:CallOptions></soapenv:Header>
<soapenv:Body>${inside}</soapenv:Body></soapenv:Envelope>`;

/** The org's own count of the day's calls, which each of its answers carries (A3). */
const usageIn = (answer: WireAnswer): { readonly used: number | null; readonly limit: number | null } => {
  const [, used, limit] = /api-usage=(\d+)\/(\d+)/.exec(answer.header('sforce-limit-info') ?? '') ?? [];
  return used === undefined || limit === undefined
    ? { used: null, limit: null }
    : { used: Number(used), limit: Number(limit) };
};

/** The faults of a refused request: an array of `{message, errorCode, fields}` (A7); anything else holds none. */
export const faultsOf = (text: string): readonly SalesforceFault[] => {
  try {
    const parsed: unknown = JSON.parse(text);
    return (Array.isArray(parsed) ? parsed : [parsed]).flatMap(faultOf);
  } catch {
    return [];
  }
};

/** One fault; the word is `errorCode` in single answers and `statusCode` in collections (A6). */
export const faultOf = (entry: unknown): readonly SalesforceFault[] => {
  if (typeof entry !== 'object' || entry === null) return [];
  const { errorCode, statusCode, message, fields, duplicateResult } = entry as Record<string, unknown>;
  const code = typeof errorCode === 'string' ? errorCode : typeof statusCode === 'string' ? statusCode : '';
  if (code === '') return [];
  return [
    {
      code,
      message: typeof message === 'string' ? message : '',
      fields: Array.isArray(fields) ? fields.filter((field) => typeof field === 'string') : [],
      ...(duplicateResult === undefined ? {} : { duplicate: duplicateOf(duplicateResult) }),
    },
  ];
};
