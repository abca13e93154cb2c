import type { LeadConvert, RecordInput } from '../dml/dml.ts';
import { SalesforceError } from '../salesforce-error.ts';
import { childOf, childrenOf, type Element, isTrue, textIn, textsIn } from '../xml/read.ts';
import { elements } from '../xml/write.ts';
import { errorOf, type Operating, result, writeOptions } from './operating.ts';
import { readRecord } from './sobject.ts';

const convertsMax = 100;

/** convertLead, up to a hundred leads a call (A12). */
export function convertLead(of: Operating): string {
  const { org, session, call } = of;
  const given = childrenOf(call.body, 'leadConverts');
  if (given.length > convertsMax) {
    throw new SalesforceError(
      500,
      'EXCEEDED_LEAD_CONVERT_LIMIT',
      `cannot convert more than ${convertsMax} leads in one call`,
    );
  }
  const converts = given.map((one) => readConvert(of, one));
  return org.dml
    .convertLeads(session.user, converts, writeOptions(of))
    .map((converted) => {
      if (!converted.success) {
        const errors = converted.errors.map(errorOf);
        const none = { accountId: null, contactId: null, errors, leadId: converted.leadId, opportunityId: null };
        return result(elements({ ...none, success: false }));
      }
      const { accountId, contactId, leadId, opportunityId } = converted;
      return result(elements({ accountId, contactId, leadId, opportunityId, success: true }));
    })
    .join('');
}

function readConvert({ org }: Operating, given: Element): LeadConvert {
  const record = (name: string): RecordInput | undefined => {
    const found = childOf(given, name);
    return found === undefined || found.isNil ? undefined : readRecord(org.schema, found).record;
  };
  const text = (name: string): string | undefined => textIn(given, name) || undefined;
  return {
    leadId: text('leadId') ?? '',
    convertedStatus: text('convertedStatus') ?? '',
    accountId: text('accountId'),
    contactId: text('contactId'),
    opportunityId: text('opportunityId'),
    opportunityName: text('opportunityName'),
    ownerId: text('ownerId'),
    doNotCreateOpportunity: isTrue(given, 'doNotCreateOpportunity'),
    overwriteLeadSource: isTrue(given, 'overwriteLeadSource'),
    bypassAccountDedupeCheck: isTrue(given, 'bypassAccountDedupeCheck'),
    bypassContactDedupeCheck: isTrue(given, 'bypassContactDedupeCheck'),
    accountRecord: record('accountRecord'),
    contactRecord: record('contactRecord'),
    opportunityRecord: record('opportunityRecord'),
  };
}

/** merge: every child of the call is a request; the WSDL names them `request`, jsforce `mergeRequests`. */
export function merge(of: Operating): string {
  const { org, session, call } = of;
  const requests = call.body.children.map((one) => {
    const master = childOf(one, 'masterRecord');
    if (master === undefined) throw new SalesforceError(500, 'MISSING_ARGUMENT', 'masterRecord not specified');
    const { object, id, record } = readRecord(org.schema, master);
    return { object: object.name, masterId: id ?? '', record, mergeIds: textsIn(one, 'recordToMergeIds') };
  });
  return org.dml
    .merge(session.user, requests, writeOptions(of))
    .map((merged) => {
      if (!merged.success)
        return result(elements({ errors: merged.errors.map(errorOf), id: merged.id, success: false }));
      const { id, mergedIds, relatedIds } = merged;
      return result(elements({ id, mergedRecordIds: mergedIds, success: true, updatedRelatedIds: relatedIds }));
    })
    .join('');
}
