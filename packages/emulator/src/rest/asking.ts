/** What the tests of this package ask an org with: jsforce as its users do, and plain HTTP where shapes matter. */
import { Connection } from '@jsforce/jsforce-node';
import { type OrgOptions, type RunningOrg, startOrg } from '../org.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
}

/** An org with the prepared key and custom fields of many types, and no records. */
export async function emptyOrg(options: OrgOptions = {}): Promise<RunningOrg> {
  return await startOrg({ profile: 'bench', rows: 0, ...options });
}

export function connect(org: RunningOrg, version = '64.0'): Connection {
  return new Connection({ instanceUrl: org.url, accessToken: org.accessToken, version });
}

/** One request under `/services/data/v64.0/` as the sync user. A text body is sent as it is. */
export async function ask(org: RunningOrg, method: string, path: string, body?: unknown): Promise<Reply> {
  const response = await fetch(`${org.url}/services/data/v64.0/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${org.accessToken}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: text === '' ? undefined : JSON.parse(text) };
}

export async function query(org: RunningOrg, soql: string, resource = 'query'): Promise<Reply> {
  return await ask(org, 'GET', `${resource}?q=${encodeURIComponent(soql)}`);
}
