/** Every bound of the sync, by name. The defaults are the documented ones; tests set them small. Times in milliseconds. */
export interface Bounds {
  readonly pollEveryMs: number;
  readonly userPollEveryMs: number;
  readonly overlapMs: number;
  readonly deepOverlapMs: number;
  readonly deepEveryMs: number;
  /** A pass that reads more rows than this makes its stretch of stamps a dense one, which is not read whole at every poll. */
  readonly denseFrom: number;
  /** So long after a stamp a read has all that promptly happened in its second (A11). */
  readonly stampGrainMs: number;
  /** Records that ended one in another, from the first to the last (ID13). */
  readonly mergeChainMax: number;
  /** After so long without a complete pass an object is read whole (IN13); the recycle bin and the log of deletes keep a day longer. */
  readonly binMs: number;
  readonly requestTimeoutMs: number;
  readonly leaseMs: number;
  readonly lateLandingMs: number;
  readonly freshnessMs: number;
  /** From this many records of one object a send goes by Bulk (OUT16). */
  readonly bulkFrom: number;
  /** Records of one Bulk ingest job at most. */
  readonly bulkRecordsMax: number;
  /** Bulk jobs in a row that somebody stops in Salesforce, before bulk pauses (OUT35). */
  readonly bulkAborts: number;
  readonly lockTries: number;
  readonly faultTries: number;
  /** The pause before one record of a cause is tried again: from, doubling with each try, to (OUT34). */
  readonly probeFromMs: number;
  readonly probeToMs: number;
  /** How often the schema of the org is looked at when nothing hints at a change (SET6). */
  readonly schemaEveryMs: number;
  /** How often formula fields are read of records that did not change (IN24). */
  readonly formulaEveryMs: number;
  /** How often an object is compared with Salesforce as a whole (SAFE3). */
  readonly samenessEveryMs: number;
  readonly retryFromMs: number;
  readonly retryToMs: number;
  /** Rows of one page of a Bulk query result. */
  readonly pageRows: number;
  /** Ids of one read by id. */
  readonly rereadRecordsMax: number;
  /** How often a running Bulk job is asked for its state: from, doubling, to. */
  readonly jobPollFromMs: number;
  readonly jobPollToMs: number;
  /** More than this share of an object's people, and more than so many, changed within the window, and somebody is asked (SAFE1). */
  readonly brakeShare: number;
  /** Infinity: the brake is off. */
  readonly brakeFloor: number;
  readonly brakeWindowMs: number;
  /** So often a value changes sides within the window before its field is held (SAFE8). */
  readonly loopTurns: number;
  readonly loopWindowMs: number;
}

export const DEFAULT_BOUNDS: Bounds = {
  pollEveryMs: 30_000,
  userPollEveryMs: 600_000,
  overlapMs: 120_000,
  deepOverlapMs: 900_000,
  deepEveryMs: 600_000,
  denseFrom: 2_000,
  stampGrainMs: 10_000,
  mergeChainMax: 50,
  binMs: 1_209_600_000,
  requestTimeoutMs: 60_000,
  leaseMs: 120_000,
  lateLandingMs: 900_000,
  freshnessMs: 60_000,
  bulkFrom: 2_000,
  bulkRecordsMax: 100_000,
  bulkAborts: 2,
  lockTries: 8,
  faultTries: 12,
  probeFromMs: 60_000,
  probeToMs: 86_400_000,
  schemaEveryMs: 600_000,
  formulaEveryMs: 21_600_000,
  samenessEveryMs: 86_400_000,
  retryFromMs: 1_000,
  retryToMs: 300_000,
  pageRows: 5_000,
  rereadRecordsMax: 200,
  jobPollFromMs: 250,
  jobPollToMs: 5_000,
  brakeShare: 0.1,
  brakeFloor: 500,
  brakeWindowMs: 3_600_000,
  loopTurns: 6,
  loopWindowMs: 3_600_000,
};
