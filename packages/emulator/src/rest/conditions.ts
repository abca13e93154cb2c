/** Requests that ask for an answer, or a change, only if a record has or has not changed since (A6). */
import { SalesforceError } from '../salesforce-error.ts';
import type { Answer, Call } from './answer.ts';

const lastModified = 'last-modified';

/** An HTTP date of a stamp. */
function httpDate(stamp: string): string {
  return new Date(stamp).toUTCString();
}

function timeIn(call: Call, header: string): number | undefined {
  const given = call.headers[header];
  const at = given === undefined ? Number.NaN : Date.parse(given);
  return Number.isNaN(at) ? undefined : at;
}

/** Throws 412 if the record changed although the request is for an unchanged one. */
export function checkUnmodified(call: Call, stamp: string | null | undefined): void {
  const since = timeIn(call, 'if-unmodified-since');
  if (since === undefined || stamp === null || stamp === undefined) return;
  if (Date.parse(stamp) > since) {
    throw new SalesforceError(412, 'PRECONDITION_FAILED', 'The record has been modified since the date given');
  }
}

/** The answer with the date of what it tells; 304 if that has not changed since the date the request gives. */
export function sinceModified(call: Call, stamp: string | null | undefined, make: () => Answer): Answer {
  if (stamp === null || stamp === undefined) return make();
  const headers = { [lastModified]: httpDate(stamp) };
  const since = timeIn(call, 'if-modified-since');
  if (since !== undefined && Math.floor(Date.parse(stamp) / 1000) * 1000 <= since)
    return { status: 304, body: '', headers };
  const made = make();
  return { ...made, headers: { ...made.headers, ...headers } };
}
