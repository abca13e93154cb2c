/** What poll, load and read by id share. */
import type { Logger } from 'pino';
import type { Database, Transaction } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import type { Bounds } from '../lib/bounds.ts';
import { type FieldMap, type SyncObject, TABLE_OF } from '../mapping/mapping.ts';
import { filterFields } from '../mapping/plan-filter.ts';
import { compileMerge } from '../merge/compile-merge.ts';
import type { MergeLimits, MergeStatements } from '../merge/merge.ts';
import {
  type QueryAnswer,
  type QueryPage,
  type Salesforce,
  SalesforceError,
  type SalesforceFault,
} from '../salesforce/salesforce.ts';
import type { Compile } from './apply.ts';
import type { HiddenFields } from './hidden-fields.ts';
import { visibleFields } from './queries.ts';

export interface InboundParts {
  readonly db: Database;
  readonly salesforce: Salesforce;
  readonly loadMap: () => Promise<FieldMap>;
  /** In each transaction that writes what was read, before it writes: throws `ReadingPassedOn` unless this process is the one that reads. */
  readonly holdReading: (tx: Transaction) => Promise<void>;
  readonly bounds: Bounds;
  readonly log: Logger;
}

export interface ReaderKit extends InboundParts {
  readonly hidden: HiddenFields;
  readonly compiled: CompiledMerges;
}

/** Statements by map version, object and fields: compiled once. */
export class CompiledMerges {
  readonly #limits: MergeLimits;
  readonly #statements = new Map<string, MergeStatements>();
  #version = -1;

  constructor(limits: MergeLimits) {
    this.#limits = limits;
  }

  of(map: FieldMap, object: SyncObject, fields: readonly string[]): MergeStatements {
    if (map.version !== this.#version) {
      this.#statements.clear();
      this.#version = map.version;
    }
    const key = `${object} ${fields.join(' ')}`;
    const known = this.#statements.get(key) ?? compileMerge(map, object, fields, this.#limits);
    this.#statements.set(key, known);
    return known;
  }

  for(map: FieldMap, object: SyncObject, asked: readonly string[]): Compile {
    return (fields = asked) => this.of(map, object, fields);
  }
}

/** The database's clock as it writes it, microseconds included: when a read that has not begun will have begun. */
export const databaseNow = async (db: Database): Promise<string> => {
  const [row] = await db.query<{ now: string }>('select clock_timestamp()::text as now');
  if (!row) throw new Error('a select without a table brought no row');
  return row.now;
};

/** One merge of people at a time, and one of each other object (ENGINE, trap 7); nobody changes the map meanwhile either. */
export const lockMerge = async (tx: Transaction, object: SyncObject): Promise<void> => {
  await tx.run('select pg_advisory_xact_lock(7202, hashtext($1))', [TABLE_OF[object] === 'person' ? 'person' : object]);
};

/** MAP10: the map that a page is applied with from start to end. Where it was changed since the page was asked for, the new one. */
export const heldMap = async (
  kit: ReaderKit,
  tx: Transaction,
  map: FieldMap,
  object: SyncObject,
): Promise<FieldMap> => {
  await lockMerge(tx, object);
  const [row] = await tx.query<{ version: number }>(
    'select coalesce(max(version), 0) as version from sync.map_version',
  );
  return row?.version === map.version ? map : kit.loadMap();
};

/** One object's query, in a call with others. */
export interface Question {
  readonly object: SyncObject;
  /** The query for the fields given. */
  readonly soql: (fields: readonly string[]) => string;
  /** IN14: the query for what is outside the object's filter; null: it has none. */
  readonly outside: string | null;
}
export type Answered = { readonly object: SyncObject; readonly fields: readonly string[]; readonly beganAt: string } & (
  | {
      readonly page: QueryPage;
      readonly outside: QueryPage | null;
      readonly askedAt: Date | null;
      readonly error?: undefined;
    }
  | { readonly error: unknown; readonly page?: undefined; readonly outside?: undefined }
);

export type Found = Extract<Answered, { readonly page: QueryPage }>;

/** Throws what refused it. */
export const foundOf = (answered: Answered | undefined): Found => {
  if (answered?.page === undefined) throw answered?.error ?? new Error('a question has no answer');
  return answered;
};

const QUERIES_MAX = 5;

/** Asks five queries at a time (SAFE7). A refusal concerns its object alone; one for a hidden field is asked again without it. */
export const askTogether = async (
  kit: ReaderKit,
  map: FieldMap,
  questions: readonly Question[],
): Promise<readonly Answered[]> => {
  const answered: Answered[] = [];
  for (const together of inCalls(questions)) answered.push(...(await askOnce(kit, map, together)));
  return answered;
};

/** An object's two queries go in one call, so that nothing lies between them. */
const inCalls = (questions: readonly Question[]): readonly (readonly Question[])[] => {
  const calls: { questions: Question[]; queries: number }[] = [];
  for (const question of questions) {
    const queries = question.outside === null ? 1 : 2;
    const last = calls.at(-1);
    if (last && last.queries + queries <= QUERIES_MAX) {
      last.questions.push(question);
      last.queries += queries;
    } else calls.push({ questions: [question], queries });
  }
  return calls.map((call) => call.questions);
};

const askOnce = async (kit: ReaderKit, map: FieldMap, questions: readonly Question[]): Promise<readonly Answered[]> => {
  const beganAt = await databaseNow(kit.db);
  const answers = await askPairs(kit, map, questions);
  const answered: Answered[] = [];
  for (const [index, question] of questions.entries()) {
    const { object } = question;
    const { fields, rows, outside } = answers[index] ?? NO_ANSWER;
    const base = { object, fields, beganAt };
    if (rows?.ok && (outside === null || outside?.ok)) {
      await kit.hidden.settle(object);
      answered.push({ ...base, page: rows.page, outside: outside?.page ?? null, askedAt: rows.askedAt });
    } else {
      answered.push(await askWithoutHidden(kit, map, question, base, faultOf(rows, outside)));
    }
  }
  return answered;
};

interface Pair {
  readonly fields: readonly string[];
  readonly rows: QueryAnswer | undefined;
  readonly outside: QueryAnswer | undefined | null;
}
const NO_ANSWER: Pair = { fields: [], rows: undefined, outside: null };

/** What is outside is asked first: a record that comes in between the two is read, and one that leaves is outside at the next pass. */
const askPairs = async (kit: ReaderKit, map: FieldMap, questions: readonly Question[]): Promise<readonly Pair[]> => {
  const fieldsOf = questions.map(({ object }) => visibleFields(map, object, kit.hidden.of(object)));
  const answers = await kit.salesforce.queryAll(
    questions.flatMap(({ soql, outside }, index) => [
      ...(outside === null ? [] : [outside]),
      soql(fieldsOf[index] ?? []),
    ]),
  );
  let place = 0;
  const next = (): QueryAnswer | undefined => answers[place++];
  return questions.map(({ outside }, index) => {
    const left = outside === null ? null : next();
    return { fields: fieldsOf[index] ?? [], rows: next(), outside: left };
  });
};

const faultOf = (...answers: readonly Pair['outside'][]): SalesforceFault => {
  for (const answer of answers) if (answer && !answer.ok) return answer.error;
  return { code: '', message: '', fields: [] };
};

const askWithoutHidden = async (
  kit: ReaderKit,
  map: FieldMap,
  question: Question,
  base: { readonly object: SyncObject; readonly fields: readonly string[]; readonly beganAt: string },
  fault: SalesforceFault,
): Promise<Answered> => {
  const { object } = question;
  if (fault.code !== 'INVALID_FIELD') return { ...base, error: refusalOf(object, fault) };
  try {
    await kit.hidden.look(map, object);
    requireFilterFields(kit, map, object);
    const beganAt = await databaseNow(kit.db);
    const [pair = NO_ANSWER] = await askPairs(kit, map, [question]);
    const { fields, rows, outside } = pair;
    if (rows?.ok && (outside === null || outside?.ok))
      return { object, fields, beganAt, page: rows.page, outside: outside?.page ?? null, askedAt: rows.askedAt };
    return { ...base, error: refusalOf(object, faultOf(rows, outside)) };
  } catch (error) {
    return { ...base, error };
  }
};

/** Without a field of its filter nobody knows who is in: the object waits. Errors: `filter-field-gone`. */
export const requireFilterFields = (kit: ReaderKit, map: FieldMap, object: SyncObject): void => {
  const hidden = kit.hidden.of(object);
  const field = filterFields(map.objects[object]).find((name) => hidden.has(name));
  if (field !== undefined) throw new Problem('filter-field-gone', { object, field });
};

const refusalOf = (object: SyncObject, fault: SalesforceFault): SalesforceError => {
  const isUnreadable = fault.code === 'INVALID_TYPE' || fault.code === 'INSUFFICIENT_ACCESS';
  return new SalesforceError(isUnreadable ? 'object-unreadable' : 'salesforce-refused', {
    disposition: 'retry',
    word: fault.code,
    fields: fault.fields,
    detail: { object, word: fault.code, message: fault.message },
  });
};
