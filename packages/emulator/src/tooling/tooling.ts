/**
 * The Tooling API (A17): queries over metadata, whose answers carry `size`, and creating, changing and deleting it record
 * by record with `{FullName, Metadata}`. Apex is kept and not run: anonymous code and tests answer that all is well.
 */
import { createSetupRecord, deleteSetupRecord, setupObjectNamed } from '../events/setup-records.ts';
import type { Component } from '../metadata/components.ts';
import { MetadataFault } from '../metadata/field-type.ts';
import { treeFromJson } from '../metadata/tree.ts';
import type { Org } from '../org.ts';
import { type Answer, answer, type Call, notFound, nothing } from '../rest/answer.ts';
import { globalKeys } from '../rest/describes.ts';
import { asObject, type Json, writeJson } from '../rest/json.ts';
import { columnsAnswer } from '../rest/query-columns.ts';
import { SalesforceError } from '../salesforce-error.ts';
import type { Page } from '../soql/results.ts';
import type { StoredRow } from '../store/store.ts';
import { runId } from './rows.ts';
import { ToolingTables } from './tables.ts';

const tablesByOrg = new WeakMap<Org, ToolingTables>();

function tablesOf(org: Org): ToolingTables {
  const known = tablesByOrg.get(org);
  if (known !== undefined) return known;
  const made = new ToolingTables(org);
  tablesByOrg.set(org, made);
  return made;
}

/** The object that a query is about, whatever its subqueries are about. */
export function fromOf(soql: string): string {
  const outer = soql.replace(/\([^()]*\)/g, '');
  return outer === soql ? (/\sfrom\s+(\w+)/i.exec(soql)?.[1] ?? '') : fromOf(outer);
}

/** GET tooling. */
export function toolingResources(call: Call): Answer {
  const root = `/services/data/${call.version}/tooling`;
  const names = ['sobjects', 'query', 'executeAnonymous', 'runTestsAsynchronous', 'runTestsSynchronous', 'completions'];
  return answer(Object.fromEntries(names.map((name) => [name, `${root}/${name}`])));
}

/** GET tooling/query for the objects of this API; `other` answers for records of others. */
export function toolingQuery(call: Call, other: (call: Call) => Answer): Answer {
  const soql = call.query.get('q') ?? '';
  if (!tablesOf(call.org).has(fromOf(soql))) return withSize(other(call));
  return tableAnswer(call, soql, true);
}

/** GET tooling/query/{locator}: a further page of a result that was too long for one. */
export function toolingQueryMore(call: Call, locator: string): Answer {
  return pageAnswer(call, tablesOf(call.org).more(locator, call.version), null);
}

/** GET query over one of the Tooling API's objects, of those that the other API has too. */
export function definitionQuery(call: Call, soql: string): Answer {
  return tableAnswer(call, soql, false);
}

function tableAnswer(call: Call, soql: string, isTooling: boolean): Answer {
  const tables = tablesOf(call.org);
  if (call.query.get('columns') === 'true') return columnsAnswer(tables.compile(soql));
  const { page, object } = tables.query(soql, call.version);
  return pageAnswer(call, page, isTooling ? object : undefined);
}

/** `object` is what the Tooling API tells beside; the other API tells nothing of it. */
function pageAnswer({ version }: Call, { total, rows, next }: Page, object?: string | null): Answer {
  const url = next === undefined ? null : `/services/data/${version}/tooling/query/${next}`;
  const about = {
    ...(object === undefined ? {} : { size: rows.length, queryLocator: next ?? null, entityTypeName: object }),
    totalSize: total,
    done: url === null,
    ...(url === null ? {} : { nextRecordsUrl: url }),
  };
  return { status: 200, body: `${JSON.stringify(about).slice(0, -1)},"records":[${rows.join(',')}]}` };
}

/** A query's answer with `size`, as every answer of this API has it. */
function withSize(given: Answer): Answer {
  const size = /^\{"totalSize":(\d+),/.exec(given.body)?.[1];
  return size === undefined ? given : { ...given, body: `{"size":${size},${given.body.slice(1)}` };
}

/** GET tooling/sobjects and tooling/sobjects/X/describe. */
export function toolingDescribe(call: Call, name?: string): Answer {
  const { schema } = tablesOf(call.org).store;
  const root = `/services/data/${call.version}/tooling/sobjects`;
  const urls = (of: string): Record<string, string> => ({
    rowTemplate: `${root}/${of}/{ID}`,
    describe: `${root}/${of}/describe`,
    sobject: `${root}/${of}`,
  });
  if (name === undefined) {
    const sobjects = schema.objects.map(({ name: of, describe }) => ({
      ...Object.fromEntries(globalKeys.map((key) => [key, describe[key]])),
      urls: urls(of),
    }));
    return answer({ encoding: 'UTF-8', maxBatchSize: 200, sobjects });
  }
  const object = schema.object(name);
  if (object === undefined) throw notFound();
  return answer({ ...object.describe, urls: urls(object.name) });
}

/** GET tooling/sobjects/X/{id}. */
export function toolingRead(call: Call, name: string, id: string): Answer {
  const object = tablesOf(call.org).store.schema.object(name);
  const row = object === undefined ? undefined : tablesOf(call.org).row(object.name, id, call.version);
  if (object === undefined || row === undefined) throw notFound();
  const attributes = {
    type: object.name,
    url: `/services/data/${call.version}/tooling/sobjects/${object.name}/${row['Id']}`,
  };
  const fields = object.fields.map((field) => [field.name, shown(row, field.name, field.type)] as const);
  return answer({ attributes, ...Object.fromEntries(fields) });
}

function shown(row: StoredRow, name: string, type: string): unknown {
  const value = row[name] ?? null;
  if (value === null) return null;
  if (type === 'complexvalue') return JSON.parse(value) as unknown;
  if (type === 'boolean') return value === 'true';
  if (type === 'int') return Number(value);
  return type === 'datetime' ? value.replace('Z', '+0000') : value;
}

/** GET tooling/sobjects/StaticResource/{id}/Body: the bytes. */
export function toolingBody(call: Call, name: string, id: string): Answer {
  const component = componentById(call, id);
  if (component?.type.toLowerCase() !== name.toLowerCase()) throw notFound();
  const bytes = Buffer.from(component.content ?? '', 'base64');
  return { status: 200, body: '', bytes, headers: { 'content-type': 'application/octet-stream' } };
}

function componentById(call: Call, id: string): Component | undefined {
  const { components } = call.org.metadata;
  return components.byId(id) ?? components.byId(id.slice(0, 15));
}

/** POST tooling/sobjects/X. */
export function toolingCreate(call: Call, name: string): Answer {
  const event = setupObjectNamed(name);
  const { org, session } = call;
  org.metadata.allow(session.user);
  const body = bodyOf(call);
  if (event !== undefined) {
    const id = createSetupRecord(org.events, event, textOf(body['FullName']), plainOf(body['Metadata']));
    return created(id);
  }
  const type = typeOf(call, name);
  const fullName = textOf(body['FullName']) || textOf(body['Name']);
  if (fullName === '') {
    throw new SalesforceError(400, 'REQUIRED_FIELD_MISSING', 'Required fields are missing: [FullName]', ['FullName']);
  }
  return saving(() => {
    if (org.metadata.read(session.user, type, fullName) !== undefined) {
      throw new SalesforceError(400, 'DUPLICATE_DEVELOPER_NAME', `There is already a ${type} named ${fullName}.`, [
        'FullName',
      ]);
    }
    return created(put(call, type, fullName, body).id);
  });
}

/** PATCH tooling/sobjects/X/{id}. */
export function toolingUpdate(call: Call, name: string, id: string): Answer {
  const type = typeOf(call, name);
  const component = knownComponent(call, type, id);
  return saving(() => {
    put(call, type, component.fullName, bodyOf(call), component);
    return nothing;
  });
}

/** DELETE tooling/sobjects/X/{id}. */
export function toolingDelete(call: Call, name: string, id: string): Answer {
  const { org, session } = call;
  org.metadata.allow(session.user);
  const event = setupObjectNamed(name);
  if (event !== undefined) {
    if (!deleteSetupRecord(org.events, event, id)) throw notFound();
    return nothing;
  }
  const type = typeOf(call, name);
  const component = knownComponent(call, type, id);
  return saving(() => {
    org.metadata.drop(session.user, type, component.fullName);
    return nothing;
  });
}

function typeOf(call: Call, name: string): string {
  const object = tablesOf(call.org).store.schema.object(name);
  if (object === undefined || object.name.endsWith('Definition')) throw notFound();
  return object.name;
}

function knownComponent(call: Call, type: string, id: string): Component {
  // Fields and objects that the schema alone knows get their ids by being listed.
  tablesOf(call.org).row(type, id, call.version);
  const component =
    componentById(call, id) ??
    call.org.metadata.list(call.session.user, type).find((one) => one.id.slice(0, 15) === id.slice(0, 15));
  if (component?.type !== type) throw notFound();
  return component;
}

function put(
  call: Call,
  type: string,
  fullName: string,
  body: Readonly<Record<string, Json>>,
  before?: Component,
): Component {
  const { org, session } = call;
  const given = body['Metadata'] === undefined ? undefined : treeFromJson(plainOf(body['Metadata']));
  const members = [
    ['ContentType', 'contentType'],
    ['CacheControl', 'cacheControl'],
    ['Description', 'description'],
    ['ApiVersion', 'apiVersion'],
    ['Status', 'status'],
  ] as const;
  const own = members.flatMap(([field, member]) =>
    body[field] === undefined ? [] : [[member, textOf(body[field])] as const],
  );
  const tree = { ...(given ?? before?.tree), ...Object.fromEntries(own) };
  return org.metadata.put(session.user, type, fullName, tree, contentOf(call, type, body) ?? before?.content ?? null);
}

/** The file of a class or a resource, in base64: a part of the request, or its field `Body`. */
function contentOf(call: Call, type: string, body: Readonly<Record<string, Json>>): string | undefined {
  const part = call.parts?.find(({ name }) => name === 'Body');
  if (part !== undefined) return Buffer.from(part.bytes).toString('base64');
  const given = body['Body'];
  if (typeof given !== 'string') return undefined;
  return type === 'StaticResource' ? given : Buffer.from(given).toString('base64');
}

/** The record of a request: its JSON, or the JSON part of a form. */
function bodyOf(call: Call): Readonly<Record<string, Json>> {
  return asObject(call.body, 'a record');
}

function textOf(json: Json | undefined): string {
  return typeof json === 'string' ? json : json === undefined || json === null ? '' : writeJson(json);
}

function plainOf(json: Json | undefined): Record<string, unknown> {
  return json === undefined || json === null ? {} : (JSON.parse(writeJson(json)) as Record<string, unknown>);
}

function created(id: string): Answer {
  return answer({ id, success: true, errors: [], warnings: [], infos: [] }, 201);
}

function saving(work: () => Answer): Answer {
  try {
    return work();
  } catch (error) {
    if (error instanceof MetadataFault) throw new SalesforceError(400, error.statusCode, error.message, []);
    throw error;
  }
}

/** GET tooling/executeAnonymous: the code is taken for good and not run. */
export function executeAnonymous(): Answer {
  return answer({
    line: -1,
    column: -1,
    compiled: true,
    success: true,
    compileProblem: null,
    exceptionStackTrace: null,
    exceptionMessage: null,
  });
}

/** POST tooling/runTestsAsynchronous: the id of a run. */
export function runTestsAsynchronous(): Answer {
  return answer(runId(1));
}

/** POST tooling/runTestsSynchronous: every test passes. */
export function runTestsSynchronous(call: Call): Answer {
  const tests = call.body === undefined ? [] : ((plainOf(call.body)['tests'] ?? []) as readonly unknown[]);
  return answer({
    apexLogId: null,
    codeCoverage: [],
    codeCoverageWarnings: [],
    failures: [],
    numFailures: 0,
    numTestsRun: tests.length,
    successes: [],
    totalTime: 0,
  });
}

/** GET tooling/completions?type=apex. */
export function completions(): Answer {
  return answer({ publicDeclarations: { System: {} } });
}
