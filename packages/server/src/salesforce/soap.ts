/** The partner API, for what REST has not (A12): converting leads and merging records. Text in and text out; a token in the form of a JWT is not taken below 68.0 (A1). */
import {
  type ConvertAnswer,
  type LeadConversion,
  type MergeAnswer,
  type RecordMerge,
  SalesforceError,
  type SalesforceFault,
} from './salesforce.ts';
import type { OrgSession } from './session.ts';
import { textOfXml, xmlText } from './xml.ts';

/** Whether SOAP takes the token as its session. Pure. */
export const isSoapSession = ({
  token,
  apiVersion,
}: {
  readonly token: string;
  readonly apiVersion: string;
}): boolean => !/^ey[^.]*\.[^.]*\.[^.]*$/.test(token) || Number(apiVersion) >= 68;

/** Each conversion stands alone. An answer each, in order. */
export const convertLeads = async (
  session: OrgSession,
  conversions: readonly LeadConversion[],
): Promise<readonly ConvertAnswer[]> => {
  const text = await session.soap(`<p:convertLead>${conversions.map(conversionXml).join('')}</p:convertLead>`);
  const results = resultsIn(text);
  if (results.length !== conversions.length) throw notUnderstood();
  return results.map(conversionAnswer);
};

/** The master keeps its own values: what was chosen of the others follows as an edit. */
export const mergeRecords = async (
  session: OrgSession,
  { object, masterId, loserIds }: RecordMerge,
): Promise<MergeAnswer> => {
  const master = `<p:masterRecord><s:type>${xmlText(object)}</s:type><s:Id>${xmlText(masterId)}</s:Id></p:masterRecord>`;
  const losers = loserIds.map((id) => `<p:recordToMergeIds>${xmlText(id)}</p:recordToMergeIds>`).join('');
  const text = await session.soap(
    `<p:merge xmlns:s="urn:sobject.partner.soap.sforce.com"><p:request>${master}${losers}</p:request></p:merge>`,
  );
  const [result, ...more] = resultsIn(text);
  if (result === undefined || more.length > 0) throw notUnderstood();
  return textOfXml(result, 'success') === 'true' ? { ok: true } : { ok: false, faults: faultsIn(result) };
};

const resultsIn = (text: string): readonly string[] =>
  [...text.matchAll(/<(?:\w+:)?result(?:\s[^>]*)?>([\s\S]*?)<\/(?:\w+:)?result>/g)].map(([, result = '']) => result);

/** The elements in the order of Salesforce's WSDL, which is that of the alphabet. */
const conversionXml = (conversion: LeadConversion): string => {
  const { leadId, convertedStatus, accountId, contactId, ownerId, opportunityName, notifiesOwner } = conversion;
  const elements: readonly (readonly [string, string | null])[] = [
    ['accountId', accountId],
    ['contactId', contactId],
    ['convertedStatus', convertedStatus],
    ['doNotCreateOpportunity', String(opportunityName === null)],
    ['leadId', leadId],
    ['opportunityName', opportunityName],
    ['overwriteLeadSource', 'false'],
    ['ownerId', ownerId],
    ['sendNotificationEmail', String(notifiesOwner)],
  ];
  const inside = elements.map(([tag, value]) => (value === null ? '' : `<p:${tag}>${xmlText(value)}</p:${tag}>`));
  return `<p:leadConverts>${inside.join('')}</p:leadConverts>`;
};

const conversionAnswer = (result: string): ConvertAnswer => {
  const [accountId, contactId] = [textOfXml(result, 'accountId'), textOfXml(result, 'contactId')];
  if (textOfXml(result, 'success') === 'true' && accountId && contactId)
    return { ok: true, accountId, contactId, opportunityId: textOfXml(result, 'opportunityId') || null };
  return { ok: false, faults: faultsIn(result) };
};

/** Never empty: what was refused without a word is not understood. */
const faultsIn = (result: string): readonly SalesforceFault[] => {
  const faults = [...result.matchAll(/<(?:\w+:)?errors(?:\s[^>]*)?>([\s\S]*?)<\/(?:\w+:)?errors>/g)].map(
    ([, error = '']): SalesforceFault => ({
      code: textOfXml(error, 'statusCode') ?? '',
      message: textOfXml(error, 'message') ?? '',
      fields: [],
    }),
  );
  if (faults.length === 0) throw notUnderstood();
  return faults;
};

const notUnderstood = (): SalesforceError =>
  new SalesforceError('answer-not-understood', {
    disposition: 'retry',
    detail: { host: 'Salesforce' },
    mayHaveLanded: true,
  });
