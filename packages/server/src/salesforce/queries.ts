/** Queries by REST. Pages of data leave as text; only their envelope is looked at here. */
import { type QueryAnswer, type QueryPage, SalesforceError } from './salesforce.ts';
import { faultOf, type OrgSession } from './session.ts';

/** Answers of one composite call (A6), and the longest query that still goes into an address (16 KB with its headers). */
const QUERIES_MAX = 5;
const ADDRESS_MAX = 8_000;
/** Pages of a control query; it is not for data. */
const CONTROL_PAGES_MAX = 50;
const OPTIONS = { 'sforce-query-options': 'batchSize=2000' };

export const queryAll = async (session: OrgSession, queries: readonly string[]): Promise<readonly QueryAnswer[]> => {
  if (queries.length === 0) return [];
  if (queries.length > QUERIES_MAX)
    throw new RangeError(`at most ${QUERIES_MAX} queries go in one call, not ${queries.length}`);
  const { apiVersion } = await session.current();
  const compositeRequest = queries.map((soql, at) => ({
    method: 'GET',
    url: `/services/data/v${apiVersion}/queryAll?q=${encodeURIComponent(soql)}`,
    referenceId: `q${at}`,
    httpHeaders: { 'Sforce-Query-Options': OPTIONS['sforce-query-options'] },
  }));
  const body = JSON.stringify({ allOrNone: false, compositeRequest });
  const begun = performance.now();
  const { text, answer } = await session.text({ method: 'POST', path: 'composite', body, headers: OPTIONS });
  const askedAt = momentBefore(answer.header('date'), performance.now() - begun);
  const { body: cleaned, removed } = withoutNuls(text);
  const answers = (parse(cleaned) as { compositeResponse?: readonly SubAnswer[] }).compositeResponse;
  if (answers?.length !== queries.length) throw notUnderstood();
  // Removals are counted with the first page alone: the body is one for all.
  return answers.map((each, at) =>
    answerOf(each, cleaned, {
      path: ['compositeResponse', String(at), 'body', 'records'],
      removed: at === 0 ? removed : 0,
      askedAt,
    }),
  );
};

/** The date of an answer less all the time that asking took: the request had not begun. */
export const momentBefore = (date: string | null, tookMs: number): Date | null => {
  const answered = Date.parse(date ?? '');
  return Number.isNaN(answered) ? null : new Date(Math.floor((answered - tookMs) / 1_000) * 1_000);
};

interface SubAnswer {
  readonly httpStatusCode: number;
  readonly body: unknown;
}

interface Place {
  readonly path: readonly string[];
  readonly removed: number;
  readonly askedAt: Date | null;
}

const answerOf = (answer: SubAnswer, body: string, { path, removed, askedAt }: Place): QueryAnswer => {
  if (answer.httpStatusCode === 200) return { ok: true, page: pageOf(answer.body, body, path, removed), askedAt };
  const [error] = (Array.isArray(answer.body) ? answer.body : [answer.body]).flatMap(faultOf);
  if (error === undefined) throw notUnderstood();
  return { ok: false, error };
};

export const queryMore = async (session: OrgSession, nextRecordsUrl: string): Promise<QueryPage> => {
  if (!/^\/services\/data\/v\d+\.0\/query(All)?\/[\w-]+$/.test(nextRecordsUrl)) throw notUnderstood();
  const { text } = await session.text({ method: 'GET', path: nextRecordsUrl, headers: OPTIONS });
  const { body, removed } = withoutNuls(text);
  return pageOf(parse(body), body, ['records'], removed);
};

interface Envelope {
  readonly totalSize: number;
  readonly done: boolean;
  readonly nextRecordsUrl?: string;
  readonly records: readonly unknown[];
}

const pageOf = (parsed: unknown, body: string, path: readonly string[], nulsRemoved: number): QueryPage => {
  const { done, nextRecordsUrl, records } = parsed as Partial<Envelope>;
  if (!Array.isArray(records) || typeof done !== 'boolean') throw notUnderstood();
  return {
    body,
    path,
    rows: records.length,
    done,
    nextRecordsUrl: done ? null : (nextRecordsUrl ?? null),
    nulsRemoved,
  };
};

/** Every record of a small query, parsed. */
export const controlRecords = async (session: OrgSession, soql: string, all: boolean): Promise<readonly unknown[]> => {
  const found: unknown[] = [];
  let answer = await controlPage(session, soql, all);
  for (let pages = 1; ; pages += 1) {
    found.push(...answer.records);
    if (answer.done || answer.nextRecordsUrl === undefined) return found;
    if (pages >= CONTROL_PAGES_MAX) throw new RangeError('a control query brought too many records');
    answer = (await session.json({ method: 'GET', path: answer.nextRecordsUrl })) as Envelope;
  }
};

export const countOf = async (session: OrgSession, soql: string): Promise<number> =>
  (await controlPage(session, soql, false)).totalSize;

const controlPage = async (session: OrgSession, soql: string, all: boolean): Promise<Envelope> => {
  const path = `${all ? 'queryAll' : 'query'}?q=${encodeURIComponent(soql)}`;
  if (path.length <= ADDRESS_MAX) return (await session.json({ method: 'GET', path, headers: OPTIONS })) as Envelope;
  const { apiVersion } = await session.current();
  const compositeRequest = [{ method: 'GET', url: `/services/data/v${apiVersion}/${path}`, referenceId: 'q0' }];
  const answer = (await session.json({
    method: 'POST',
    path: 'composite',
    body: JSON.stringify({ compositeRequest }),
  })) as {
    compositeResponse?: readonly SubAnswer[];
  };
  const only = answer.compositeResponse?.[0];
  if (only?.httpStatusCode !== 200) {
    const [fault] = (Array.isArray(only?.body) ? only.body : [only?.body]).flatMap(faultOf);
    throw new SalesforceError('salesforce-refused', {
      disposition: 'retry',
      word: fault?.code ?? null,
      fields: fault?.fields ?? [],
      detail: { word: fault?.code ?? '', message: fault?.message ?? '' },
    });
  }
  return only.body as Envelope;
};

/**
 * JSON text without the escape of NUL, which Postgres text cannot hold (MAP18). An escaped backslash before `u0000` is text and stays: the
 * expression eats escapes pairwise.
 */
export const withoutNuls = (text: string): { readonly body: string; readonly removed: number } => {
  if (!text.includes('\\u0000')) return { body: text, removed: 0 };
  let removed = 0;
  const body = text.replace(/\\u0000|\\[^]/g, (found) => {
    if (found !== '\\u0000') return found;
    removed += 1;
    return '';
  });
  return { body, removed };
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw notUnderstood(cause);
  }
};

const notUnderstood = (cause?: unknown): SalesforceError =>
  new SalesforceError('answer-not-understood', {
    disposition: 'retry',
    detail: { host: 'Salesforce' },
    mayHaveLanded: true,
    cause,
  });
