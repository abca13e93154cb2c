/** What was measured. Times in seconds. */
export interface InitialReport {
  readonly rows: number;
  /** Fields that somebody fills in; both sides may write them. */
  readonly fields: number;
  /** Columns of the CSV: those fields, and Salesforce's own. */
  readonly columns: number;
  /** The load's time by the baseline's. */
  readonly ratio: number;
  readonly rowsPerSecond: number;
  /** The greatest resident memory of the server process, from its start to the end of the load; null where the system does not tell. */
  readonly serverPeakMB: number | null;
  readonly loadSeconds: number;
  readonly baselineSeconds: number;
  /** Each of the three, in order: before, before, after. */
  readonly baselines: readonly number[];
  readonly csvMB: number;
  readonly pages: number;
  /** Whether the server's result pages travelled compressed; the baseline reads plain files. */
  readonly gzip: boolean;
  readonly postgres: Readonly<Record<string, string>>;
}

/** What was measured of the practice org alone. */
export interface OrgReport {
  readonly rows: number;
  /** Fields that somebody fills in; the query reads Id and SystemModstamp with them. */
  readonly fields: number;
  readonly loadSeconds: number;
  readonly bulkRowsPerSecond: number;
  /** The greatest resident memory of the org's process, from its start to the last poll; null where the system does not tell. */
  readonly peakMB: number | null;
  /** Median of the polls, to the last byte of the answer. */
  readonly pollMs: number;
  /** The same as `peakMB`, when the load was over. */
  readonly loadPeakMB: number | null;
  readonly bulkSeconds: number;
  readonly csvMB: number;
  readonly pollWorstMs: number;
}

const linesOfOrg = (report: OrgReport): string => `
${report.rows.toLocaleString('en-US')} leads, ${report.fields} fields (${report.csvMB} MB of CSV)

  load             ${report.loadSeconds} s
  Bulk query       ${report.bulkSeconds} s, ${report.bulkRowsPerSecond.toLocaleString('en-US')} rows a second
  poll for 200     ${report.pollMs} ms, at worst ${report.pollWorstMs} ms
  org, at most     ${report.peakMB === null ? 'unknown' : `${report.peakMB} MB (${report.loadPeakMB} MB after the load)`}
`;

/** One change each way, in milliseconds from the edit to its being seen on the other side. */
export interface LatencyReport {
  readonly outIdleP50Ms: number;
  readonly outIdleP99Ms: number;
  readonly inIdleP50Ms: number;
  readonly inIdleP99Ms: number;
  /** An urgent change while `backlog` people wait to be sent. */
  readonly outUrgentBehindP50Ms: number;
  readonly outUrgentBehindP99Ms: number;
  /** A change in Salesforce meanwhile. */
  readonly inBehindP50Ms: number;
  readonly inBehindP99Ms: number;
  /** People waiting when the measurement behind them began, and when it ended. */
  readonly backlog: number;
  readonly backlogLeft: number;
  readonly pollEveryMs: number;
  readonly samples: Readonly<Record<'outIdle' | 'inIdle' | 'outUrgent' | 'inBehind', number>>;
}

/** API calls. */
export interface CallsReport {
  /** Of one cycle in which nothing changed. */
  readonly idleCycle: number;
  /** Objects that such a cycle asks for. */
  readonly objects: number;
  /** Changes that were pushed, and the calls that took: those that carry them and those that ask what became of them. */
  readonly pushed: number;
  readonly push100k: number;
  readonly pushSeconds: number;
}

/** Empty practice orgs in one process, in milliseconds. */
export interface StartReport {
  readonly firstMs: number;
  /** Median of those after the first. */
  readonly emptyMs: number;
  /** One of ten that start at once. */
  readonly besideMs: number;
  readonly snapshotMs: number;
  readonly restoreMs: number;
}

const linesOfStart = (report: StartReport): string => `
an empty practice org in a test suite, in milliseconds

  start            ${report.emptyMs} (the first ${report.firstMs}, one of ten at once ${report.besideMs})
  snapshot         ${report.snapshotMs}
  restore          ${report.restoreMs}
`;

export interface SamenessReport {
  readonly rows: number;
  /** From the ask to the end. */
  readonly seconds: number;
  readonly loadSeconds: number;
  readonly ratioToLoad: number;
  readonly rowsPerSecond: number;
  /** API calls meanwhile, those of the ordinary polls among them. */
  readonly calls: number;
  /** The greatest resident memory of the server process since its start. */
  readonly serverPeakMB: number | null;
}

const linesOfSameness = (report: SamenessReport): string => `
${report.rows.toLocaleString('en-US')} leads compared on every field

  time             ${report.seconds} s, ${report.rowsPerSecond.toLocaleString('en-US')} rows a second
  initial sync     ${report.loadSeconds} s
  ratio            ${report.ratioToLoad}
  API calls        ${report.calls}
  server, at most  ${report.serverPeakMB === null ? 'unknown' : `${report.serverPeakMB} MB`}
`;

export interface BenchReport {
  readonly start?: StartReport;
  readonly org?: OrgReport;
  readonly initial?: InitialReport;
  readonly sameness?: SamenessReport;
  readonly latency?: LatencyReport;
  readonly calls?: CallsReport;
}

export const textOf = ({ start, org, initial, sameness, latency, calls }: BenchReport): string =>
  [
    ...(start ? [linesOfStart(start)] : []),
    ...(org ? [linesOfOrg(org)] : []),
    ...(initial ? [linesOf(initial)] : []),
    ...(sameness ? [linesOfSameness(sameness)] : []),
    ...(latency
      ? [
          `
one change, p50 and p99 in milliseconds

  to Salesforce, idle                            ${latency.outIdleP50Ms}, ${latency.outIdleP99Ms}
  to Salesforce, urgent, behind ${latency.backlog.toLocaleString('en-US').padEnd(17)}${latency.outUrgentBehindP50Ms}, ${latency.outUrgentBehindP99Ms}
  from Salesforce, polled every ${String(latency.pollEveryMs / 1000).padEnd(3)}s, idle         ${latency.inIdleP50Ms}, ${latency.inIdleP99Ms}
  from Salesforce, behind the same               ${latency.inBehindP50Ms}, ${latency.inBehindP99Ms}
`,
        ]
      : []),
    ...(calls
      ? [
          `
API calls

  an idle cycle of ${calls.objects} objects      ${calls.idleCycle}
  ${calls.pushed.toLocaleString('en-US')} changes                ${calls.push100k}, in ${calls.pushSeconds} s
`,
        ]
      : []),
  ].join('');

const linesOf = (report: InitialReport): string => `
${report.rows.toLocaleString('en-US')} leads, ${report.fields} fields (${report.columns} columns, ${report.csvMB} MB of CSV, ${report.pages} pages${report.gzip ? ', gzip' : ', no gzip'})

  one plain COPY   ${report.baselineSeconds} s (${report.baselines.join(', ')})
  initial sync     ${report.loadSeconds} s, ${report.rowsPerSecond.toLocaleString('en-US')} rows a second
  ratio            ${report.ratio}
  server, at most  ${report.serverPeakMB === null ? 'unknown' : `${report.serverPeakMB} MB`}

  Postgres: ${Object.entries(report.postgres)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')}
`;
