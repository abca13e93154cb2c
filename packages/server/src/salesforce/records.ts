/** Writing records by collections, and one answer for each (A6, OUT14). */
import { type RecordAnswer, type RecordRequest, SalesforceError, type SendHeaders } from './salesforce.ts';
import { faultOf, type OrgSession } from './session.ts';
import { soqlName } from './soql.ts';

/** `recordsJson` is an array in text and is not parsed: a number in it keeps every digit. */
export const sendCollection = async (
  session: OrgSession,
  path: string,
  recordsJson: string,
  { autoAssign }: SendHeaders,
): Promise<readonly RecordAnswer[]> => {
  const answers = await session.json({
    method: 'PATCH',
    path,
    body: `{"allOrNone":false,"records":${recordsJson}}`,
    headers: autoAssign === undefined ? {} : { 'sforce-auto-assign': autoAssign },
  });
  if (!Array.isArray(answers)) throw notUnderstood();
  return answers.map(answerOf);
};

export const deleteCollection = async (
  session: OrgSession,
  ids: readonly string[],
): Promise<readonly RecordAnswer[]> => {
  const path = `composite/sobjects?ids=${ids.map(encodeURIComponent).join(',')}&allOrNone=false`;
  const answers = await session.json({ method: 'DELETE', path });
  if (!Array.isArray(answers) || answers.length !== ids.length) throw notUnderstood();
  return answers.map(answerOf);
};

const answerOf = (entry: unknown): RecordAnswer => {
  const { success, id, created, errors } = (entry ?? {}) as Record<string, unknown>;
  if (success === true && typeof id === 'string') return { ok: true, id, created: created === true };
  const faults = (Array.isArray(errors) ? errors : []).flatMap(faultOf);
  if (success !== false || faults.length === 0) throw notUnderstood();
  return { ok: false, faults };
};

/** Composite (A6): the bodies stay text, as everywhere. */
export const sendEach = async (
  session: OrgSession,
  requests: readonly RecordRequest[],
): Promise<readonly RecordAnswer[]> => {
  const { apiVersion } = await session.current();
  const subrequests = requests.map(
    (request, at) =>
      `{"method":"PATCH","url":${JSON.stringify(`/services/data/v${apiVersion}/${pathOf(request)}`)},"referenceId":"r${at}","httpHeaders":${JSON.stringify(headersOf(request.headers))},"body":${request.body}}`,
  );
  const answer = await session.json({
    method: 'POST',
    path: 'composite',
    body: `{"allOrNone":false,"compositeRequest":[${subrequests.join(',')}]}`,
  });
  const { compositeResponse } = (answer ?? {}) as Record<string, unknown>;
  if (!Array.isArray(compositeResponse) || compositeResponse.length !== requests.length) throw notUnderstood();
  return requests.map((request, at) => partOf(compositeResponse[at], request));
};

const pathOf = ({ object, id, externalId }: RecordRequest): string =>
  id === null
    ? `sobjects/${soqlName(object)}/${soqlName(externalId.field)}/${encodeURIComponent(externalId.value)}`
    : `sobjects/${soqlName(object)}/${encodeURIComponent(id)}`;

const headersOf = ({ autoAssign, duplicates, unmodifiedSince }: SendHeaders): Readonly<Record<string, string>> => ({
  ...(autoAssign === undefined ? {} : { 'Sforce-Auto-Assign': autoAssign }),
  ...(duplicates === undefined
    ? {}
    : { 'Sforce-Duplicate-Rule-Header': `allowSave=${duplicates === 'save'}; includeRecordDetails=true` }),
  ...(unmodifiedSince === undefined ? {} : { 'If-Unmodified-Since': unmodifiedSince.toUTCString() }),
});

const partOf = (part: unknown, { id }: RecordRequest): RecordAnswer => {
  const { httpStatusCode: status, body } = (part ?? {}) as Record<string, unknown>;
  if (typeof status !== 'number') throw notUnderstood();
  if (status < 300) {
    const made = (body ?? {}) as Record<string, unknown>;
    const known = typeof made['id'] === 'string' ? made['id'] : id;
    if (known === null) throw notUnderstood();
    return { ok: true, id: known, created: made['created'] === true };
  }
  if (status === 412) return { ok: false, faults: [{ code: 'PRECONDITION_FAILED', message: '', fields: [] }] };
  const faults = (Array.isArray(body) ? body : []).flatMap(faultOf);
  if (faults.length === 0) throw notUnderstood();
  return { ok: false, faults };
};

const notUnderstood = (): SalesforceError =>
  new SalesforceError('answer-not-understood', {
    disposition: 'retry',
    detail: { host: 'Salesforce' },
    mayHaveLanded: true,
  });
