import type { RecordInput, RowResult, Write, WriteOptions } from '../dml/dml.ts';
import { originOf } from '../events/events.ts';
import { type RowError, SalesforceError } from '../salesforce-error.ts';
import type { FieldDescribe, SchemaObject } from '../schema/schema.ts';
import { selectionOf } from '../soql/results.ts';
import { compile } from '../soql/soql.ts';
import { canonicalId } from '../store/ids.ts';
import type { Stored } from '../store/store.ts';
import { collation, identifier } from '../store/tables.ts';
import { type Answer, answer, type Call, notFound, nothing, recordUrl, rowErrorAnswer } from './answer.ts';
import { checkUnmodified, sinceModified } from './conditions.ts';
import { objectOf } from './describes.ts';
import { asObject } from './json.ts';
import { recordInput } from './record-body.ts';
import { rowWriter } from './rows-json.ts';

/** POST sobjects/X. */
export function createRecord(call: Call, name: string): Answer {
  const object = objectOf(call, name);
  const record = { ...recordInput(object, asObject(call.body, 'a record')), ...filesIn(call, object) };
  const result = one(call, { kind: 'create', object: object.name, record });
  if (!result.success) return rowErrorAnswer(result.errors);
  return answer({ id: result.id, success: true, errors: enqueued(result) }, 201);
}

/** Binary fields of a form, each a part under the field's name, in base64 as the store keeps them. */
function filesIn(call: Call, object: SchemaObject): RecordInput {
  const files = (call.parts ?? []).flatMap(({ name, bytes }) =>
    object.field(name)?.type === 'base64' ? [[name, Buffer.from(bytes).toString('base64')] as const] : [],
  );
  return Object.fromEntries(files);
}

/** What a row's answer says beside its id: a platform event has not been published yet, and this is its `EventUuid`. */
export function enqueued({ eventUuid }: Extract<RowResult, { success: true }>): readonly RowError[] {
  return eventUuid === undefined ? [] : [{ statusCode: 'OPERATION_ENQUEUED', message: eventUuid, fields: [] }];
}

/**
 * What a call's headers say of its writes: how change events tell them, whether the active assignment rule runs (it does
 * unless told, A6), and whether duplicates are saved all the same.
 */
export function writeOptionsIn(call: Call): WriteOptions {
  const assign = call.headers['sforce-auto-assign']?.trim() ?? 'TRUE';
  const duplicates = call.headers['sforce-duplicate-rule-header'];
  return {
    origin: originOf('rest', call.version, call.headers['sforce-call-options']),
    assignment: /^true$/i.test(assign) ? 'active' : /^false$/i.test(assign) ? 'none' : assign,
    ...(duplicates === undefined
      ? {}
      : {
          duplicates: {
            allowSave: /allowSave\s*=\s*true/i.test(duplicates),
            includeDetails: /includeRecordDetails\s*=\s*true/i.test(duplicates),
          },
        }),
  };
}

/** GET sobjects/X/{id}: the fields asked for, or all the user sees. */
export function readRecord(call: Call, name: string, givenId: string): Answer {
  const object = objectOf(call, name);
  const id = presentId(call, object, givenId);
  const stamp = call.org.store.read(object.name, id)?.['LastModifiedDate'];
  return sinceModified(call, stamp, () => ({ status: 200, body: recordJson(call, object, id) }));
}

/** PATCH sobjects/X/{id}. */
export function updateRecord(call: Call, name: string, givenId: string): Answer {
  const object = objectOf(call, name);
  const body = asObject(call.body, 'a record');
  if (Object.keys(body).some((key) => key.toLowerCase() === 'id')) throw namedInBody('Id');
  unmodifiedId(call, object, givenId);
  const record = { ...recordInput(object, body), ...filesIn(call, object) };
  const result = one(call, { kind: 'update', object: object.name, id: givenId, record });
  return result.success ? nothing : rowErrorAnswer(result.errors);
}

/** DELETE sobjects/X/{id}. */
export function deleteRecord(call: Call, name: string, givenId: string): Answer {
  const object = objectOf(call, name);
  unmodifiedId(call, object, givenId);
  const result = one(call, { kind: 'delete', object: object.name, id: givenId });
  return result.success ? nothing : rowErrorAnswer(result.errors);
}

/** PATCH sobjects/X/{ExtField}/{value}: 201 for a new record, 200 for a known one (204 before v46), 300 for several. */
export function upsertRecord(call: Call, name: string, keyName: string, value: string): Answer {
  const object = objectOf(call, name);
  const key = keyField(call, object, keyName);
  const body = asObject(call.body, 'a record');
  if (Object.keys(body).some((given) => given.toLowerCase() === key.name.toLowerCase())) throw namedInBody(key.name);
  const several = severalAnswer(call, object, key, value);
  if (several !== undefined) return several;
  const record = recordInput(object, body);
  const result = one(call, { kind: 'upsert', object: object.name, externalId: key.name, value, record });
  if (!result.success) return rowErrorAnswer(result.errors);
  if (!result.created && versionNumber(call) < 46) return nothing;
  const status = result.created ? 201 : 200;
  return answer({ id: result.id, success: true, errors: [], created: result.created }, status);
}

/** GET and DELETE sobjects/X/{ExtField}/{value}; GET sobjects/X/{id}/{relationship or binary field}. */
export function recordByKey(call: Call, name: string, keyName: string, value: string): Answer {
  const object = objectOf(call, name);
  if (object.field(keyName) === undefined && canonicalId(keyName) !== undefined && call.method === 'GET') {
    return partOf(call, object, presentId(call, object, keyName), value);
  }
  const key = keyField(call, object, keyName);
  const several = severalAnswer(call, object, key, value);
  if (several !== undefined) return several;
  const [id] = idsByKey(call, object, key, value);
  if (id === undefined) throw notFound();
  return call.method === 'DELETE' ? deleteRecord(call, name, id) : readRecord(call, name, id);
}

/** The bytes of a record's field, its parent, or its children. */
function partOf(call: Call, object: SchemaObject, id: string, name: string): Answer {
  const row = call.org.store.read(object.name, id) ?? {};
  const field = object.field(name);
  if (field?.type === 'base64') {
    const bytes = Buffer.from(row[field.name] ?? '', 'base64');
    return {
      status: 200,
      body: '',
      bytes,
      headers: { 'content-type': row['ContentType'] ?? 'application/octet-stream' },
    };
  }
  const reference = object.relationship(name);
  if (reference !== undefined) {
    const parentId = row[reference.name] ?? null;
    const parent = parentId === null ? undefined : call.org.schema.byPrefix(parentId.slice(0, 3));
    if (parent === undefined || parentId === null) throw notFound();
    return readRecord(call, parent.name, parentId);
  }
  const relationship = call.org.schema
    .children(object)
    .find(({ relationshipName }) => relationshipName?.toLowerCase() === name.toLowerCase());
  if (relationship === undefined) throw notFound();
  const child = objectOf(call, relationship.childSObject);
  const ids = idsByKey(call, child, child.field(relationship.field) as FieldDescribe, id);
  const records = ids.map((childId) => recordJson(call, child, childId));
  return { status: 200, body: `{"totalSize":${ids.length},"done":true,"records":[${records.join(',')}]}` };
}

function namedInBody(field: string): SalesforceError {
  return new SalesforceError(
    400,
    'INVALID_FIELD',
    `The ${field} field should not be specified in the sobject data.`,
    [],
  );
}

function one(call: Call, write: Write): RowResult {
  const [result] = call.org.dml.write(call.session.user, [write], writeOptionsIn(call));
  return result as RowResult;
}

function versionNumber(call: Call): number {
  return Number(call.version.slice(1));
}

/** The id in 18 characters if a live record has it; else NOT_FOUND, ENTITY_IS_DELETED or MALFORMED_ID. */
function presentId(call: Call, object: SchemaObject, givenId: string): string {
  const id = canonicalId(givenId);
  if (id === undefined) throw notFound('Provided external ID field does not exist or is not accessible: ' + givenId);
  const row = call.org.store.read(object.name, id);
  if (row === undefined) throw notFound();
  if (row['IsDeleted'] === 'true') throw new SalesforceError(404, 'ENTITY_IS_DELETED', 'entity is deleted', []);
  const owners = call.org.access.sight(call.session.user).owners(object);
  if (owners !== undefined && !owners.includes(row['OwnerId'] ?? '')) throw notFound();
  return id;
}

/** The same for a record that is to be changed: it must be as old as the request says. */
function unmodifiedId(call: Call, object: SchemaObject, givenId: string): void {
  const id = presentId(call, object, givenId);
  checkUnmodified(call, call.org.store.read(object.name, id)?.['LastModifiedDate']);
}

function keyField(call: Call, object: SchemaObject, name: string): FieldDescribe {
  const field = object.field(name);
  const seen = field !== undefined && call.org.access.sight(call.session.user).canRead(object.name, field.name);
  if (field !== undefined && seen && (field.externalId || field.idLookup)) return field;
  throw notFound(`Provided external ID field does not exist or is not accessible: ${name}`);
}

const severalMax = 2_000;

function idsByKey(call: Call, object: SchemaObject, key: FieldDescribe, value: string): readonly string[] {
  return call.org.store
    .statement(
      `select "Id" from ${identifier(object.name)}
       where ${identifier(key.name)}${collation(key)} = ? and "IsDeleted" = 'false' limit ${severalMax}`,
    )
    .all(value)
    .map(({ Id }) => String(Id));
}

/** 300 with the records' URLs where a key names several (A6). */
function severalAnswer(call: Call, object: SchemaObject, key: FieldDescribe, value: string): Answer | undefined {
  const ids = idsByKey(call, object, key, value);
  if (ids.length < 2) return undefined;
  return answer(
    ids.map((id) => recordUrl(call.version, object.name, id)),
    300,
  );
}

/** A record as JSON: the fields named in `fields`, else all the user sees. */
export function recordJson(call: Call, object: SchemaObject, id: string, fields?: readonly string[]): string {
  const sight = call.org.access.sight(call.session.user);
  const asked =
    fields ??
    call.query
      .get('fields')
      ?.split(',')
      .map((field) => field.trim());
  const names =
    asked ?? object.fields.filter((field) => sight.canRead(object.name, field.name)).map((field) => field.name);
  const soql = `SELECT ${names.join(', ')} FROM ${object.name} WHERE Id = '${id}'`;
  const query = compile(soql, call.org.schema, sight, call.org.store.clock());
  const statement = call.org.store.database.prepare(`select ${selectionOf(query).join(', ')} ${query.from}`);
  statement.setReturnArrays(true);
  const row = statement.get(...query.parameters) as unknown as readonly Stored[] | undefined;
  const write = rowWriter(query, call.version, call.org.store);
  return row === undefined ? 'null' : write(row);
}
