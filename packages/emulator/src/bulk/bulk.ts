/**
 * Bulk API 2.0 (A8): queries of any size into CSV pages, and CSV files of records into the org.
 *
 * A query job runs as soon as it is made: UploadComplete, InProgress, JobComplete, or Failed with `errorMessage`. By
 * JobComplete its whole result is a file with an index of its rows, so that any page is a range of bytes; `results`
 * streams it, compressed where the client accepts gzip. The last page says `Sforce-Locator: null`. Results are read with
 * the version the job was made with, otherwise 409. Aggregates, OFFSET and compound fields are refused.
 *
 * An ingest job takes one CSV, at most 150 MB, while it is Open; UploadComplete starts it. Each row succeeds or fails on
 * its own, in its own list; rows that an abort or a broken file left behind are in `unprocessedrecords`. An empty cell
 * leaves a field alone, `#N/A` clears it. The job fails as a whole for an unknown column, a wrong delimiter or line end.
 *
 * Jobs live in `org.jobsDirectory`, a folder each, and survive a restart: a query that was cut off runs again, an ingest
 * job that was cut off goes on behind the last row it wrote, and writes none twice.
 *
 * Not here: multipart creation and the seven-day end of jobs.
 */
import type { FastifyInstance } from 'fastify';
import type { Org } from '../org.ts';
import { registerIngest } from './ingest-routes.ts';
import { IngestRunner } from './ingest-runner.ts';
import { Jobs } from './jobs.ts';
import { registerQuery } from './query-routes.ts';
import { QueryRunner } from './query-runner.ts';

/** Adds the routes under `/services/data/vXX.0/jobs`, and takes up the jobs that a stop interrupted. */
export function registerBulk(app: FastifyInstance, org: Org): void {
  const jobs = new Jobs(org);
  const queries = new QueryRunner(org, jobs);
  const ingests = new IngestRunner(org, jobs);
  registerQuery(app, org, jobs, queries);
  registerIngest(app, org, jobs, ingests);
  queries.takeUp();
  ingests.takeUp();
  app.addHook('onClose', async () => {
    await Promise.all([queries.stop(), ingests.stop()]);
  });
}
