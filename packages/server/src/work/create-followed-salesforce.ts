import type { Salesforce } from '../salesforce/salesforce.ts';

/**
 * A door to Salesforce that asks for the present connection at each call, so that new credentials take effect without a restart (SET8)
 * and a paused connection refuses every call with its cause.
 */
export const createFollowedSalesforce = (current: () => Promise<Salesforce>): Salesforce => {
  let latest: Salesforce | null = null;
  const now = async (): Promise<Salesforce> => {
    latest = await current();
    return latest;
  };
  return {
    identity: async () => (await now()).identity(),
    userId: async () => (await now()).userId(),
    describe: async (object) => (await now()).describe(object),
    queryAll: async (queries) => (await now()).queryAll(queries),
    queryMore: async (url) => (await now()).queryMore(url),
    records: async (soql, options) => (await now()).records(soql, options),
    deletedIn: async (object, from, to) => (await now()).deletedIn(object, from, to),
    count: async (object, where) => (await now()).count(object, where),
    serverTime: async () => (await now()).serverTime(),
    updateRecords: async (records, headers) => (await now()).updateRecords(records, headers),
    upsertRecords: async (object, field, records, headers) =>
      (await now()).upsertRecords(object, field, records, headers),
    mayCallSoap: async () => (await now()).mayCallSoap(),
    convertLeads: async (conversions) => (await now()).convertLeads(conversions),
    mergeRecords: async (merge) => (await now()).mergeRecords(merge),
    deleteRecords: async (ids) => (await now()).deleteRecords(ids),
    sendEach: async (requests) => (await now()).sendEach(requests),
    createQueryJob: async (soql) => (await now()).createQueryJob(soql),
    queryJob: async (jobId) => (await now()).queryJob(jobId),
    queryJobPage: async (job, locator, maxRecords) => (await now()).queryJobPage(job, locator, maxRecords),
    createIngestJob: async (object, operation, field) => (await now()).createIngestJob(object, operation, field),
    uploadIngest: async (jobId, csv) => (await now()).uploadIngest(jobId, csv),
    ingestJob: async (jobId) => (await now()).ingestJob(jobId),
    abortIngest: async (jobId) => (await now()).abortIngest(jobId),
    ingestResults: async (jobId, list) => (await now()).ingestResults(jobId, list),
    usage: () => latest?.usage() ?? { calls: 0, used: null, limit: null },
  };
};
