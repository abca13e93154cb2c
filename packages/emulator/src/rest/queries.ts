import { SalesforceError } from '../salesforce-error.ts';
import type { Page, Results } from '../soql/results.ts';
import { type CompiledQuery, compile } from '../soql/soql.ts';
import { canonicalId } from '../store/ids.ts';
import { definitionQuery, fromOf } from '../tooling/tooling.ts';
import type { Answer, Call } from './answer.ts';
import { answer } from './answer.ts';
import { columnsAnswer } from './query-columns.ts';
import { rowWriter } from './rows-json.ts';

const batchDefault = 2000;
const batchMin = 200;

/** GET query, queryAll: the first page of a result (A5); `explain` tells how it would be read, `columns` what it selects. */
export function query(call: Call, results: Results): Answer {
  const explained = call.query.get('explain');
  if (explained !== null) return explain(call, explained);
  const soql = call.query.get('q');
  if (soql === null) throw new SalesforceError(400, 'MALFORMED_QUERY', 'A query string has to be specified');
  if (isDefinition(call, soql)) return definitionQuery(call, soql);
  if (call.org.access.switches.take('timeOutQueries')) {
    throw new SalesforceError(400, 'QUERY_TIMEOUT', 'Your query request was running for too long.');
  }
  const compiled = compiledFor(call, soql);
  if (call.query.get('columns') === 'true') return columnsAnswer(compiled);
  if (compiled.kind === 'count') return ok(`{"totalSize":${results.count(compiled)},"done":true,"records":[]}`);
  const page = results.first(compiled, call.session.user.id, batchSize(call), writerOf(call));
  if (compiled.marks !== undefined) markSeen(call, compiled);
  return pageAnswer(call, page);
}

/** Objects of the Tooling API that queries of this one reach as well. */
const definitions = new Set(['entitydefinition', 'fielddefinition', 'apexclass', 'apextrigger', 'staticresource']);

function isDefinition(call: Call, soql: string): boolean {
  const object = fromOf(soql);
  return definitions.has(object.toLowerCase()) && call.org.schema.object(object) === undefined;
}

/** FOR VIEW and FOR REFERENCE move the dates at which rows were last looked at, and no stamp. */
function markSeen(call: Call, { object, marks, from, tail, alias, parameters }: CompiledQuery): void {
  const { store } = call.org;
  const columns = [...(marks === 'VIEW' ? ['LastViewedDate'] : []), 'LastReferencedDate'].filter(
    (name) => object.field(name) !== undefined,
  );
  if (columns.length === 0) return;
  const now = store.now();
  store.database
    .prepare(
      `update "${object.name}" set ${columns.map((name) => `"${name}" = ?`).join(', ')}
       where rowid in (select ${alias}.rowid ${from} ${tail})`,
    )
    .run(...columns.map(() => now), ...parameters);
}

/** GET query/{locator}-{offset}: a further page. */
export function queryMore(call: Call, results: Results, locator: string): Answer {
  return pageAnswer(call, results.more(locator, call.session.user.id, batchSize(call), writerOf(call)));
}

function compiledFor(call: Call, soql: string): CompiledQuery {
  const { org, session } = call;
  const all = resourceOf(call) === 'queryAll';
  const options = { all, userId: session.user.id };
  return compile(soql, org.schema, org.access.sight(session.user), org.store.clock(), options);
}

function resourceOf(call: Call): 'query' | 'queryAll' {
  return call.path.toLowerCase().startsWith('queryall') ? 'queryAll' : 'query';
}

function writerOf(call: Call): (query: CompiledQuery) => ReturnType<typeof rowWriter> {
  return (compiled) => rowWriter(compiled, call.version, call.org.store);
}

/** `Sforce-Query-Options: batchSize=N`, within 200 and 2000. */
function batchSize(call: Call): number {
  const asked = /batchSize\s*=\s*(\d+)/i.exec(call.headers['sforce-query-options'] ?? '')?.[1];
  return asked === undefined ? batchDefault : Math.min(batchDefault, Math.max(batchMin, Number(asked)));
}

function pageAnswer(call: Call, { total, rows, next }: Page): Answer {
  const url = `/services/data/${call.version}/${resourceOf(call)}/${next}`;
  const more = next === undefined ? '"done":true' : `"done":false,"nextRecordsUrl":"${url}"`;
  return ok(`{"totalSize":${total},${more},"records":[${rows.join(',')}]}`);
}

function ok(body: string): Answer {
  return { status: 200, body };
}

const idShape = /^(?:[0-9A-Za-z]{15}|[0-9A-Za-z]{18})$/;

/** The query of a list view whose id is given in place of one. */
function viewOf(call: Call, id: string): string {
  const { store, schema } = call.org;
  const view = schema.object('ListView') === undefined ? undefined : store.read('ListView', canonicalId(id) ?? '');
  if (view === undefined) throw new SalesforceError(400, 'INVALID_ID_FIELD', `invalid ID field: ${id}`);
  return `SELECT Id FROM ${view['SobjectType']}`;
}

/** One plan: by an index if SQLite would use one, else over the whole table. */
function explain(call: Call, given: string): Answer {
  const soql = idShape.test(given.trim()) ? viewOf(call, given.trim()) : given;
  const compiled = compiledFor(call, soql);
  const { store } = call.org;
  const sql = `explain query plan select 1 ${compiled.from}`;
  const steps = store.database.prepare(sql).all(...compiled.parameters);
  const index = steps.map(({ detail }) => / USING (?:COVERING )?INDEX (\S+)/.exec(String(detail))?.[1]).find(Boolean);
  const all = store.count(compiled.object.name);
  const cardinality = Number(
    store.database.prepare(`select count(*) as n ${compiled.from}`).get(...compiled.parameters)?.['n'] ?? 0,
  );
  const fields = index === undefined ? [] : [index.split('.').at(-1)];
  return answer({
    plans: [
      {
        cardinality,
        fields,
        leadingOperationType: index === undefined ? 'TableScan' : 'Index',
        notes: [],
        relativeCost: all === 0 ? 0 : Number((cardinality / all).toFixed(3)),
        sobjectCardinality: all,
        sobjectType: compiled.object.name,
      },
    ],
    sourceQuery: soql,
  });
}
