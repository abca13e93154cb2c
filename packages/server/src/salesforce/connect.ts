/** Builds the door to one org from its credentials. Nothing is asked of anybody before the first call. */
import type { Logger } from 'pino';
import type { Bounds } from '../lib/bounds.ts';
import * as bulk from './bulk.ts';
import { deletedIn } from './deletes.ts';
import { isLoopbackHost } from './hosts.ts';
import { readIdentity } from './identity.ts';
import { idText18 } from './ids.ts';
import { controlRecords, countOf, queryAll, queryMore } from './queries.ts';
import { deleteCollection, sendCollection, sendEach } from './records.ts';
import type { Credentials, ObjectDescribe, Salesforce } from './salesforce.ts';
import { OrgSession } from './session.ts';
import { convertLeads, isSoapSession, mergeRecords } from './soap.ts';
import { selectCount, soqlName } from './soql.ts';
import { openWire } from './wire.ts';

export interface SalesforceParts {
  readonly credentials: Credentials;
  readonly bounds: Bounds;
  /** Origins that the operator named beside Salesforce's own, such as `http://127.0.0.1:4010` (SEC4). */
  readonly allowedHosts: readonly string[];
  readonly log: Logger;
  /** What Salesforce calls us in its logs and events (`Sforce-Call-Options`). */
  readonly clientName: string;
  /** The org of Confirm Credentials; a sign-in that leads to another is refused as `org-changed` (SET9). */
  readonly expectedOrgId?: string | null;
  /**
   * Compressed Bulk results. Unless said, they are asked for over a network and not on this machine's loopback, where compressing
   * takes the time that carrying would save: 100,000 leads from a practice org on the same two cores took 5.7 s with it, 4.2 s without.
   */
  readonly gzip?: boolean;
}

export interface OpenSalesforce extends Salesforce {
  /** Ends the connections; calls after it fail. */
  close(): Promise<void>;
}

export const createSalesforce = (parts: SalesforceParts): OpenSalesforce => {
  const { credentials, bounds, allowedHosts, clientName } = parts;
  const { requestTimeoutMs } = bounds;
  const wire = openWire(allowedHosts, requestTimeoutMs);
  const session = new OrgSession({
    wire,
    credentials,
    allowedHosts,
    clientName: clientName.replace(/[^\w./-]/g, ''),
    requestTimeoutMs,
    expectedOrgId: parts.expectedOrgId ?? null,
  });
  const bulkParts = { session, requestTimeoutMs, gzip: parts.gzip ?? !isLoopbackHost(credentials.host) };
  return {
    identity: async () => {
      const identity = await readIdentity(session, credentials, allowedHosts);
      parts.log.info(
        { orgId: identity.orgId, userId: identity.userId, apiVersion: identity.apiVersion },
        'signed in to Salesforce',
      );
      return identity;
    },
    userId: async () => idText18((await session.current()).userId),
    describe: async (object) =>
      (await session.json({ method: 'GET', path: `sobjects/${soqlName(object)}/describe` })) as ObjectDescribe,
    queryAll: (queries) => queryAll(session, queries),
    queryMore: (url) => queryMore(session, url),
    records: async <Row>(soql: string, options?: { readonly all?: boolean }) =>
      (await controlRecords(session, soql, options?.all ?? false)) as readonly Row[],
    deletedIn: (object, from, to) => deletedIn(session, object, from, to),
    count: (object, where) => countOf(session, selectCount(object, where)),
    serverTime: async () => {
      const { answer } = await session.text({ method: 'GET', path: '/services/data' });
      return new Date(answer.header('date') ?? Number.NaN);
    },
    updateRecords: (recordsJson, headers) => sendCollection(session, 'composite/sobjects', recordsJson, headers),
    upsertRecords: (object, field, recordsJson, headers) =>
      sendCollection(session, `composite/sobjects/${soqlName(object)}/${soqlName(field)}`, recordsJson, headers),
    mayCallSoap: async () => isSoapSession(await session.current()),
    convertLeads: (conversions) => convertLeads(session, conversions),
    mergeRecords: (merge) => mergeRecords(session, merge),
    deleteRecords: (ids) => deleteCollection(session, ids),
    sendEach: (requests) => sendEach(session, requests),
    createQueryJob: (soql) => bulk.createQueryJob(bulkParts, soql),
    queryJob: (jobId) => bulk.readJob(bulkParts, 'query', jobId),
    queryJobPage: (job, locator, maxRecords) => bulk.queryJobPage(bulkParts, job, locator, maxRecords),
    createIngestJob: (object, operation, field) => bulk.createIngestJob(bulkParts, object, operation, field),
    uploadIngest: (jobId, csv) => bulk.uploadIngest(bulkParts, jobId, csv),
    ingestJob: (jobId) => bulk.readJob(bulkParts, 'ingest', jobId),
    abortIngest: (jobId) => bulk.abortIngest(bulkParts, jobId),
    ingestResults: (jobId, list) => bulk.ingestResults(bulkParts, jobId, list),
    usage: () => session.usage(),
    close: () => wire.close(),
  };
};
