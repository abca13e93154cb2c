/** sObjects of the partner API: reading them from a request, and writing rows as them. */
import type { InputValue, RecordInput } from '../dml/dml.ts';
import { SalesforceError } from '../salesforce-error.ts';
import type { Schema, SchemaObject } from '../schema/schema.ts';
import { childRows, type RowWriter } from '../soql/results.ts';
import { type Part, partsOf } from '../soql/row-parts.ts';
import type { ChildQuery, CompiledQuery } from '../soql/soql.ts';
import type { Store, Stored } from '../store/store.ts';
import { type Element, textIn, textsIn } from '../xml/read.ts';
import { element, elements } from '../xml/write.ts';

export interface GivenRecord {
  readonly object: SchemaObject;
  readonly id: string | undefined;
  readonly record: RecordInput;
}

/**
 * Reads an sObject: `type`, `Id`, `fieldsToNull` and its fields in any order. A nil field is left alone, as an absent one
 * is; only `fieldsToNull` empties fields. An unknown type or field refuses the whole call.
 */
export function readRecord(schema: Schema, given: Element): GivenRecord {
  const type = textIn(given, 'type') ?? given.type ?? '';
  const object = schema.object(type);
  if (object === undefined) throw noSuchType(type);
  const record: Record<string, InputValue> = {};
  for (const child of given.children) {
    if (['type', 'fieldsToNull', 'Id'].includes(child.name) || child.isNil) continue;
    record[child.name] = child.children.length > 0 ? externalKey(child) : child.text;
  }
  for (const name of textsIn(given, 'fieldsToNull')) record[name] = null;
  return { object, id: textIn(given, 'Id') || undefined, record };
}

export function noSuchType(type: string): SalesforceError {
  return new SalesforceError(500, 'INVALID_TYPE', `sObject type '${type}' is not supported.`);
}

/** A parent named by one of its keys: `<Account><type>Account</type><Key__c>x</Key__c></Account>`. */
function externalKey(parent: Element): InputValue {
  const key = parent.children.find(({ name }) => name !== 'type' && name !== 'Id');
  return key === undefined ? null : { [key.name]: key.text };
}

const sobject = 'xsi:type="sf:sObject"';

/**
 * A writer of rows as the inside of an element of type sObject: its type, its id (nil where it was not asked for), then
 * the fields, among them the id again, as Salesforce has it.
 */
export function recordWriter(query: CompiledQuery, store: Store): RowWriter {
  const parts = partsOf(query);
  const typeOf = (id: string): string => store.schema.byPrefix(id.slice(0, 3))?.name ?? 'Name';
  const begin = (type: string, list: readonly Part[], row: readonly Stored[]): string => {
    const id = list.find((part) => part.kind === 'value' && part.key === 'Id');
    const value = id?.kind === 'value' ? (row[id.at] ?? null) : null;
    return element('sf:type', type) + element('sf:Id', value);
  };
  const member = (part: Part, row: readonly Stored[], type: string | undefined): string => {
    if (part.kind === 'value') {
      const isFor = part.isFor === undefined || type === undefined || part.isFor(type);
      return isFor ? valueXml(part, row[part.at] ?? null) : '';
    }
    const id = row[part.idAt] ?? null;
    if (id === null) return element(`sf:${part.key}`, null);
    const own = typeOf(id);
    const inside = part.parts.map((inner) => member(inner, row, own)).join('');
    return `<sf:${part.key} ${sobject}>${begin(part.type ?? own, part.parts, row)}${inside}</sf:${part.key}>`;
  };
  const idAt = query.columns.length + query.parents.length;
  const children = query.children.map((child) => childWriter(child, store));
  const name = query.kind === 'rows' ? query.object.name : 'AggregateResult';
  return (row) => {
    const members = parts.map((part) => member(part, row, undefined)).join('');
    return begin(name, parts, row) + members + children.map((write) => write(row[idAt] ?? '')).join('');
  };
}

function childWriter(child: ChildQuery, store: Store): (parentId: string) => string {
  const write = recordWriter(child.query, store);
  return (parentId) => {
    const rows = childRows(store, child, parentId).map(write);
    if (rows.length === 0) return element(`sf:${child.name}`, null);
    return `<sf:${child.name} xsi:type="QueryResult">${queryResult(rows, undefined, rows.length)}</sf:${child.name}>`;
  };
}

/** The inside of a QueryResult; `next` is its locator where there is more. */
export function queryResult(rows: readonly string[], next: string | undefined, size: number): string {
  const records = rows.map((row) => `<records ${sobject}>${row}</records>`).join('');
  return element('done', next === undefined) + element('queryLocator', next ?? null) + records + element('size', size);
}

const addressOrder = [
  'latitude',
  'longitude',
  'city',
  'country',
  'countryCode',
  'geocodeAccuracy',
  'postalCode',
  'state',
  'stateCode',
  'street',
];

function valueXml(part: Part & { kind: 'value' }, value: Stored): string {
  const name = `sf:${part.key}`;
  if (value === null || part.form !== 'json') return element(name, value);
  const compound = JSON.parse(value) as Readonly<Record<string, unknown>>;
  const members = addressOrder.filter((key) => key in compound).map((key) => [key, compound[key]] as const);
  const type = 'street' in compound ? 'address' : 'location';
  return `<${name} xsi:type="${type}">${elements(Object.fromEntries(members))}</${name}>`;
}
