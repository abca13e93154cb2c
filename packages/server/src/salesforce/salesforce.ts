/**
 * The door to Salesforce: a signed-in org. Its names appear verbatim here, in `mapping/` and nowhere else.
 *
 * Promises: every request has a deadline (`requestTimeoutMs`); an expired session is renewed once and the request repeated, for
 * reads and for idempotent writes alike, and a second refusal is an error (OUT28); a refused password is never tried again by
 * itself (SET12); nothing is sent to a host that is not Salesforce's or the operator's (SEC4); every failure is a
 * `SalesforceError` with a code of `error-words.ts`. Bodies of data travel as received: text for REST, streams for Bulk. No
 * number in them passes through a float (MAP16).
 */
import type { Readable } from 'node:stream';
import type { ProblemCode } from '@syncline/contract/problems';
import type { Detail, Disposition } from '../errors/errors.ts';
import type { Soql } from './soql.ts';

/**
 * The refresh token of a web sign-in. Salesforce may give the next one for it and take the old one back (rotation), so it is lent to one sign-in at a time, of all
 * processes, and the next one is kept before anybody else is lent it.
 */
export interface RefreshToken {
  lend<T>(use: (token: string) => Promise<{ readonly next: string | null; readonly value: T }>): Promise<T>;
}

/**
 * How the org is signed in to. Client credentials: `host` is its My Domain. The others: an origin; null: `login.salesforce.com`, or `test.salesforce.com`
 * where `isSandbox`.
 */
export type Credentials =
  | {
      readonly method: 'client_credentials';
      readonly host: string;
      readonly isSandbox: boolean;
      readonly clientId: string;
      readonly clientSecret: string;
    }
  | {
      readonly method: 'web';
      readonly host: string | null;
      readonly isSandbox: boolean;
      readonly clientId: string;
      /** null: the app does without. */
      readonly clientSecret: string | null;
      readonly refreshToken: RefreshToken;
    }
  | {
      readonly method: 'jwt';
      readonly host: string | null;
      readonly isSandbox: boolean;
      readonly clientId: string;
      readonly username: string;
      /** PEM, RSA. */
      readonly privateKey: string;
    }
  | {
      readonly method: 'password';
      readonly host: string | null;
      readonly isSandbox: boolean;
      readonly username: string;
      readonly password: string;
      /** Empty where the org trusts our address. */
      readonly securityToken: string;
    };

/** Every failure of this door. Its message holds no text of Salesforce's, which may quote a person's values; `detail` may. */
export class SalesforceError extends Error {
  override readonly name = 'SalesforceError';
  readonly code: ProblemCode;
  readonly disposition: Disposition;
  /** Salesforce's own word, where it gave one. */
  readonly word: string | null;
  /** Salesforce's field names, where it named some. */
  readonly fields: readonly string[];
  readonly detail: Detail;
  /** The request may have been carried out: its answer was lost, or told of a fault that says nothing of what was done. */
  readonly mayHaveLanded: boolean;

  constructor(
    code: ProblemCode,
    facts: {
      readonly disposition: Disposition;
      readonly word?: string | null;
      readonly fields?: readonly string[];
      readonly detail?: Detail;
      readonly mayHaveLanded?: boolean;
      readonly cause?: unknown;
    },
  ) {
    super(facts.word ? `${code} (${facts.word})` : code, { cause: facts.cause });
    this.code = code;
    this.disposition = facts.disposition;
    this.word = facts.word ?? null;
    this.fields = facts.fields ?? [];
    this.detail = facts.detail ?? {};
    this.mayHaveLanded = facts.mayHaveLanded ?? false;
  }
}

/**
 * Which limit REQUEST_LIMIT_EXCEEDED means, by the usage header (OUT33): one word stands for the calls of the day and for requests under way at
 * once. Without a header it is the day's, whose wait is the longer.
 */
export const limitCode = ({
  used,
  limit,
}: {
  readonly used: number | null;
  readonly limit: number | null;
}): 'limit-reached' | 'too-many-at-once' =>
  used !== null && limit !== null && used < limit ? 'too-many-at-once' : 'limit-reached';

export interface OrgIdentity {
  /** 18 characters. */
  readonly orgId: string;
  readonly orgName: string;
  readonly edition: string;
  readonly isSandbox: boolean;
  readonly userId: string;
  readonly username: string;
  readonly instanceUrl: string;
  /** `64.0` when signed in by user name (SET12), else the newest the org serves up to 68.0. */
  readonly apiVersion: string;
  readonly callsUsed: number;
  readonly callsLimit: number;
}

interface FieldDescribe {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly length: number;
  readonly precision: number;
  readonly scale: number;
  readonly digits: number;
  readonly custom: boolean;
  readonly createable: boolean;
  readonly updateable: boolean;
  readonly calculated: boolean;
  readonly autoNumber: boolean;
  readonly nillable: boolean;
  readonly defaultedOnCreate: boolean;
  readonly compoundFieldName: string | null;
  readonly externalId: boolean;
  readonly unique: boolean;
  readonly referenceTo: readonly string[];
  readonly restrictedPicklist: boolean;
  readonly picklistValues: readonly { readonly value: string; readonly active: boolean }[];
}

export interface ObjectDescribe {
  readonly name: string;
  readonly label: string;
  readonly createable: boolean;
  readonly updateable: boolean;
  readonly queryable: boolean;
  readonly fields: readonly FieldDescribe[];
}

/**
 * One page of a query. The records are not parsed here: `body` is the whole answer as received (NUL escapes removed and
 * counted), and `path` leads to the array of records in it, so that Postgres reads it with `$1::json #> $2`.
 */
export interface QueryPage {
  readonly body: string;
  readonly path: readonly string[];
  readonly rows: number;
  readonly done: boolean;
  readonly nextRecordsUrl: string | null;
  readonly nulsRemoved: number;
}
/** `askedAt`: a moment by Salesforce's clock at which the query had not begun, to the second; null: the answer has no date. */
export type QueryAnswer =
  | { readonly ok: true; readonly page: QueryPage; readonly askedAt: Date | null }
  | { readonly ok: false; readonly error: SalesforceFault };

export interface DeletedRecord {
  readonly id: string;
  readonly deletedAt: Date;
}

/** What Salesforce said of one record or one query. `code` is its word (`statusCode` or `errorCode`). */
export interface SalesforceFault {
  readonly code: string;
  readonly message: string;
  readonly fields: readonly string[];
  /** Of DUPLICATES_DETECTED in the answer to a request for one record (A7); collections do not tell it. */
  readonly duplicate?: DuplicateBlock;
}

/** What a duplicate rule found. `allowSave`: the rule lets a client save all the same. */
export interface DuplicateBlock {
  readonly rule: string;
  readonly allowSave: boolean;
  readonly matches: readonly DuplicateMatch[];
}
export interface DuplicateMatch {
  readonly object: string;
  /** 18 characters. */
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly company: string | null;
}

/** One answer per record, in the order sent (A6). */
export type RecordAnswer =
  | { readonly ok: true; readonly id: string; readonly created: boolean }
  | { readonly ok: false; readonly faults: readonly SalesforceFault[] };

/** What a lead is to become (A12): a contact of a new account or, where `accountId` names one, of that. */
export interface LeadConversion {
  readonly leadId: string;
  /** A status of leads that means converted. */
  readonly convertedStatus: string;
  readonly accountId: string | null;
  /** The contact that the lead goes into, one of that account; null: a new one is made. */
  readonly contactId: string | null;
  /** null: the lead's owner, who must be a user. */
  readonly ownerId: string | null;
  /** null: no opportunity is made. */
  readonly opportunityName: string | null;
  /** Salesforce writes to the owner. */
  readonly notifiesOwner: boolean;
}
export type ConvertAnswer =
  | { readonly ok: true; readonly accountId: string; readonly contactId: string; readonly opportunityId: string | null }
  | { readonly ok: false; readonly faults: readonly SalesforceFault[] };

/** Records that go into another one of their object (A12): they are deleted, and name it as their master. */
export interface RecordMerge {
  readonly object: 'Lead' | 'Contact';
  readonly masterId: string;
  /** One or two. */
  readonly loserIds: readonly string[];
}
export type MergeAnswer = { readonly ok: true } | { readonly ok: false; readonly faults: readonly SalesforceFault[] };

export interface BulkPage {
  /** `Sforce-NumberOfRecords`. */
  readonly rows: number;
  /** `Sforce-Locator`; null on the last page. Known before the body is read. */
  readonly nextLocator: string | null;
  /** CSV with a header line, decompressed, NUL bytes removed; call `nulsRemoved` after it ended. */
  readonly body: Readable;
  nulsRemoved(): number;
}

export type JobState = 'Open' | 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted';
export interface BulkJob {
  readonly jobId: string;
  readonly apiVersion: string;
  readonly state: JobState;
  readonly recordsProcessed: number;
  readonly recordsFailed: number;
  readonly errorMessage: string | null;
}

export interface SendHeaders {
  /** OUT19: FALSE on every update; undefined lets Salesforce's rules run on a create. */
  readonly autoAssign?: 'FALSE' | 'TRUE';
  /** OUT32. `name`: a block tells the records it found; `save`: it is saved all the same, where the rule allows that. Only of `sendEach`. */
  readonly duplicates?: 'name' | 'save';
  /** MRG16: refused with PRECONDITION_FAILED where the record was changed since. To the second. Only of `sendEach`. */
  readonly unmodifiedSince?: Date;
}

/** One record of `sendEach`. */
export interface RecordRequest {
  readonly object: string;
  /** null: it is upserted by its external id. */
  readonly id: string | null;
  readonly externalId: { readonly field: string; readonly value: string };
  /** The fields as JSON text. */
  readonly body: string;
  readonly headers: SendHeaders;
}

export interface Salesforce {
  /** Signs in if there is no session; the answer is the org's own word, read now. */
  identity(): Promise<OrgIdentity>;
  /** Who we are there, 18 characters; no question where a session is open. */
  userId(): Promise<string>;
  describe(object: string): Promise<ObjectDescribe>;

  /** Up to five queries in one call (SAFE7, composite of queryAll). Answers are in order. */
  queryAll(queries: readonly string[]): Promise<readonly QueryAnswer[]>;
  queryMore(nextRecordsUrl: string): Promise<QueryPage>;
  /** A small control query, parsed. Not for data. */
  records<Row>(soql: string, options?: { readonly all?: boolean }): Promise<readonly Row[]>;
  /**
   * The log of deletes (A10): what was deleted within a window, whether it lies in the recycle bin or is gone for good, ids of 18 characters. The
   * seconds of both ends are cut off; it reaches 15 days back, and may be purged earlier. Errors: `salesforce-refused` with EXCEEDED_ID_LIMIT.
   */
  deletedIn(object: string, from: Date, to: Date): Promise<readonly DeletedRecord[]>;
  /** Records that are not deleted. */
  count(object: string, where?: Soql): Promise<number>;
  /** Salesforce's clock, from the `Date` of an answer (IN15). */
  serverTime(): Promise<Date>;

  /** Collections: PATCH by Id, 200 at most, never all-or-none (OUT14). `recordsJson` is a JSON array, each with attributes and Id. */
  updateRecords(recordsJson: string, headers: SendHeaders): Promise<readonly RecordAnswer[]>;
  /** Collections upsert by an external id field, 200 at most. */
  upsertRecords(
    object: string,
    externalIdField: string,
    recordsJson: string,
    headers: SendHeaders,
  ): Promise<readonly RecordAnswer[]>;

  /** Collections: DELETE, 200 ids at most, never all-or-none. What is deleted lies 15 days in the recycle bin. */
  deleteRecords(ids: readonly string[]): Promise<readonly RecordAnswer[]>;

  /** Whether the session may call SOAP, the only way to convert and merge; false for a token that it does not take (A1). */
  mayCallSoap(): Promise<boolean>;
  /** 100 at most in one call, each for itself. Not idempotent: a second time a lead is refused as converted. */
  convertLeads(conversions: readonly LeadConversion[]): Promise<readonly ConvertAnswer[]>;
  /** All of it or nothing. Not idempotent: a second time the losers are refused as deleted. */
  mergeRecords(merge: RecordMerge): Promise<MergeAnswer>;

  /** Each record as a request of its own, 25 at most in one call, never all-or-none: with headers of its own, and the whole of its answer. */
  sendEach(requests: readonly RecordRequest[]): Promise<readonly RecordAnswer[]>;

  createQueryJob(soql: string): Promise<BulkJob>;
  queryJob(jobId: string): Promise<BulkJob>;
  /** A page of results, read with the job's own version (IN16). `locator` null: the first. */
  queryJobPage(
    job: { readonly jobId: string; readonly apiVersion: string },
    locator: string | null,
    maxRecords: number,
  ): Promise<BulkPage>;

  createIngestJob(
    object: string,
    operation: 'update' | 'upsert' | 'insert' | 'delete',
    externalIdField?: string,
  ): Promise<BulkJob>;
  /** Uploads CSV (LF, comma) and marks it complete. */
  uploadIngest(jobId: string, csv: Readable): Promise<void>;
  ingestJob(jobId: string): Promise<BulkJob>;
  abortIngest(jobId: string): Promise<void>;
  ingestResults(jobId: string, list: 'successfulResults' | 'failedResults' | 'unprocessedrecords'): Promise<Readable>;

  /** API calls made since the process began, and the org's own count from the newest answer's header. */
  usage(): { readonly calls: number; readonly used: number | null; readonly limit: number | null };
}
