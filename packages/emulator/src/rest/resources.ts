/**
 * Every resource below `/services/data/vXX.0` that is answered with JSON, in one table: method, path, and the function
 * that answers. Bulk jobs have routes of their own.
 */
import { deployStatus, startDeploy } from '../metadata/deploy-resources.ts';
import { SalesforceError } from '../salesforce-error.ts';
import type { Results } from '../soql/results.ts';
import {
  completions,
  executeAnonymous,
  runTestsAsynchronous,
  runTestsSynchronous,
  toolingBody,
  toolingCreate,
  toolingDelete,
  toolingDescribe,
  toolingQuery,
  toolingQueryMore,
  toolingRead,
  toolingResources,
  toolingUpdate,
} from '../tooling/tooling.ts';
import { type Answer, type Call, errorAnswer, notFound } from './answer.ts';
import { deleteCollection, retrieveCollection, upsertCollection, writeCollection } from './collections.ts';
import { batch, composite, compositeGraph } from './composite.ts';
import { describeBasic, describeGlobal, describeObject } from './describes.ts';
import { query, queryMore } from './queries.ts';
import { createRecord, deleteRecord, readRecord, recordByKey, updateRecord, upsertRecord } from './records.ts';
import { parameterizedSearch, search } from './searches.ts';
import { limits, recordCounts, replication, resources } from './service.ts';
import { listView, listViews, quickActions } from './surface.ts';
import { createTree } from './tree.ts';

type Handle = (call: Call, ...parts: readonly string[]) => Answer;

interface Resource {
  readonly methods: readonly string[];
  readonly pattern: RegExp;
  readonly handle: Handle;
}

/** `:x` stands for one segment of the path; the first pattern that fits wins. */
function resource(methods: string, path: string, handle: (call: Call, ...parts: string[]) => Answer): Resource {
  const pattern = new RegExp(`^${path.replace(/:\w+/g, '([^/]+)')}$`, 'i');
  return { methods: methods.split(' '), pattern, handle: handle as Handle };
}

export function makeResources(results: Results): (call: Call) => Answer {
  const ask = (call: Call): Answer => {
    try {
      return route(call);
    } catch (error) {
      return errorAnswer(error);
    }
  };
  const table: readonly Resource[] = [
    resource('GET', '', resources),
    resource('GET', 'limits', limits),
    resource('GET', 'limits/recordCount', recordCounts),
    resource('GET', 'query', (call) => query(call, results)),
    resource('GET', 'queryAll', (call) => query(call, results)),
    resource('GET', 'query/:locator', (call, locator = '') => queryMore(call, results, locator)),
    resource('GET', 'queryAll/:locator', (call, locator = '') => queryMore(call, results, locator)),
    resource('GET', 'search', search),
    resource('GET POST', 'parameterizedSearch', parameterizedSearch),
    resource('GET', 'sobjects', describeGlobal),
    resource('POST', 'sobjects/:object', (call, name = '') => createRecord(call, name)),
    resource('GET', 'sobjects/:object', (call, name = '') => describeBasic(call, name)),
    resource('GET', 'sobjects/:object/describe', (call, name = '') => describeObject(call, name)),
    resource('GET', 'sobjects/:object/updated', (call, name = '') => replication(call, name, 'updated')),
    resource('GET', 'sobjects/:object/deleted', (call, name = '') => replication(call, name, 'deleted')),
    resource('GET', 'quickActions', (call) => quickActions(call)),
    resource('GET', 'sobjects/:object/quickActions', (call, name = '') => quickActions(call, name)),
    resource('GET', 'sobjects/:object/listviews', (call, name = '') => listViews(call, name)),
    resource('GET', 'sobjects/:object/listviews/:id', (call, name = '', id = '') => listView(call, name, id, false)),
    resource('GET', 'sobjects/:object/listviews/:id/describe', (call, name = '', id = '') =>
      listView(call, name, id, true),
    ),
    resource('GET', 'sobjects/:object/:id', (call, name = '', id = '') => readRecord(call, name, id)),
    resource('PATCH', 'sobjects/:object/:id', (call, name = '', id = '') => updateRecord(call, name, id)),
    resource('DELETE', 'sobjects/:object/:id', (call, name = '', id = '') => deleteRecord(call, name, id)),
    resource('PATCH', 'sobjects/:object/:key/:value', (call, name = '', key = '', value = '') =>
      upsertRecord(call, name, key, value),
    ),
    resource('GET DELETE', 'sobjects/:object/:key/:value', (call, name = '', key = '', value = '') =>
      recordByKey(call, name, key, value),
    ),
    resource('GET', 'tooling', toolingResources),
    resource('GET', 'tooling/query', (call) => toolingQuery(call, (of) => query({ ...of, path: 'query' }, results))),
    resource('GET', 'tooling/query/:locator', (call, locator = '') => toolingQueryMore(call, locator)),
    resource('GET', 'tooling/sobjects', (call) => toolingDescribe(call)),
    resource('POST', 'tooling/sobjects/:object', (call, name = '') => toolingCreate(call, name)),
    resource('GET', 'tooling/sobjects/:object/describe', (call, name = '') => toolingDescribe(call, name)),
    resource('GET', 'tooling/sobjects/:object/:id/Body', (call, name = '', id = '') => toolingBody(call, name, id)),
    resource('GET', 'tooling/sobjects/:object/:id', (call, name = '', id = '') => toolingRead(call, name, id)),
    resource('PATCH', 'tooling/sobjects/:object/:id', (call, name = '', id = '') => toolingUpdate(call, name, id)),
    resource('DELETE', 'tooling/sobjects/:object/:id', (call, name = '', id = '') => toolingDelete(call, name, id)),
    resource('GET', 'tooling/executeAnonymous', executeAnonymous),
    resource('GET POST', 'tooling/runTestsAsynchronous', runTestsAsynchronous),
    resource('GET POST', 'tooling/runTestsSynchronous', runTestsSynchronous),
    resource('GET', 'tooling/completions', completions),
    resource('POST', 'metadata/deployRequest', startDeploy),
    resource('GET PATCH', 'metadata/deployRequest/:id', (call, id = '') => deployStatus(call, id)),
    resource('POST', 'composite', (call) => composite(call, ask)),
    resource('POST', 'composite/batch', (call) => batch(call, ask)),
    resource('POST', 'composite/graph', (call) => compositeGraph(call, ask)),
    resource('POST', 'composite/tree/:object', (call, name = '') => createTree(call, name)),
    resource('POST PATCH', 'composite/sobjects', writeCollection),
    resource('DELETE', 'composite/sobjects', deleteCollection),
    resource('GET POST', 'composite/sobjects/:object', (call, name = '') => retrieveCollection(call, name)),
    resource('PATCH', 'composite/sobjects/:object/:key', (call, name = '', key = '') =>
      upsertCollection(call, name, key),
    ),
  ];
  const route = (call: Call): Answer => {
    const fitting = table.filter(({ pattern }) => pattern.test(call.path));
    if (fitting.length === 0) throw notFound();
    const chosen = fitting.find(({ methods }) => methods.includes(call.method));
    if (chosen === undefined) {
      const allowed = fitting.flatMap(({ methods }) => methods).join(',');
      throw new SalesforceError(
        405,
        'METHOD_NOT_ALLOWED',
        `HTTP Method '${call.method}' not allowed. Allowed are ${allowed}`,
      );
    }
    const parts = chosen.pattern.exec(call.path)?.slice(1).map(decodeURIComponent) ?? [];
    return chosen.handle(call, ...parts);
  };
  return ask;
}
