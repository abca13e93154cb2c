/** What the tests of this folder say over the wire. */
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { RunningOrg } from '../org.ts';

/** A job's info, or another answer, with what the tests name. */
export interface Told {
  readonly id: string;
  readonly state: string;
  readonly contentUrl: string;
  readonly errorMessage: string;
  readonly [key: string]: unknown;
}

export class Wire {
  readonly #org: RunningOrg;
  readonly #version: string;

  constructor(org: RunningOrg, version = 'v68.0') {
    this.#org = org;
    this.#version = version;
  }

  /** `path` is below the version. */
  async ask(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
    const isText = typeof body === 'string' || body instanceof Uint8Array;
    return await fetch(`${this.#org.url}/services/data/${this.#version}/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#org.accessToken}`,
        ...(body === undefined ? {} : { 'content-type': isText ? 'text/csv' : 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
    });
  }

  async json(method: string, path: string, body?: unknown, status = 200): Promise<Told> {
    const response = await this.ask(method, path, body);
    const answer = (await response.json()) as Told;
    assert.equal(response.status, status, JSON.stringify(answer));
    return answer;
  }

  /** The job's info once nothing more happens to it. */
  async ended(kind: 'query' | 'ingest', id: string): Promise<Told> {
    const deadline = performance.now() + 30_000;
    for (;;) {
      const job = await this.json('GET', `jobs/${kind}/${id}`);
      if (['JobComplete', 'Failed', 'Aborted'].includes(String(job['state']))) return job;
      assert.ok(performance.now() < deadline, `the job is still ${job['state']}`);
      await wait(20);
    }
  }

  async query(query: string, more: object = {}): Promise<Told> {
    const { id } = await this.json('POST', 'jobs/query', { operation: 'query', query, ...more });
    return await this.ended('query', id);
  }

  /** Sends a CSV as a job and waits for its end. */
  async ingest(job: object, csv: string): Promise<Told> {
    const { id, contentUrl } = await this.json('POST', 'jobs/ingest', job);
    assert.equal(contentUrl, `services/data/${this.#version}/jobs/ingest/${id}/batches`);
    assert.equal((await this.ask('PUT', `jobs/ingest/${id}/batches`, csv)).status, 201);
    await this.json('PATCH', `jobs/ingest/${id}`, { state: 'UploadComplete' });
    return await this.ended('ingest', id);
  }

  async list(id: string, name: string): Promise<string> {
    const response = await this.ask('GET', `jobs/ingest/${id}/${name}`);
    assert.equal(response.status, 200);
    return await response.text();
  }
}
