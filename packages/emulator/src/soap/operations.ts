/** What each operation of the partner API does: from a call to the inside of its response, `<result>` by `<result>`. */
import type { Session } from '../access/access.ts';
import type { RowResult, Write } from '../dml/dml.ts';
import type { Org } from '../org.ts';
import { describeFor, seenObjects } from '../rest/describes.ts';
import { searchRows } from '../rest/searches.ts';
import { replicated } from '../rest/service.ts';
import { SalesforceError } from '../salesforce-error.ts';
import type { SchemaObject } from '../schema/schema.ts';
import { selectionOf } from '../soql/results.ts';
import { type CompiledQuery, compile } from '../soql/soql.ts';
import { parseSearch } from '../soql/sosl.ts';
import { canonicalId } from '../store/ids.ts';
import type { Stored } from '../store/store.ts';
import { childrenOf, textIn, textsIn } from '../xml/read.ts';
import { element, elements } from '../xml/write.ts';
import { convertLead, merge } from './convert-merge.ts';
import { globalXml, objectXml } from './describe-xml.ts';
import { type SoapCall } from './envelope.ts';
import { userInfo } from './login.ts';
import { errorOf, type Operating, result, writeOptions } from './operating.ts';
import { changeOwnPassword, resetPassword, setPassword } from './passwords.ts';
import { noSuchType, queryResult, readRecord, recordWriter } from './sobject.ts';
import { tabsXml } from './tabs.ts';

type Operation = (operating: Operating) => string;

const recordsMax = 200;
const retrieveMax = 2000;

export const operations: Readonly<Record<string, Operation>> = {
  query: (of) => query(of, false),
  queryAll: (of) => query(of, true),
  queryMore,
  search: ({ org, session, call }) => {
    const asked = parseSearch(textIn(call.body, 'searchString') ?? '');
    const rows = searchRows(org, session.user, asked, writerOf(org));
    const records = rows.map((row) => `<searchRecords><record xsi:type="sf:sObject">${row}</record></searchRecords>`);
    return result(`<queryId>0</queryId>${records.join('')}`);
  },
  retrieve,
  create: (of) =>
    write(of, 'sObjects', (given) => ({ kind: 'create', object: given.object.name, record: given.record })),
  update: (of) =>
    write(of, 'sObjects', (given) => ({
      kind: 'update',
      object: given.object.name,
      id: given.id ?? '',
      record: given.record,
    })),
  upsert,
  delete: (of) => byId(of, 'delete'),
  undelete: (of) => byId(of, 'undelete'),
  emptyRecycleBin: (of) => byId(of, 'purge'),
  convertLead,
  merge,
  describeGlobal: ({ org, session }) =>
    result(globalXml(seenObjects(org, session.user).map((object) => describedOf(org, session, object)))),
  describeSObject: (of) => describeAll(of, [textIn(of.call.body, 'sObjectType') ?? '']),
  describeSObjects: (of) => describeAll(of, textsIn(of.call.body, 'sObjectType')),
  describeTabs: (of) => tabsXml(of),
  describeAllTabs: (of) => tabsXml(of, true),
  getUserInfo: ({ org, session }) => result(elements(userInfo(org, session))),
  getServerTimestamp: ({ org }) => result(element('timestamp', new Date(org.store.clock()).toISOString())),
  getUpdated: (of) => replication(of, 'updated'),
  getDeleted: (of) => replication(of, 'deleted'),
  setPassword,
  resetPassword,
  changeOwnPassword,
  invalidateSessions: ({ org, session, call }) => {
    for (const id of [...textsIn(call.body, 'sessionIds'), session.token]) org.access.closeSession(id);
    return result(element('success', true));
  },
};

function bounded(count: number, max: number): void {
  if (count <= max) return;
  throw new SalesforceError(
    500,
    'EXCEEDED_ID_LIMIT',
    `record limit reached. cannot submit more than ${max} records into this call`,
  );
}

function write(of: Operating, name: string, toWrite: (given: ReturnType<typeof readRecord>) => Write): string {
  const { org, session, call } = of;
  const given = childrenOf(call.body, name).map((record) => readRecord(org.schema, record));
  bounded(given.length, recordsMax);
  const written = org.dml.write(session.user, given.map(toWrite), writeOptions(of));
  return written.map((row) => result(rowXml(row, false))).join('');
}

function upsert(of: Operating): string {
  const { org, session, call } = of;
  const keyName = textIn(call.body, 'externalIDFieldName') ?? 'Id';
  const given = childrenOf(call.body, 'sObjects').map((record) => readRecord(org.schema, record));
  bounded(given.length, recordsMax);
  const writes = given.map(({ object, id, record }): Write => {
    const named = Object.keys(record).find((name) => name.toLowerCase() === keyName.toLowerCase());
    const { [named ?? '']: value, ...rest } = record;
    const key = keyName.toLowerCase() === 'id' ? id : value;
    const text = typeof key === 'string' ? key : null;
    return { kind: 'upsert', object: object.name, externalId: keyName, value: text, record: rest };
  });
  return org.dml
    .write(session.user, writes, writeOptions(of))
    .map((row) => result(rowXml(row, true)))
    .join('');
}

/** Operations that name records only by their ids, of any objects. */
function byId(of: Operating, kind: 'delete' | 'undelete' | 'purge'): string {
  const { org, session, call } = of;
  const ids = textsIn(call.body, call.body.children[0]?.name ?? 'ids');
  bounded(ids.length, recordsMax);
  const writes = ids.map((id): Write => {
    const object = org.schema.byPrefix(id.slice(0, 3))?.name ?? (canonicalId(id) === undefined ? 'User' : '');
    return { kind, object, id };
  });
  return org.dml
    .write(session.user, writes, writeOptions(of))
    .map((row) => result(rowXml(row, false)))
    .join('');
}

/** A row's result in the order of the WSDL. */
function rowXml(row: RowResult, upserted: boolean): string {
  if (row.success) {
    const created = upserted ? { created: row.created } : {};
    return elements({ ...created, id: row.id, success: true });
  }
  const id = row.id === undefined || row.id === '' ? null : (canonicalId(row.id) ?? null);
  return elements({ ...(upserted ? { created: false } : {}), errors: row.errors.map(errorOf), id, success: false });
}

function query(of: Operating, all: boolean): string {
  const { org, session, call, results } = of;
  const soql = textIn(call.body, 'queryString') ?? '';
  const options = { all, userId: session.user.id };
  const compiled = compile(soql, org.schema, org.access.sight(session.user), org.store.clock(), options);
  if (compiled.kind === 'count') return result(queryResult([], undefined, results.count(compiled)));
  const page = results.first(compiled, session.user.id, batchSize(call), writerOf(org));
  return result(queryResult(page.rows, page.next, page.total));
}

function queryMore({ org, session, call, results }: Operating): string {
  const locator = textIn(call.body, 'queryLocator') ?? '';
  const page = results.more(locator, session.user.id, batchSize(call), writerOf(org));
  return result(queryResult(page.rows, page.next, page.total));
}

function writerOf(org: Org): (query: CompiledQuery) => ReturnType<typeof recordWriter> {
  return (compiled) => recordWriter(compiled, org.store);
}

function batchSize(call: SoapCall): number {
  const asked = Number(textIn(call.header['QueryOptions'], 'batchSize') ?? 500);
  return Math.min(2000, Math.max(200, Number.isInteger(asked) ? asked : 500));
}

function retrieve({ org, session, call }: Operating): string {
  const type = textIn(call.body, 'sObjectType') ?? '';
  const object = org.schema.object(type);
  if (object === undefined) throw noSuchType(type);
  const ids = textsIn(call.body, 'ids');
  bounded(ids.length, retrieveMax);
  const fields = textIn(call.body, 'fieldList') ?? 'Id';
  const sight = org.access.sight(session.user);
  const compiled = compile(
    `SELECT ${fields} FROM ${object.name} WHERE Id = '000000000000000AAA'`,
    org.schema,
    sight,
    org.store.clock(),
  );
  const statement = org.store.database.prepare(`select ${selectionOf(compiled).join(', ')} ${compiled.from}`);
  statement.setReturnArrays(true);
  const writeRow = recordWriter(compiled, org.store);
  return ids
    .map((given) => {
      const id = canonicalId(given);
      if (id === undefined) throw new SalesforceError(500, 'MALFORMED_ID', `malformed id ${given}`);
      // The id that is asked for is the last parameter.
      const parameters = [...compiled.parameters.slice(0, -1), id];
      const row = statement.get(...parameters) as unknown as readonly Stored[] | undefined;
      if (row === undefined) return '<result xsi:nil="true"/>';
      return `<result xsi:type="sf:sObject">${writeRow(row)}</result>`;
    })
    .join('');
}

function describedOf(org: Org, session: Session, object: SchemaObject): Parameters<typeof objectXml>[0] {
  return { object, describe: describeFor(org, session.user, object) };
}

function describeAll({ org, session }: Operating, names: readonly string[]): string {
  const sight = org.access.sight(session.user);
  return names
    .map((name) => {
      const object = org.schema.object(name);
      if (object === undefined || !sight.rights(object).read) throw noSuchType(name);
      return result(objectXml(describedOf(org, session, object), org.schema, org.url()));
    })
    .join('');
}

function replication({ org, call }: Operating, which: 'updated' | 'deleted'): string {
  const [type = '', start, end] = ['sObjectType', 'startDate', 'endDate'].map((name) => textIn(call.body, name));
  const object = org.schema.object(type);
  if (object === undefined) throw noSuchType(type);
  const found = replicated(org, object, which, start ?? null, end ?? null);
  if (which === 'updated') {
    return result(elements({ ids: found.rows.map(({ id }) => id), latestDateCovered: found.covered }));
  }
  const deletedRecords = found.rows.map(({ id, at }) => ({ deletedDate: at, id }));
  return result(elements({ deletedRecords, earliestDateAvailable: found.earliest, latestDateCovered: found.covered }));
}
