import { SalesforceError } from '../salesforce-error.ts';
import { type Answer, type Call, errorAnswer } from './answer.ts';
import { asArray, asObject, ExactNumber, isObject, type Json, parseJson } from './json.ts';

const subrequestsMax = 25;
const queriesMax = 5;
const graphsMax = 75;
const nodesMax = 500;

/** Answers one call; `resources` is given so that a subrequest is what the wire would be. */
export type Ask = (call: Call) => Answer;

/** Undoes a composite that is all or none. */
class Undo extends Error {}

interface Subrequest {
  readonly method: string;
  readonly url: string;
  readonly referenceId: string;
  readonly body: Json | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** POST composite: up to 25 requests in one, five of them queries or collections; `@{ref.field}` refers back (A6). */
export function composite(call: Call, ask: Ask): Answer {
  const body = asObject(call.body, 'a compositeRequest');
  const requests = asArray(body['compositeRequest'], 'compositeRequest').map(subrequest);
  checkBounds(requests);
  const { answers } = runAll(call, requests, body['allOrNone'] === true, ask);
  return { status: 200, body: compositeBody(requests, answers) };
}

/** POST composite/graph: up to 75 graphs of requests, 500 in all; each graph is all or none (A6). */
export function compositeGraph(call: Call, ask: Ask): Answer {
  const body = asObject(call.body, 'graphs');
  const graphs = asArray(body['graphs'], 'graphs').map((graph) => {
    const { graphId, compositeRequest } = asObject(graph, 'graphs of objects');
    return { graphId: text(graphId), requests: asArray(compositeRequest, 'compositeRequest').map(subrequest) };
  });
  if (graphs.length > graphsMax) throw tooMany(graphsMax, 'graphs');
  const nodes = graphs.reduce((sum, { requests }) => sum + requests.length, 0);
  if (nodes > nodesMax) throw tooMany(nodesMax, 'nodes of graphs');
  const parts = graphs.map(({ graphId, requests }) => {
    const { answers, isWhole } = runAll(call, requests, true, ask);
    return `{"graphId":${JSON.stringify(graphId)},"graphResponse":${compositeBody(requests, answers)},"isSuccessful":${isWhole}}`;
  });
  return { status: 200, body: `{"graphs":[${parts.join(',')}]}` };
}

/** Asks requests one after the other; all or none, the first that fails undoes the others. */
function runAll(
  call: Call,
  requests: readonly Subrequest[],
  allOrNone: boolean,
  ask: Ask,
): { readonly answers: readonly Answer[]; readonly isWhole: boolean } {
  const answers: Answer[] = [];
  const results = new Map<string, Json>();
  const work = (): void => {
    for (const request of requests) {
      const given = askOne(call, request, results, ask);
      answers.push(given);
      if (given.body !== '') results.set(request.referenceId, parseJson(given.body));
      if (allOrNone && given.status >= 400) throw new Undo();
    }
  };
  try {
    if (allOrNone) call.org.store.transaction(work);
    else work();
  } catch (error) {
    if (!(error instanceof Undo)) throw error;
    return { answers: requests.map((_, at) => undone(answers, at)), isWhole: false };
  }
  return { answers, isWhole: answers.every(({ status }) => status < 400) };
}

function undone(answers: readonly Answer[], at: number): Answer {
  if (at === answers.length - 1) return answers[at] as Answer;
  const message = 'The transaction was rolled back since another operation in the same transaction failed.';
  return errorAnswer(new SalesforceError(400, 'PROCESSING_HALTED', message));
}

function compositeBody(requests: readonly Subrequest[], answers: readonly Answer[]): string {
  const parts = answers.map(({ status, body, headers }, at) => {
    const reference = JSON.stringify(requests[at]?.referenceId);
    return `{"body":${body === '' ? 'null' : body},"httpHeaders":${JSON.stringify(headers ?? {})},"httpStatusCode":${status},"referenceId":${reference}}`;
  });
  return `{"compositeResponse":[${parts.join(',')}]}`;
}

/** POST composite/batch: up to 25 requests that know nothing of each other. */
export function batch(call: Call, ask: Ask): Answer {
  const body = asObject(call.body, 'batchRequests');
  const requests = asArray(body['batchRequests'], 'batchRequests').map(batchSubrequest);
  if (requests.length > subrequestsMax) throw tooMany(subrequestsMax, 'batch requests');
  const halt = body['haltOnError'] === true;
  let failed = false;
  const results = requests.map((request) => {
    const given =
      failed && halt
        ? errorAnswer(new SalesforceError(412, 'BATCH_PROCESSING_HALTED', 'Batch processing halted per request'))
        : askOne(call, request, new Map(), ask);
    failed ||= given.status >= 400;
    return `{"statusCode":${given.status},"result":${given.body === '' ? 'null' : given.body}}`;
  });
  return { status: 200, body: `{"hasErrors":${failed},"results":[${results.join(',')}]}` };
}

function text(json: Json | undefined): string {
  return typeof json === 'string' ? json : '';
}

function headersOf(json: Json | undefined): Record<string, string> {
  if (!isObject(json)) return {};
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name.toLowerCase(), text(value)]));
}

function subrequest(json: Json): Subrequest {
  const body = asObject(json, 'a compositeRequest of objects');
  return {
    method: text(body['method']).toUpperCase(),
    url: text(body['url']),
    referenceId: text(body['referenceId']),
    body: body['body'],
    headers: headersOf(body['httpHeaders']),
  };
}

function batchSubrequest(json: Json): Subrequest {
  const body = asObject(json, 'batchRequests of objects');
  return {
    method: text(body['method']).toUpperCase(),
    url: text(body['url']),
    referenceId: '',
    body: body['richInput'],
    headers: {},
  };
}

function tooMany(max: number, what: string): SalesforceError {
  return new SalesforceError(400, 'LIMIT_EXCEEDED', `The number of ${what} exceeds the limit of ${max}`);
}

function checkBounds(requests: readonly Subrequest[]): void {
  if (requests.length > subrequestsMax) throw tooMany(subrequestsMax, 'composite subrequests');
  const heavy = requests.filter(({ url }) => /\/(?:query|queryAll|composite\/sobjects)(?:[/?]|$)/i.test(url));
  if (heavy.length > queriesMax) throw tooMany(queriesMax, 'query or collection subrequests');
}

function askOne(call: Call, request: Subrequest, results: ReadonlyMap<string, Json>, ask: Ask): Answer {
  try {
    const url = new URL(referred(request.url, results), 'http://org');
    const match = /^(?:\/services\/data)?\/?(v\d+\.0)\/(.*)$/.exec(url.pathname);
    if (match === null) throw new SalesforceError(400, 'INVALID_URL', `The url ${request.url} is no REST resource`);
    return ask({
      ...call,
      method: request.method,
      version: match[1] ?? call.version,
      path: (match[2] ?? '').replace(/\/+$/, ''),
      query: url.searchParams,
      headers: { ...call.headers, ...request.headers },
      body: request.body === undefined ? undefined : referredIn(request.body, results),
    });
  } catch (error) {
    return errorAnswer(error);
  }
}

function referredIn(json: Json, results: ReadonlyMap<string, Json>): Json {
  if (typeof json === 'string') return referred(json, results);
  if (Array.isArray(json)) return (json as readonly Json[]).map((one) => referredIn(one, results));
  if (!isObject(json)) return json;
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, referredIn(value, results)]));
}

/** Puts values of earlier answers in place of `@{reference.path[0].to}`. */
function referred(given: string, results: ReadonlyMap<string, Json>): string {
  return given.replace(/@\{([^}]+)\}/g, (all, expression: string) => {
    const [reference = '', ...path] = expression.split(/[.[\]]+/).filter((part) => part !== '');
    let at: Json | undefined = results.get(reference);
    for (const part of path)
      at = Array.isArray(at) ? (at as readonly Json[])[Number(part)] : isObject(at) ? at[part] : undefined;
    if (at instanceof ExactNumber) return at.text;
    if (typeof at === 'string' || typeof at === 'boolean') return String(at);
    throw new SalesforceError(
      400,
      'PROCESSING_HALTED',
      `Invalid reference specified. No value for ${expression} found in ${all}.`,
    );
  });
}
