/**
 * PushTopics (A16): queries whose records' changes are told on `/topic/Name`. A change is told if the record fits the query
 * once it is done, if the PushTopic wants that kind of change, and if a field that it watches has moved.
 */
import type { Schema, SchemaObject } from '../schema/schema.ts';
import { compile, rowsOf } from '../soql/soql.ts';
import type { Store, Stored } from '../store/store.ts';
import type { RowChange } from './events.ts';
import type { NewEvent } from './log.ts';

export interface PushTopic {
  readonly name: string;
  readonly query: string;
  readonly object: string;
  /** Fields the query selects, and those it compares, in the object's own case. */
  readonly selected: readonly string[];
  readonly compared: readonly string[];
  readonly notifyForFields: string;
  readonly types: ReadonlySet<RowChange['type']>;
}

const operations = {
  CREATE: 'NotifyForOperationCreate',
  UPDATE: 'NotifyForOperationUpdate',
  DELETE: 'NotifyForOperationDelete',
  UNDELETE: 'NotifyForOperationUndelete',
} as const;

const words = { CREATE: 'created', UPDATE: 'updated', DELETE: 'deleted', UNDELETE: 'undeleted' } as const;

export class PushTopics {
  readonly #store: Store;
  #active: readonly PushTopic[] | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The rows of `PushTopic` have moved. */
  changed(): void {
    this.#active = undefined;
  }

  named(name: string): PushTopic | undefined {
    return this.#topics().find((topic) => topic.name === name);
  }

  watches(object: string): boolean {
    return this.#topics().some((topic) => topic.object === object);
  }

  /** What a change says to the PushTopics of its object; called inside the transaction that made it. */
  events(change: RowChange, at: number): readonly NewEvent[] {
    return this.#topics()
      .filter((topic) => topic.object === change.object && topic.types.has(change.type) && moves(topic, change))
      .flatMap((topic): readonly NewEvent[] => {
        const record = this.#record(topic, change.id);
        if (record === undefined) return [];
        const sobject = change.type === 'DELETE' ? { Id: change.id } : record;
        const event = { createdDate: new Date(at).toISOString(), type: words[change.type] };
        return [
          { stream: `/topic/${topic.name}`, schemaId: null, body: { kind: 'message', event, rest: { sobject } } },
        ];
      });
  }

  #topics(): readonly PushTopic[] {
    this.#active ??= this.#read();
    return this.#active;
  }

  #read(): readonly PushTopic[] {
    const { schema } = this.#store;
    if (schema.object('PushTopic') === undefined) return [];
    return this.#store
      .statement('select * from "PushTopic" where "IsDeleted" = \'false\' and "IsActive" = \'true\'')
      .all()
      .flatMap((row) => pushTopicOf(row as Readonly<Record<string, Stored>>, schema) ?? []);
  }

  /** The record as the topic's query selects it; undefined if it does not fit. */
  #record(topic: PushTopic, id: string): Readonly<Record<string, unknown>> | undefined {
    const soql = queryOf(topic.query, id);
    const query = compile(soql, this.#store.schema, { canRead: () => true }, this.#store.clock(), { all: true });
    for (const row of rowsOf(this.#store, query)) {
      return Object.fromEntries(
        query.columns.map(({ path, form }, at) => {
          const value = row[at] ?? null;
          const isJson = value !== null && (form === 'bare' || form === 'json');
          return [path.join('.'), isJson ? (JSON.parse(value) as unknown) : value];
        }),
      );
    }
    return undefined;
  }
}

/** The topic's query of one record. */
function queryOf(query: string, id: string): string {
  const [, head = query, condition] = /^(.*?)\swhere\s(.*)$/is.exec(query) ?? [];
  return condition === undefined ? `${head} WHERE Id = '${id}'` : `${head} WHERE (${condition}) AND Id = '${id}'`;
}

function pushTopicOf(row: Readonly<Record<string, Stored>>, schema: Schema): PushTopic | undefined {
  const query = row['Query'] ?? '';
  const [, fields = '', from = '', condition = ''] =
    /^\s*select\s(.+?)\sfrom\s+(\w+)(?:\s+where\s(.*))?\s*$/is.exec(query) ?? [];
  const object = schema.object(from);
  const name = row['Name'];
  if (object === undefined || name === null || name === undefined) return undefined;
  return {
    name,
    query,
    object: object.name,
    selected: fieldsIn(object, fields),
    compared: fieldsIn(object, condition.replace(/'(?:\\.|[^'\\])*'/g, '')),
    notifyForFields: row['NotifyForFields'] ?? 'Referenced',
    types: new Set(
      (Object.keys(operations) as (keyof typeof operations)[]).filter((type) => row[operations[type]] !== 'false'),
    ),
  };
}

function fieldsIn(object: SchemaObject, text: string): readonly string[] {
  return (text.match(/\w+/g) ?? []).flatMap((word) => object.field(word)?.name ?? []);
}

/** Whether a field that the topic watches moved; a record that begins, goes or comes back has no need of one. */
function moves(topic: PushTopic, { type, before = {}, after = {} }: RowChange): boolean {
  if (type !== 'UPDATE' || topic.notifyForFields === 'All') return true;
  const watched = {
    Select: topic.selected,
    Where: topic.compared,
    Referenced: [...topic.selected, ...topic.compared],
  }[topic.notifyForFields] ?? [...topic.selected, ...topic.compared];
  return watched.some((field) => (before[field] ?? null) !== (after[field] ?? null));
}
