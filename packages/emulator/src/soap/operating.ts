/** What an operation of the partner API is given, and the pieces its answers are made of. */
import type { Session } from '../access/access.ts';
import type { WriteOptions } from '../dml/dml.ts';
import { originOf } from '../events/events.ts';
import type { Org } from '../org.ts';
import type { RowError } from '../salesforce-error.ts';
import type { Results } from '../soql/results.ts';
import { type Element, isTrue, textIn } from '../xml/read.ts';
import { type SoapCall } from './envelope.ts';

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
    ...assignmentIn(call.header['AssignmentRuleHeader']),
    ...duplicatesIn(call.header['DuplicateRuleHeader']),
  };
}

export function errorOf({ statusCode, message, fields }: RowError): Readonly<Record<string, unknown>> {
  return { fields, message, statusCode };
}

function assignmentIn(header: Element | undefined): Pick<WriteOptions, 'assignment'> {
  const id = textIn(header, 'assignmentRuleId');
  if (id !== undefined) return { assignment: id };
  return isTrue(header, 'useDefaultRule') ? { assignment: 'active' } : {};
}

function duplicatesIn(header: Element | undefined): Pick<WriteOptions, 'duplicates'> {
  if (header === undefined) return {};
  return {
    duplicates: {
      allowSave: isTrue(header, 'allowSave'),
      includeDetails: isTrue(header, 'includeRecordDetails'),
    },
  };
}
