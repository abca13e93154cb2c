/**
 * The door of an admin for a moment: what steps 1 and 2 of the setup create in an org. It signs in once, with a password that the caller does not
 * keep, and ends with the caller. Nothing of the sync uses it.
 */
import type { SalesforceParts } from './connect.ts';
import { readIdentity } from './identity.ts';
import { leadConvertXml, type MappedOnConvert, readLeadConvert } from './lead-convert.ts';
import { controlRecords } from './queries.ts';
import {
  type ObjectDescribe,
  type OrgIdentity,
  type RecordAnswer,
  SalesforceError,
  type SalesforceFault,
} from './salesforce.ts';
import { faultOf, OrgSession } from './session.ts';
import { soqlName } from './soql.ts';
import { openWire } from './wire.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What an admin does for the setup. Refusals of single records are answers; everything else is a `SalesforceError`. */
export interface AdminSalesforce {
  identity(): Promise<OrgIdentity>;
  describe(object: string): Promise<ObjectDescribe>;
  records<Row>(soql: string): Promise<readonly Row[]>;
  /** The same over the Tooling API's objects. */
  toolingRecords<Row>(soql: string): Promise<readonly Row[]>;
  /** `Lead.Score__c` and its metadata (A17). A field that is there already is an answer with `DUPLICATE_DEVELOPER_NAME`. */
  createField(fullName: string, metadata: Fields): Promise<RecordAnswer>;
  /** Records of one object, each with its own answer, in the order given. */
  createRecords(object: string, records: readonly Fields[]): Promise<readonly RecordAnswer[]>;
  updateRecords(object: string, records: readonly Fields[]): Promise<readonly RecordAnswer[]>;
  /** Which contact field each custom lead field goes to when a lead is converted (N21); null: the org answers none. */
  leadConvert(): Promise<MappedOnConvert | null>;
  /** Errors: `salesforce-refused`. */
  mapOnConvert(mapping: MappedOnConvert): Promise<void>;
  close(): Promise<void>;
}

/** Records of one request (A6). */
const RECORDS_MAX = 200;
const METADATA_VERSION = '64.0';

export const createAdmin = (parts: SalesforceParts): AdminSalesforce => {
  const { credentials, bounds, allowedHosts } = parts;
  const wire = openWire(allowedHosts, bounds.requestTimeoutMs);
  const session = new OrgSession({
    wire,
    credentials,
    allowedHosts,
    clientName: parts.clientName.replace(/[^\w./-]/g, ''),
    requestTimeoutMs: bounds.requestTimeoutMs,
    expectedOrgId: parts.expectedOrgId ?? null,
  });

  const collection = async (
    method: 'POST' | 'PATCH',
    object: string,
    records: readonly Fields[],
  ): Promise<readonly RecordAnswer[]> => {
    const answers: RecordAnswer[] = [];
    for (let at = 0; at < records.length; at += RECORDS_MAX) {
      const portion = records
        .slice(at, at + RECORDS_MAX)
        .map((record) => ({ attributes: { type: soqlName(object) }, ...record }));
      const body = JSON.stringify({ allOrNone: false, records: portion });
      const said = await session.json({ method, path: 'composite/sobjects', body });
      if (!Array.isArray(said) || said.length !== portion.length) throw notUnderstood();
      answers.push(...said.map(answerOf));
    }
    return answers;
  };

  /** A call of the Metadata API, which is SOAP alone; `inside` is the operation. */
  const metadataCall = async (inside: string): Promise<string> => {
    const { token } = await session.current();
    const { text } = await session.text({
      method: 'POST',
      path: `/services/Soap/m/${METADATA_VERSION}`,
      headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: '""', accept: 'text/xml' },
      body: `<?xml version="1.0" encoding="utf-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:met="http://soap.sforce.com/2006/04/metadata" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<soapenv:Header><met:SessionHeader><met:sessionId>${token}</met:sessionId></met:SessionHeader></soapenv:Header>
<soapenv:Body>${inside}</soapenv:Body></soapenv:Envelope>`,
    });
    return text;
  };

  return {
    identity: () => readIdentity(session, credentials, allowedHosts),
    describe: async (object) =>
      (await session.json({ method: 'GET', path: `sobjects/${soqlName(object)}/describe` })) as ObjectDescribe,
    records: async <Row>(soql: string) => (await controlRecords(session, soql, false)) as readonly Row[],
    toolingRecords: async <Row>(soql: string) => {
      const answer = await session.json({ method: 'GET', path: `tooling/query?q=${encodeURIComponent(soql)}` });
      const { records } = (answer ?? {}) as { records?: unknown };
      if (!Array.isArray(records)) throw notUnderstood();
      return records as readonly Row[];
    },
    createField: async (fullName, metadata) => {
      const body = JSON.stringify({ FullName: fullName, Metadata: metadata });
      try {
        const said = await session.json({ method: 'POST', path: 'tooling/sobjects/CustomField', body });
        return { ok: true, id: textOf((said as { id?: unknown } | null)?.id), created: true };
      } catch (error) {
        const fault = faultIn(error);
        if (fault === null) throw error;
        return { ok: false, faults: [fault] };
      }
    },
    createRecords: (object, records) => collection('POST', object, records),
    updateRecords: (object, records) => collection('PATCH', object, records),
    leadConvert: async () => readLeadConvert(await metadataCall(READ_LEAD_CONVERT)),
    mapOnConvert: async (mapping) => {
      const answer = await metadataCall(
        `<met:upsertMetadata><met:metadata xsi:type="met:LeadConvertSettings">${leadConvertXml(mapping)}</met:metadata></met:upsertMetadata>`,
      );
      if (!/<success>true<\/success>/.test(answer))
        throw new SalesforceError('salesforce-refused', {
          disposition: 'refuse',
          detail: { word: 'LeadConvertSettings', message: /<message>([^<]*)</.exec(answer)?.[1] ?? '' },
        });
    },
    close: () => wire.close(),
  };
};

const READ_LEAD_CONVERT =
  '<met:readMetadata><met:type>LeadConvertSettings</met:type><met:fullNames>LeadConvertSettings</met:fullNames></met:readMetadata>';

const notUnderstood = (): SalesforceError =>
  new SalesforceError('answer-not-understood', { disposition: 'retry', detail: { host: 'Salesforce' } });

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const answerOf = (entry: unknown): RecordAnswer => {
  const { success, id, errors } = (entry ?? {}) as Record<string, unknown>;
  if (success === true) return { ok: true, id: textOf(id), created: true };
  return { ok: false, faults: (Array.isArray(errors) ? errors : []).flatMap(faultOf) };
};

/** What Salesforce said of this one field; null: the failure is about more than it. */
const faultIn = (error: unknown): SalesforceFault | null => {
  if (!(error instanceof SalesforceError) || error.code !== 'salesforce-refused') return null;
  return { code: error.word ?? '', message: textOf(error.detail['message']), fields: error.fields };
};
