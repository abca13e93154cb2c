import type { OrgUser } from '../access/access.ts';
import type { Org } from '../org.ts';
import { SalesforceError } from '../salesforce-error.ts';
import { selectionOf } from '../soql/results.ts';
import type { CompiledQuery } from '../soql/soql.ts';
import { compileSearch, parseSearch, type Search } from '../soql/sosl.ts';
import type { Stored } from '../store/store.ts';
import { type Answer, answer, type Call } from './answer.ts';
import { asObject, ExactNumber, isObject, type Json } from './json.ts';
import { rowWriter } from './rows-json.ts';

/** GET search?q=FIND ...: records of every object that have the words (A5). */
export function search(call: Call): Answer {
  const sosl = call.query.get('q');
  if (sosl === null) throw new SalesforceError(400, 'MALFORMED_SEARCH', 'A search string has to be specified');
  return found(call, parseSearch(sosl));
}

/** GET and POST parameterizedSearch: the same without SOSL. */
export function parameterizedSearch(call: Call): Answer {
  const asked = call.method === 'GET' ? fromQuery(call.query) : fromBody(asObject(call.body, 'a search'));
  if (asked.words.length < 2)
    throw new SalesforceError(400, 'MALFORMED_SEARCH', 'search term must be longer than one character');
  return found(call, asked);
}

function fromQuery(query: URLSearchParams): Search {
  const returning = query.getAll('sobject').map((object) => ({
    object,
    fields: query.get(`${object}.fields`) ?? query.get('fields') ?? 'Id',
    clauses: query.get(`${object}.limit`) === null ? '' : `LIMIT ${Number(query.get(`${object}.limit`))}`,
  }));
  return {
    words: query.get('q') ?? '',
    group: groupOf(query.get('in')),
    returning,
    limit: Number(query.get('overallLimit') ?? 2000),
  };
}

function fromBody(body: Readonly<Record<string, Json>>): Search {
  const text = (json: Json | undefined): string => (typeof json === 'string' ? json : '');
  const list = (json: Json | undefined): readonly Json[] => (Array.isArray(json) ? (json as readonly Json[]) : []);
  const number = (json: Json | undefined): number | undefined =>
    json instanceof ExactNumber ? Number(json.text) : undefined;
  const common = list(body['fields']).map(text).join(',');
  const returning = list(body['sobjects'])
    .filter(isObject)
    .map((one) => ({
      object: text(one['name']),
      fields: list(one['fields']).map(text).join(',') || common || 'Id',
      clauses: number(one['limit']) === undefined ? '' : `LIMIT ${number(one['limit'])}`,
    }));
  return {
    words: text(body['q']),
    group: groupOf(text(body['in'])),
    returning,
    limit: number(body['overallLimit']) ?? 2000,
  };
}

function groupOf(text: string | null): Search['group'] {
  const upper = (text ?? '').toUpperCase();
  return upper === 'NAME' || upper === 'EMAIL' || upper === 'PHONE' || upper === 'SIDEBAR' ? upper : 'ALL';
}

function found(call: Call, asked: Search): Answer {
  const records = searchRows(call.org, call.session.user, asked, (query) =>
    rowWriter(query, call.version, call.org.store),
  );
  return { ...answer(null), body: `{"searchRecords":[${records.join(',')}]}` };
}

/** The rows a search finds, object by object, each written by the writer of its query. */
export function searchRows(
  org: Org,
  user: OrgUser,
  asked: Search,
  writerOf: (query: CompiledQuery) => (row: readonly Stored[]) => string,
): readonly string[] {
  const queries = compileSearch(asked, org.schema, org.access.sight(user), org.store.clock(), { userId: user.id });
  const rows = queries.flatMap((query) => {
    const write = writerOf(query);
    const statement = org.store.database.prepare(`select ${selectionOf(query).join(', ')} ${query.from} ${query.tail}`);
    statement.setReturnArrays(true);
    return (statement.all(...query.parameters) as unknown as readonly (readonly Stored[])[]).map(write);
  });
  return rows.slice(0, asked.limit);
}
