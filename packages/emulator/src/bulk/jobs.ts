import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { OrgUser } from '../access/access.ts';
import type { Org } from '../org.ts';
import { SalesforceError } from '../salesforce-error.ts';
import { canonicalId, makeId } from '../store/ids.ts';
import type { Keeper } from '../store/snapshots.ts';

export type JobState = 'Open' | 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted';
export type Delimiter = 'BACKQUOTE' | 'CARET' | 'COMMA' | 'PIPE' | 'SEMICOLON' | 'TAB';
export type LineEnding = 'LF' | 'CRLF';

export const delimiters: Readonly<Record<Delimiter, string>> = {
  BACKQUOTE: '`',
  CARET: '^',
  COMMA: ',',
  PIPE: '|',
  SEMICOLON: ';',
  TAB: '\t',
};
export const lineEnds: Readonly<Record<LineEnding, string>> = { LF: '\n', CRLF: '\r\n' };

interface AnyJob {
  readonly id: string;
  readonly object: string;
  readonly userId: string;
  readonly createdDate: string;
  readonly systemModstamp: string;
  readonly apiVersion: string;
  readonly state: JobState;
  readonly errorMessage: string | undefined;
  readonly columnDelimiter: Delimiter;
  readonly lineEnding: LineEnding;
  /** Records done so far; `failed` of them were refused. */
  readonly processed: number;
  readonly failed: number;
  readonly totalProcessingTime: number;
}

export interface QueryJob extends AnyJob {
  readonly kind: 'query';
  readonly operation: 'query' | 'queryAll';
  readonly query: string;
  /** The first line of every page; known once the job is complete. */
  readonly header: string;
}

export interface IngestJob extends AnyJob {
  readonly kind: 'ingest';
  readonly operation: 'insert' | 'update' | 'upsert' | 'delete' | 'hardDelete';
  /** Which assignment rule new leads and cases go by; none where absent. */
  readonly assignmentRuleId?: string | undefined;
  readonly externalIdFieldName: string | undefined;
  /** How change events tell its writes. */
  readonly origin: string;
  /** Whether the CSV has arrived; it arrives once. */
  readonly uploaded: boolean;
}

export type Job = QueryJob | IngestJob;

/** States in which nothing more happens to a job. */
export function isOver(state: JobState): boolean {
  return state === 'JobComplete' || state === 'Failed' || state === 'Aborted';
}

const jobPrefix = '750';

/** The jobs of the org. Each is a folder with `job.json` and its files. */
export class Jobs implements Keeper {
  readonly #org: Org;
  readonly #jobs = new Map<string, Job>();

  constructor(org: Org) {
    this.#org = org;
    this.#read();
    org.snapshots.join(this);
  }

  #read(): void {
    const org = this.#org;
    mkdirSync(org.jobsDirectory, { recursive: true });
    for (const name of readdirSync(org.jobsDirectory).sort()) {
      if (canonicalId(name) !== name) continue;
      const job = readJob(path.join(org.jobsDirectory, name, 'job.json'));
      if (job !== undefined) this.#jobs.set(job.id, job);
    }
  }

  /** Jobs under way are left out: they would end in the snapshot and after it. */
  save(folder: string): void {
    for (const job of this.#jobs.values()) {
      if (job.state === 'Open' || isOver(job.state)) {
        cpSync(this.folder(job), path.join(folder, job.id), { recursive: true });
      }
    }
  }

  restore(folder: string): void {
    for (const job of this.#jobs.values()) this.remove(job);
    cpSync(folder, this.#org.jobsDirectory, { recursive: true });
    this.#read();
  }

  /** Every job of one kind, oldest first. */
  all<K extends Job['kind']>(kind: K): readonly Extract<Job, { kind: K }>[] {
    return [...this.#jobs.values()].filter((job): job is Extract<Job, { kind: K }> => job.kind === kind);
  }

  /** By id of 15 or 18 characters; NOT_FOUND otherwise. */
  find<K extends Job['kind']>(kind: K, id: string): Extract<Job, { kind: K }> {
    const job = this.#jobs.get(canonicalId(id) ?? '');
    if (job?.kind !== kind) throw new SalesforceError(404, 'NOT_FOUND', 'The requested resource does not exist');
    return job as Extract<Job, { kind: K }>;
  }

  /** The job now, or undefined once it was deleted. */
  now<K extends Job>(job: K): K | undefined {
    return this.#jobs.get(job.id) as K | undefined;
  }

  create<K extends Job>(parts: Omit<K, 'id' | 'createdDate' | 'systemModstamp'>): K {
    const number = Number(this.#org.store.setting('bulkJobs') ?? '0') + 1;
    this.#org.store.setSetting('bulkJobs', String(number));
    const at = this.#org.store.now();
    const job = { ...parts, id: makeId(jobPrefix, number), createdDate: at, systemModstamp: at } as unknown as K;
    mkdirSync(this.folder(job), { recursive: true });
    this.#keep(job);
    return job;
  }

  /** Changes a job that still exists, and keeps it. */
  change<K extends Job>(job: K, changes: Partial<K>): K {
    const changed = { ...(this.now(job) ?? job), ...changes, systemModstamp: this.#org.store.now() };
    if (this.#jobs.has(job.id)) this.#keep(changed);
    return changed;
  }

  /** Notes progress, which is not worth a write to disk. */
  note<K extends Job>(job: K, changes: Partial<K>): void {
    const now = this.now(job);
    if (now !== undefined) this.#jobs.set(job.id, { ...now, ...changes });
  }

  remove(job: Job): void {
    this.#jobs.delete(job.id);
    rmSync(this.folder(job), { recursive: true, force: true });
  }

  folder(job: Job): string {
    return path.join(this.#org.jobsDirectory, job.id);
  }

  file(job: Job, name: string): string {
    return path.join(this.folder(job), name);
  }

  /** Whose job it is: what it may see and write. */
  user(job: Job): OrgUser {
    return this.#org.access.user(job.userId) ?? this.#org.access.syncUser;
  }

  /** Written beside and renamed, so that a cut leaves the old state or the new. */
  #keep(job: Job): void {
    const file = this.file(job, 'job.json');
    writeFileSync(`${file}.new`, JSON.stringify(job));
    renameSync(`${file}.new`, file);
    this.#jobs.set(job.id, job);
  }
}

function readJob(file: string): Job | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Job;
  } catch {
    // A folder whose job was never written down: the client never heard of it.
    return undefined;
  }
}
