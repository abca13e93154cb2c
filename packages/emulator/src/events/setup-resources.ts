/** The Tooling API's resources for what setup makes of events (A14, A17): queries, creating, reading and deleting. */
import { type Answer, answer, type Call, nothing } from '../rest/answer.ts';
import { asObject, isObject, writeJson } from '../rest/json.ts';
import { SalesforceError } from '../salesforce-error.ts';
import {
  createSetupRecord,
  deleteSetupRecord,
  type SetupObject,
  type SetupRecord,
  setupObjectNamed,
  setupRecords,
} from './setup-records.ts';

/** The object of these that a query is about; undefined if it is about another. */
export function setupObjectOf(soql: string): SetupObject | undefined {
  return setupObjectNamed(/\sfrom\s+(\w+)/i.exec(soql)?.[1] ?? '');
}

/** GET tooling/query?q=...: fields of one object, where fields equal values. */
export function querySetup(call: Call, object: SetupObject): Answer {
  const soql = call.query.get('q') ?? '';
  const [, fields = '', condition = '', limit] =
    /^\s*select\s(.+?)\sfrom\s+\w+(?:\s+where\s(.+?))?(?:\s+order\s+by\s.+?)?(?:\s+limit\s+(\d+))?\s*$/is.exec(soql) ??
    [];
  if (fields === '') throw new SalesforceError(400, 'MALFORMED_QUERY', `This query is not understood: ${soql}`);
  const fits = fitting(condition);
  const found = setupRecords(call.org.events, object).filter(fits);
  const records = found.slice(0, limit === undefined ? found.length : Number(limit)).map((record) => ({
    attributes: { type: object, url: `/services/data/${call.version}/tooling/sobjects/${object}/${record.Id}` },
    ...Object.fromEntries(fields.split(',').map((name) => fieldOf(record, object, name.trim()))),
  }));
  const counts = { size: records.length, totalSize: records.length, done: true };
  return answer({ ...counts, queryLocator: null, entityTypeName: object, records });
}

function fieldOf(record: SetupRecord, object: SetupObject, name: string): readonly [string, unknown] {
  const key = Object.keys(record).find((field) => field.toLowerCase() === name.toLowerCase());
  if (key !== undefined) return [key, record[key]];
  throw new SalesforceError(400, 'INVALID_FIELD', `No such column '${name}' on entity '${object}'.`);
}

function fitting(condition: string): (record: SetupRecord) => boolean {
  if (condition === '') return () => true;
  const tests = condition.split(/\s+and\s+/i).map((test) => {
    const [, name, value = ''] = /^\(?\s*(\w+)\s*=\s*'((?:\\.|[^'\\])*)'\s*\)?$/.exec(test.trim()) ?? [];
    if (name === undefined)
      throw new SalesforceError(400, 'MALFORMED_QUERY', `This condition is not understood: ${test}`);
    return { name: name.toLowerCase(), value: value.replace(/\\(.)/g, '$1') };
  });
  return (record) =>
    tests.every(({ name, value }) => {
      const told = Object.entries(record).find(([field]) => field.toLowerCase() === name)?.[1];
      if (name === 'id') return String(told).slice(0, 15) === value.slice(0, 15);
      return String(told).toLowerCase() === value.toLowerCase();
    });
}

/** POST tooling/sobjects/X with `{FullName, Metadata}`. */
export function createSetup(call: Call, object: SetupObject): Answer {
  mayCustomize(call);
  const body = asObject(call.body, 'FullName and Metadata');
  const metadata = isObject(body['Metadata'])
    ? (JSON.parse(writeJson(body['Metadata'])) as Record<string, unknown>)
    : {};
  const fullName = typeof body['FullName'] === 'string' ? body['FullName'] : '';
  const id = createSetupRecord(call.org.events, object, fullName, metadata);
  return answer({ id, success: true, errors: [], warnings: [], infos: [] }, 201);
}

/** GET tooling/sobjects/X/{id}. */
export function readSetup(call: Call, object: SetupObject, id: string): Answer {
  const found = setupRecords(call.org.events, object).find(({ Id }) => Id.slice(0, 15) === id.slice(0, 15));
  if (found === undefined) throw noSuchRecord();
  const url = `/services/data/${call.version}/tooling/sobjects/${object}/${found.Id}`;
  return answer({ attributes: { type: object, url }, ...found });
}

/** DELETE tooling/sobjects/X/{id}. */
export function deleteSetup(call: Call, object: SetupObject, id: string): Answer {
  mayCustomize(call);
  if (!deleteSetupRecord(call.org.events, object, id)) throw noSuchRecord();
  return nothing;
}

function noSuchRecord(): SalesforceError {
  return new SalesforceError(404, 'NOT_FOUND', 'The requested resource does not exist');
}

function mayCustomize(call: Call): void {
  if (call.org.access.sight(call.session.user).has('CustomizeApplication')) return;
  throw new SalesforceError(
    403,
    'INSUFFICIENT_ACCESS',
    'Changing what events tell needs the permission Customize Application',
  );
}
