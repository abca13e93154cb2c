/**
 * A claim that goes by Bulk 2.0 (OUT13, OUT16, OUT35). The job's id is stored before its data is uploaded; whoever takes the claim over
 * goes on with that job, and a second one is made only where the first can never run.
 */
import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Logger } from 'pino';
import type { Database, Session } from '../db/db.ts';
import type { Bounds } from '../lib/bounds.ts';
import { type BulkJob, type Salesforce, SalesforceError } from '../salesforce/salesforce.ts';
import { type Decided, FAILED, settlementOf } from './answers.ts';
import { forgetAborts, noteAbort } from './bulk-aborts.ts';
import { type BulkList, type BulkResult, bulkColumns, bulkCsv, nextResults, takeResults } from './bulk-rows.ts';
import { columnsGone } from './fields-gone.ts';
import { decideOutcome } from './outcomes.ts';
import type { SendableObject } from './sendable.ts';
import { type ClaimKey, closeClaim, holdClaim, type Settlement, settle, settleHeld } from './settle.ts';

export interface BulkParts {
  readonly db: Database;
  readonly salesforce: Salesforce;
  readonly bounds: Bounds;
  readonly log: Logger;
  readonly object: SendableObject;
  readonly claim: ClaimKey;
  readonly renewLease: () => Promise<boolean>;
  readonly wait: (ms: number) => Promise<void>;
}

export interface BulkTally {
  readonly settled: number;
  readonly retried: number;
  readonly parked: number;
  readonly released: number;
  readonly calls: number;
  /** Of a job that ended Failed or Aborted: its rows are accounted for, and the lane waits. */
  readonly failure: SalesforceError | null;
}

type Tally = Omit<BulkTally, 'calls' | 'failure'>;
const addTo = (sum: { -readonly [Key in keyof Tally]: number }, more: Tally): void => {
  for (const key of ['settled', 'retried', 'parked', 'released'] as const) sum[key] += more[key];
};

/** Records settled in one transaction. */
const SETTLE_ROWS = 5_000;

/** A job of its own. Errors leave the claim as it stands, to be taken over. */
export const sendBulk = async (parts: BulkParts): Promise<BulkTally> => {
  const { salesforce, object, claim, db } = parts;
  const callsBefore = salesforce.usage().calls;
  const job = await salesforce.createIngestJob(object.object, 'update').catch(async (error: unknown) => {
    // A job that nobody knows has no data and never runs.
    await releaseRest(parts);
    throw error;
  });
  if (!(await storeJob(parts, job.jobId))) return NOTHING;
  await db.session((session) => uploadOnce(parts, session, job.jobId));
  await db.run(`update sync.claim set bulk_state = 'uploaded' where claim_id = $1 and holder = $2`, [
    claim.claimId,
    claim.holder,
  ]);
  return followJob(parts, job.jobId, callsBefore);
};

/** OUT35: a session that ended refuses the upload whole, and its stream is spent; the same job is uploaded anew, with a new sign-in. */
const uploadOnce = async (parts: BulkParts, session: Session, jobId: string): Promise<void> => {
  try {
    await upload(parts, session, jobId);
  } catch (error) {
    if (!(error instanceof SalesforceError) || error.code !== 'session-refused') throw error;
    await upload(parts, session, jobId);
  }
};

/**
 * The upload reads through a stream of its own: a copy that nobody reads to its end would keep its session busy for ever, so that what a
 * failed upload leaves is read and dropped.
 */
const upload = async ({ salesforce, claim, object }: BulkParts, session: Session, jobId: string): Promise<void> => {
  const csv = bulkCsv(session, claim.claimId, object, await bulkColumns(session, claim.claimId));
  const copied = finished(csv);
  const body = new PassThrough();
  csv.once('error', (error) => body.destroy(error));
  csv.pipe(body);
  try {
    await salesforce.uploadIngest(jobId, body);
  } finally {
    csv.unpipe(body);
    csv.resume();
    body.destroy();
    await copied;
  }
};

const NOTHING: BulkTally = { settled: 0, retried: 0, parked: 0, released: 0, calls: 0, failure: null };

const storeJob = async ({ db, claim }: BulkParts, jobId: string): Promise<boolean> =>
  (await db.run(
    `update sync.claim set bulk_job_id = $3, bulk_state = 'created', began_at = clock_timestamp() where claim_id = $1 and holder = $2`,
    [claim.claimId, claim.holder, jobId],
  )) === 1;

/**
 * An heir's way. A job whose upload is not known to have ended is stopped first: it cannot run then, and its rows are free. If it runs
 * already, the upload had ended, and it is followed.
 */
export const resumeBulk = async (
  parts: BulkParts,
  jobId: string,
  state: 'created' | 'uploaded',
): Promise<BulkTally> => {
  const callsBefore = parts.salesforce.usage().calls;
  if (state === 'uploaded') return followJob(parts, jobId, callsBefore);
  let job = await parts.salesforce.ingestJob(jobId);
  if (job.state === 'Open') {
    await parts.salesforce.abortIngest(jobId);
    job = await parts.salesforce.ingestJob(jobId);
  }
  if (job.state !== 'Aborted' || job.recordsProcessed > 0) return followJob(parts, jobId, callsBefore);
  const { released } = await releaseRest(parts);
  return { ...NOTHING, released, calls: parts.salesforce.usage().calls - callsBefore };
};

const followJob = async (parts: BulkParts, jobId: string, callsBefore: number): Promise<BulkTally> => {
  const job = await jobEnd(parts, jobId);
  if (job === null) return NOTHING;
  const tally = await takeOutcomes(parts, job);
  return { ...tally, calls: parts.salesforce.usage().calls - callsBefore };
};

/** Asks at growing intervals, the first by the size of the job, so that a large one costs few calls; null: the claim has passed on. */
const jobEnd = async (parts: BulkParts, jobId: string): Promise<BulkJob | null> => {
  const { bounds, db, claim } = parts;
  const [size] = await db.query<{ rows: number }>('select count(*)::int as rows from sync.sent where claim_id = $1', [
    claim.claimId,
  ]);
  let waitMs = Math.max(bounds.jobPollFromMs, Math.round((size?.rows ?? 0) / ROWS_A_MS));
  const mostMs = Math.max(bounds.jobPollToMs, 4 * waitMs);
  let failures = 0;
  for (;;) {
    if (!(await parts.renewLease())) return null;
    const job = await parts.salesforce.ingestJob(jobId).catch((error: unknown) => {
      failures += 1;
      if (!(error instanceof SalesforceError) || error.disposition !== 'retry' || failures > ASK_TRIES) throw error;
      return null;
    });
    if (job === null) {
      await parts.wait(Math.min(bounds.retryToMs, bounds.retryFromMs * 2 ** failures, bounds.leaseMs / 3));
      continue;
    }
    failures = 0;
    if (job.state === 'JobComplete' || job.state === 'Failed' || job.state === 'Aborted') return job;
    await parts.wait(Math.min(waitMs, bounds.leaseMs / 3));
    waitMs = Math.min(mostMs, waitMs * 2);
  }
};
/** Questions in a row without an answer, before the job is left to whoever takes the claim over. */
const ASK_TRIES = 5;
/** Records that an org works off in a millisecond, at its best. */
const ROWS_A_MS = 20;

/**
 * What a row that nobody judged is settled with. `gone`: columns that the org does not let anybody write now, of a job that failed as a whole:
 * a field that it does not know fails every row, and sent again it would for ever (OUT28).
 */
interface Unjudged {
  readonly isLost: boolean;
  readonly gone: readonly string[];
  /** Salesforce's words about the job. */
  readonly message: string;
}

const unjudged = (
  { personId, columns }: { readonly personId: number; readonly columns: readonly string[] },
  object: SendableObject,
  { isLost, gone, message }: Unjudged,
): Settlement => {
  const park = columns.filter((column) => gone.includes(column));
  const failed = { ...FAILED, personId, isLost };
  if (park.length === 0 || isLost) return failed;
  const fields = park.flatMap((column) => object.nameOf(column) ?? []);
  return { ...failed, park, error: { code: 'INVALID_FIELD', message, fields, disposition: 'park', duplicate: null } };
};

/**
 * Lists are read only where they say something that the job's counts do not. Of a job that ended early all three are (OUT35): what is in none
 * of them, although the job counts more records than it lists, may have been done, and is as if its answer were lost (OUT26).
 */
const takeOutcomes = async (parts: BulkParts, job: BulkJob): Promise<BulkTally> => {
  const { db, claim, salesforce } = parts;
  return db.session(async (session) => {
    const [size] = await session.query<{ rows: number }>(
      'select count(*)::int as rows from sync.sent where claim_id = $1',
      [claim.claimId],
    );
    const isWhole = job.state === 'JobComplete' && job.recordsProcessed === (size?.rows ?? 0);
    const tally = { settled: 0, retried: 0, parked: 0, released: 0 };
    const gone =
      job.state === 'Failed'
        ? await columnsGone(salesforce, parts.object, await bulkColumns(session, claim.claimId))
        : [];
    const rest: Unjudged = { isLost: false, gone, message: job.errorMessage ?? job.state };
    if (job.recordsFailed > 0 || !isWhole) {
      await takeResults(session, await salesforce.ingestResults(job.jobId, 'failedResults'), 'failure');
      const failed = await settleResults(parts, session, 'failure', rest);
      tally.retried += failed.retried;
      tally.parked += failed.parked;
      tally.released += failed.released;
    }
    if (isWhole) {
      tally.settled += (
        await settleRest(parts, (row) => ({ ...FAILED, personId: row.personId, sfId: row.sfId, what: 'settled' }))
      ).settled;
    } else {
      await takeResults(session, await salesforce.ingestResults(job.jobId, 'successfulResults'), 'success');
      tally.settled += (await settleResults(parts, session, 'success', rest)).settled;
    }
    const listed = tally.settled + tally.retried + tally.parked + tally.released;
    if (job.state !== 'JobComplete') {
      await takeResults(session, await salesforce.ingestResults(job.jobId, 'unprocessedrecords'), 'unprocessed');
      addTo(tally, await settleResults(parts, session, 'unprocessed', rest));
    }
    addTo(tally, await releaseRest(parts, { ...rest, isLost: listed < job.recordsProcessed }));
    await (job.state === 'Aborted' ? noteAbort(parts, job.jobId) : forgetAborts(db));
    return { ...tally, calls: 0, failure: job.state === 'JobComplete' ? null : jobFailed(parts, job) };
  });
};

const jobFailed = ({ object }: BulkParts, job: BulkJob): SalesforceError =>
  new SalesforceError('job-failed', {
    disposition: 'retry',
    word: job.state,
    detail: { object: object.object, message: job.errorMessage ?? job.state },
  });

const settleResults = async (parts: BulkParts, session: Session, kind: BulkList, rest: Unjudged): Promise<Tally> => {
  const { claim, object } = parts;
  const tally = { settled: 0, retried: 0, parked: 0, released: 0 };
  let after = 0;
  for (;;) {
    const results = await nextResults(session, kind, claim.claimId, after, SETTLE_ROWS);
    const last = results.at(-1);
    if (last === undefined) return tally;
    after = last.personId;
    const settlements = results.map((result) =>
      kind === 'unprocessed' ? unjudged(result, object, rest) : settlementOf(decideResult(result, parts)),
    );
    if (!(await settle(parts.db, claim, settlements, { closes: false }))) return tally;
    for (const settlement of settlements) tally[tallyOf(settlement)] += 1;
    await parts.renewLease();
  }
};

export const tallyOf = (settlement: Settlement): 'settled' | 'retried' | 'parked' | 'released' => {
  if (settlement.what !== 'failed') return 'settled';
  if (settlement.park !== null) return 'parked';
  return settlement.tries === null ? 'released' : 'retried';
};

const decideResult = (result: BulkResult, { object, bounds }: BulkParts): Decided => {
  const sending = {
    ...result,
    externalId: '',
    wasLost: false,
    missing: [],
    fields: '',
    savesDuplicate: false,
    isOwnRecord: false,
    isUnlinked: false,
    unmodifiedSince: null,
  };
  if (result.fault === null)
    return { sending, outcome: { kind: 'settled', id: result.sfId, isCreated: false }, fault: null, isWhole: false };
  const columnOf = (field: string): string | undefined => {
    const column = object.columnOf(field);
    return column !== undefined && result.columns.includes(column) ? column : undefined;
  };
  const attempt = {
    isCreate: false,
    lockTries: result.lockTries,
    faultTries: result.faultTries,
    columnOf,
    keyField: '',
  };
  return { sending, outcome: decideOutcome([result.fault], attempt, bounds), fault: result.fault, isWhole: false };
};

/** Everything that is still in the claim, a bounded set at a time. */
const settleRest = async (
  { db, claim, renewLease }: BulkParts,
  settlementOfRow: (row: {
    readonly personId: number;
    readonly sfId: string | null;
    readonly columns: readonly string[];
  }) => Settlement,
): Promise<Tally> => {
  const tally = { settled: 0, retried: 0, parked: 0, released: 0 };
  for (;;) {
    const rows = await db.query<{ person_id: number; sf_id: string | null; columns: readonly string[] }>(
      `select o.person_id, s.sf_id, array(select jsonb_object_keys(s.in_flight)) as columns
         from sync.outbox o join sync.sent s on s.person_id = o.person_id and s.claim_id = o.claim_id
        where o.claim_id = $1 order by o.person_id limit $2`,
      [claim.claimId, SETTLE_ROWS],
    );
    if (rows.length === 0) return tally;
    const settlements = rows.map((row) =>
      settlementOfRow({ personId: row.person_id, sfId: row.sf_id, columns: row.columns }),
    );
    if (!(await settle(db, claim, settlements, { closes: false }))) return tally;
    for (const settlement of settlements) tally[tallyOf(settlement)] += 1;
    await renewLease();
  }
};

/** Rows that nobody judged keep their counts; then the claim ends. */
const releaseRest = async (parts: BulkParts, rest: Unjudged = RELEASED): Promise<Tally> => {
  const released = await settleRest(parts, (row) => ({ ...unjudged(row, parts.object, rest), sfId: row.sfId }));
  await parts.db.ownTransaction(async (tx) => {
    if (!(await holdClaim(tx, parts.claim))) return;
    await settleHeld(tx, parts.claim, []);
    await closeClaim(tx, parts.claim);
  });
  return released;
};
const RELEASED: Unjudged = { isLost: false, gone: [], message: '' };
