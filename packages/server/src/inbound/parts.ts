/** What poll, load and read by id share. */
import type { Logger } from 'pino';
import type { Database, Transaction } from '../db/db.ts';
import type { Bounds } from '../lib/bounds.ts';
import { type FieldMap, type SyncObject, TABLE_OF } from '../mapping/mapping.ts';
import { compileMerge } from '../merge/compile-merge.ts';
import type { MergeStatements } from '../merge/merge.ts';
import { type QueryPage, type Salesforce, SalesforceError } from '../salesforce/salesforce.ts';
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
  readonly #statements = new Map<string, MergeStatements>();
  #version = -1;

  of(map: FieldMap, object: SyncObject, fields: readonly string[]): MergeStatements {
    if (map.version !== this.#version) {
      this.#statements.clear();
      this.#version = map.version;
    }
    const key = `${object} ${fields.join(' ')}`;
    const known = this.#statements.get(key) ?? compileMerge(map, object, fields);
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
}
export type Answered = { readonly object: SyncObject; readonly fields: readonly string[]; readonly beganAt: string } & (
  | { readonly page: QueryPage; readonly error?: undefined }
  | { readonly error: unknown; readonly page?: undefined }
);

const QUERIES_MAX = 5;

/** Asks five at a time (SAFE7). A refusal concerns its object alone; one for a hidden field is asked again without it. */
export const askTogether = async (
  kit: ReaderKit,
  map: FieldMap,
  questions: readonly Question[],
): Promise<readonly Answered[]> => {
  const answered: Answered[] = [];
  for (let start = 0; start < questions.length; start += QUERIES_MAX) {
    answered.push(...(await askFive(kit, map, questions.slice(start, start + QUERIES_MAX))));
  }
  return answered;
};

const askFive = async (kit: ReaderKit, map: FieldMap, questions: readonly Question[]): Promise<readonly Answered[]> => {
  const beganAt = await databaseNow(kit.db);
  const fieldsOf = questions.map(({ object }) => visibleFields(map, object, kit.hidden.of(object)));
  const answers = await kit.salesforce.queryAll(questions.map(({ soql }, index) => soql(fieldsOf[index] ?? [])));
  const answered: Answered[] = [];
  for (const [index, question] of questions.entries()) {
    const answer = answers[index];
    const base = { object: question.object, fields: fieldsOf[index] ?? [], beganAt };
    if (answer?.ok) {
      await kit.hidden.settle(question.object);
      answered.push({ ...base, page: answer.page });
    } else {
      answered.push(
        await askWithoutHidden(kit, map, question, base, answer?.error ?? { code: '', message: '', fields: [] }),
      );
    }
  }
  return answered;
};

const askWithoutHidden = async (
  kit: ReaderKit,
  map: FieldMap,
  question: Question,
  base: { readonly object: SyncObject; readonly fields: readonly string[]; readonly beganAt: string },
  fault: { readonly code: string; readonly message: string; readonly fields: readonly string[] },
): Promise<Answered> => {
  if (fault.code !== 'INVALID_FIELD') return { ...base, error: refusalOf(question.object, fault) };
  try {
    await kit.hidden.look(map, question.object);
    const fields = visibleFields(map, question.object, kit.hidden.of(question.object));
    const beganAt = await databaseNow(kit.db);
    const [answer] = await kit.salesforce.queryAll([question.soql(fields)]);
    if (answer?.ok) return { object: question.object, fields, beganAt, page: answer.page };
    return { ...base, error: refusalOf(question.object, answer?.error ?? fault) };
  } catch (error) {
    return { ...base, error };
  }
};

const refusalOf = (
  object: SyncObject,
  fault: { readonly code: string; readonly message: string; readonly fields: readonly string[] },
): SalesforceError => {
  const isUnreadable = fault.code === 'INVALID_TYPE' || fault.code === 'INSUFFICIENT_ACCESS';
  return new SalesforceError(isUnreadable ? 'object-unreadable' : 'salesforce-refused', {
    disposition: 'retry',
    word: fault.code,
    fields: fault.fields,
    detail: { object, word: fault.code, message: fault.message },
  });
};
