/** Writing records by collections, and one answer for each (A6, OUT14). */
import { type RecordAnswer, SalesforceError, type SendHeaders } from './salesforce.ts';
import { faultOf, type OrgSession } from './session.ts';

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

const answerOf = (entry: unknown): RecordAnswer => {
  const { success, id, created, errors } = (entry ?? {}) as Record<string, unknown>;
  if (success === true && typeof id === 'string') return { ok: true, id, created: created === true };
  const faults = (Array.isArray(errors) ? errors : []).flatMap(faultOf);
  if (success !== false || faults.length === 0) throw notUnderstood();
  return { ok: false, faults };
};

const notUnderstood = (): SalesforceError =>
  new SalesforceError('answer-not-understood', {
    disposition: 'retry',
    detail: { host: 'Salesforce' },
    mayHaveLanded: true,
  });
