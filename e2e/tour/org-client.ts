/**
 * The org through jsforce, as its admin: an eye and a hand that the server does not know. Answers are taken as text and read here, so
 * that a number keeps its digits.
 */
import { Connection } from '@jsforce/jsforce-node';
import type { Faults } from './faults.ts';
import type { ReadValue } from './same.ts';

/** What the practice org's `--json` line says, as far as the tour needs it. */
export interface OrgFacts {
  readonly instanceUrl: string;
  readonly adminAccessToken: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface OrgField {
  readonly name: string;
  readonly type: string;
  readonly length: number;
  readonly precision: number;
  readonly scale: number;
  readonly isUpdateable: boolean;
  readonly isNillable: boolean;
  readonly isUnique: boolean;
}

/** A record as it was read: a value for each field asked for. */
export type OrgRecord = ReadonlyMap<string, ReadValue>;

const API_VERSION = '64.0';
/** Field names of one query: an address of more than 16 kB is refused (A7). */
const QUERY_LENGTH_MAX = 6_000;
/** Types that no query can read whole, or that hold no value of their own. */
const NOT_READ = new Set(['address', 'location', 'base64', 'complexvalue', 'anyType']);

interface Describe {
  readonly fields: readonly {
    readonly name: string;
    readonly type: string;
    readonly length: number;
    readonly precision: number;
    readonly scale: number;
    readonly updateable: boolean;
    readonly nillable: boolean;
    readonly unique: boolean;
  }[];
}

interface QueryAnswer {
  readonly done: boolean;
  readonly nextRecordsUrl?: string;
  readonly totalSize: string;
  readonly records: readonly Readonly<Record<string, unknown>>[];
}

interface SaveAnswer {
  readonly success: boolean;
  readonly id?: string;
  readonly errors: readonly { readonly message: string }[];
}

export class OrgClient {
  readonly #connection: Connection;
  readonly #faults: Pick<Faults, 'calmly'>;

  constructor(facts: OrgFacts, faults: Pick<Faults, 'calmly'>) {
    this.#faults = faults;
    this.#connection = new Connection({
      instanceUrl: facts.instanceUrl,
      accessToken: facts.adminAccessToken,
      version: API_VERSION,
    });
  }

  /** Every field of the object that holds a value of its own. */
  async fields(object: string): Promise<readonly OrgField[]> {
    const answer = JSON.parse(
      await this.#get(`/services/data/v${API_VERSION}/sobjects/${object}/describe`),
    ) as Describe;
    return answer.fields
      .filter((field) => !NOT_READ.has(field.type))
      .map((field) => ({
        name: field.name,
        type: field.type,
        length: field.length,
        precision: field.precision,
        scale: field.scale,
        isUpdateable: field.updateable,
        isNillable: field.nillable,
        isUnique: field.unique,
      }));
  }

  /** Every record, deleted ones too, by id. A record that is absent from one of its slices of fields is an error. */
  async records(object: string, fields: readonly string[]): Promise<ReadonlyMap<string, OrgRecord>> {
    const out = new Map<string, Map<string, ReadValue>>();
    for (const [index, slice] of slices(fields.filter((name) => name !== 'Id')).entries()) {
      const seen = await this.#readSlice(object, ['Id', ...slice], out, index === 0);
      if (seen !== out.size)
        throw new Error(`${object}: ${out.size} records were read with some fields and ${seen} with others`);
    }
    return out;
  }

  async count(object: string): Promise<number> {
    const answer = readJson(await this.#get(this.#queryPath('query', `select count() from ${object}`))) as QueryAnswer;
    return Number(answer.totalSize);
  }

  /** All or an error: the tour's own edits are valid. */
  async create(object: string, records: readonly Readonly<Record<string, unknown>>[]): Promise<readonly string[]> {
    if (records.length === 0) return [];
    const answers = await this.#saved(() =>
      this.#connection.sobject(object).create([...records], { allowRecursive: true }),
    );
    return answers.map((answer) => idOf(object, answer));
  }

  async update(
    object: string,
    records: readonly (Readonly<Record<string, unknown>> & { readonly Id: string })[],
  ): Promise<void> {
    if (records.length === 0) return;
    const answers = await this.#saved(() =>
      this.#connection.sobject(object).update([...records], { allowRecursive: true }),
    );
    for (const answer of answers) idOf(object, answer);
  }

  async destroy(object: string, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const answers = await this.#saved(() =>
      this.#connection.sobject(object).destroy([...ids], { allowRecursive: true }),
    );
    for (const answer of answers) idOf(object, answer);
  }

  /** The loser goes into the winner (A12). */
  async merge(type: string, winnerId: string, loserId: string): Promise<void> {
    const request = { masterRecord: { type, Id: winnerId }, recordToMergeIds: [loserId] };
    const merge = this.#connection.soap.merge.bind(this.#connection.soap);
    const [answer] = [await this.#faults.calmly(() => merge(request as unknown as Parameters<typeof merge>[0]))].flat();
    if (String(answer?.success) !== 'true') throw new Error(`the org refused a merge: ${JSON.stringify(answer)}`);
  }

  /** To a new account, without an opportunity. */
  async convert(leadId: string, convertedStatus: string): Promise<void> {
    const request = { leadId, convertedStatus, doNotCreateOpportunity: true };
    const convert = this.#connection.soap.convertLead.bind(this.#connection.soap);
    const [answer] = [await this.#faults.calmly(() => convert(request as Parameters<typeof convert>[0]))].flat();
    if (String(answer?.success) !== 'true') throw new Error(`the org refused a conversion: ${JSON.stringify(answer)}`);
  }

  async #readSlice(
    object: string,
    names: readonly string[],
    into: Map<string, Map<string, ReadValue>>,
    isFirst: boolean,
  ): Promise<number> {
    let seen = 0;
    let path: string | null = this.#queryPath('queryAll', `select ${names.join(', ')} from ${object}`);
    while (path !== null) {
      const answer = readJson(await this.#get(path)) as QueryAnswer;
      for (const record of answer.records) {
        const id = String(record['Id']);
        const values = into.get(id) ?? new Map<string, ReadValue>();
        if (isFirst === into.has(id))
          throw new Error(`${object} ${id} was read ${isFirst ? 'twice' : 'with some fields and not with others'}`);
        for (const name of names) values.set(name, valueOf(object, name, record[name]));
        into.set(id, values);
        seen += 1;
      }
      path = answer.done ? null : (answer.nextRecordsUrl ?? null);
    }
    return seen;
  }

  #queryPath(resource: 'query' | 'queryAll', soql: string): string {
    return `/services/data/v${API_VERSION}/${resource}?q=${encodeURIComponent(soql)}`;
  }

  async #saved(save: () => Promise<unknown>): Promise<readonly SaveAnswer[]> {
    return (await this.#faults.calmly(save)) as SaveAnswer[];
  }

  async #get(path: string): Promise<string> {
    return this.#faults.calmly(() =>
      this.#connection.request<string>({ method: 'GET', url: path }, { responseType: 'text/plain' }),
    );
  }
}

/** Numbers stay their digits. */
const readJson = (text: string): unknown =>
  JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' ? (context?.source ?? String(value)) : value,
  );

const valueOf = (object: string, name: string, value: unknown): ReadValue => {
  if (value === undefined) throw new Error(`${object}.${name} is absent from an answer that should hold it`);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  throw new Error(`${object}.${name} is not a plain value`);
};

const slices = (names: readonly string[]): string[][] => {
  const out: string[][] = [[]];
  let length = 0;
  for (const name of names) {
    if (length + name.length > QUERY_LENGTH_MAX) {
      out.push([]);
      length = 0;
    }
    out.at(-1)?.push(name);
    length += name.length + 2;
  }
  return out;
};

const idOf = (object: string, answer: SaveAnswer): string => {
  if (answer.success && answer.id !== undefined) return answer.id;
  throw new Error(`the org refused an edit of ${object}: ${answer.errors.map((error) => error.message).join('; ')}`);
};
