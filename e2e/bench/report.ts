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

export const linesOfOrg = (report: OrgReport): string => `
${report.rows.toLocaleString('en-US')} leads, ${report.fields} fields (${report.csvMB} MB of CSV)

  load             ${report.loadSeconds} s
  Bulk query       ${report.bulkSeconds} s, ${report.bulkRowsPerSecond.toLocaleString('en-US')} rows a second
  poll for 200     ${report.pollMs} ms, at worst ${report.pollWorstMs} ms
  org, at most     ${report.peakMB === null ? 'unknown' : `${report.peakMB} MB (${report.loadPeakMB} MB after the load)`}
`;

export const linesOf = (report: InitialReport): string => `
${report.rows.toLocaleString('en-US')} leads, ${report.fields} fields (${report.columns} columns, ${report.csvMB} MB of CSV, ${report.pages} pages${report.gzip ? ', gzip' : ', no gzip'})

  one plain COPY   ${report.baselineSeconds} s (${report.baselines.join(', ')})
  initial sync     ${report.loadSeconds} s, ${report.rowsPerSecond.toLocaleString('en-US')} rows a second
  ratio            ${report.ratio}
  server, at most  ${report.serverPeakMB === null ? 'unknown' : `${report.serverPeakMB} MB`}

  Postgres: ${Object.entries(report.postgres)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')}
`;
