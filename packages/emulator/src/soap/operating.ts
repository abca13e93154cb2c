/** What an operation of the partner API is given, and the pieces its answers are made of. */
import type { Session } from '../access/access.ts';
import type { WriteOptions } from '../dml/dml.ts';
import { originOf } from '../events/events.ts';
import type { Org } from '../org.ts';
import type { RowError } from '../salesforce-error.ts';
import type { Results } from '../soql/results.ts';
import { isTrue, type SoapCall, textIn } from './envelope.ts';

export interface Operating {
  readonly org: Org;
  readonly session: Session;
  /** `64.0`. */
  readonly version: string;
  readonly call: SoapCall;
  readonly results: Results;
}

export function result(inside: string): string {
  return `<result>${inside}</result>`;
}

export function writeOptions({ call, version }: Operating): WriteOptions {
  const client = textIn(call.header['CallOptions'], 'client');
  return {
    allOrNone: isTrue(call.header['AllOrNoneHeader'], 'allOrNone'),
    origin: originOf('soap', version, client === undefined ? undefined : `client=${client}`),
  };
}

export function errorOf({ statusCode, message, fields }: RowError): Readonly<Record<string, unknown>> {
  return { fields, message, statusCode };
}
