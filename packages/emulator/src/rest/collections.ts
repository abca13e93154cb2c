import type { RowResult, Write } from '../dml/dml.ts';
import { SalesforceError } from '../salesforce-error.ts';
import type { SchemaObject } from '../schema/schema.ts';
import { canonicalId } from '../store/ids.ts';
import { type Answer, answer, type Call } from './answer.ts';
import { objectOf } from './describes.ts';
import { asArray, asObject, isObject, type Json } from './json.ts';
import { recordInput } from './record-body.ts';
import { enqueued, recordJson, writeOptionsIn } from './records.ts';

const recordsMax = 200;
const retrieveMax = 2000;

type Records = readonly Readonly<Record<string, Json>>[];

/** POST and PATCH composite/sobjects: up to 200 records of any objects (A6). */
export function writeCollection(call: Call): Answer {
  const body = asObject(call.body, 'a body with records');
  const create = call.method === 'POST';
  const writes = recordsOf(body).map((record): Write => {
    const object = objectNamed(call, record);
    if (create) return { kind: 'create', object: object.name, record: recordInput(object, record, ['Id']) };
    return { kind: 'update', object: object.name, id: idOf(record), record: recordInput(object, record, ['Id']) };
  });
  return run(call, writes, body['allOrNone'] === true, false);
}

/** PATCH composite/sobjects/X/{ExtField}. */
export function upsertCollection(call: Call, name: string, keyName: string): Answer {
  const object = objectOf(call, name);
  const body = asObject(call.body, 'a body with records');
  const writes = recordsOf(body).map((record): Write => {
    const input = recordInput(object, record);
    const given = Object.entries(input).find(([key]) => key.toLowerCase() === keyName.toLowerCase());
    const value = typeof given?.[1] === 'string' ? given[1] : null;
    const rest = Object.fromEntries(
      Object.entries(input).filter(([key]) => key.toLowerCase() !== keyName.toLowerCase()),
    );
    return { kind: 'upsert', object: object.name, externalId: keyName, value, record: rest };
  });
  return run(call, writes, body['allOrNone'] === true, true);
}

/** DELETE composite/sobjects?ids=...&allOrNone=... */
export function deleteCollection(call: Call): Answer {
  const ids = (call.query.get('ids') ?? '').split(',').filter((id) => id !== '');
  bounded(ids.length, recordsMax);
  const writes = ids.map((id): Write => {
    const object = call.org.schema.byPrefix(id.slice(0, 3));
    return { kind: 'delete', object: object?.name ?? '', id };
  });
  return run(call, writes, call.query.get('allOrNone') === 'true', false);
}

/** GET and POST composite/sobjects/X: records by id, null where there is none. */
export function retrieveCollection(call: Call, name: string): Answer {
  const object = objectOf(call, name);
  const { ids, fields } = call.method === 'GET' ? asked(call.query) : askedIn(asObject(call.body, 'ids and fields'));
  bounded(ids.length, retrieveMax);
  const records = ids.map((given) => {
    const id = canonicalId(given);
    return id === undefined ? 'null' : recordJson(call, object, id, fields);
  });
  return { status: 200, body: `[${records.join(',')}]` };
}

function asked(query: URLSearchParams): { ids: readonly string[]; fields: readonly string[] } {
  const list = (name: string): readonly string[] => (query.get(name) ?? '').split(',').filter((one) => one !== '');
  return { ids: list('ids'), fields: list('fields') };
}

function askedIn(body: Readonly<Record<string, Json>>): { ids: readonly string[]; fields: readonly string[] } {
  return { ids: asArray(body['ids'], 'ids').map(String), fields: asArray(body['fields'], 'fields').map(String) };
}

function recordsOf(body: Readonly<Record<string, Json>>): Records {
  const records = asArray(body['records'], 'records').map((record) => asObject(record, 'records that are objects'));
  bounded(records.length, recordsMax);
  return records;
}

function bounded(count: number, max: number): void {
  if (count <= max) return;
  throw new SalesforceError(
    400,
    'EXCEEDED_ID_LIMIT',
    `record limit reached. cannot submit more than ${max} records into this call`,
  );
}

function objectNamed(call: Call, record: Readonly<Record<string, Json>>): SchemaObject {
  const attributes = record['attributes'];
  const type = isObject(attributes) ? attributes['type'] : undefined;
  if (typeof type !== 'string')
    throw new SalesforceError(
      400,
      'INVALID_INPUT',
      "Missing entity type information. sObject requires a separate 'type' field be sent.",
    );
  const object = call.org.schema.object(type);
  if (object === undefined) throw new SalesforceError(400, 'INVALID_TYPE', `sObject type '${type}' is not supported.`);
  return object;
}

function idOf(record: Readonly<Record<string, Json>>): string {
  const id = Object.entries(record).find(([key]) => key.toLowerCase() === 'id')?.[1];
  return typeof id === 'string' ? id : '';
}

function run(call: Call, writes: readonly Write[], allOrNone: boolean, upsert: boolean): Answer {
  const results = call.org.dml.write(call.session.user, writes, { ...writeOptionsIn(call), allOrNone });
  return answer(results.map((result) => resultJson(result, upsert, allOrNone)));
}

/** One row's answer. In collections the code is `statusCode`; an upsert that failed all-or-none says `created: true` (A6). */
function resultJson(result: RowResult, upsert: boolean, allOrNone: boolean): Record<string, unknown> {
  if (result.success) {
    return { id: result.id, success: true, errors: enqueued(result), ...(upsert ? { created: result.created } : {}) };
  }
  return {
    ...(result.id === undefined || result.id === '' ? {} : { id: canonicalId(result.id) ?? result.id }),
    success: false,
    errors: result.errors.map(({ statusCode, message, fields }) => ({ statusCode, message, fields })),
    ...(upsert ? { created: allOrNone } : {}),
  };
}
