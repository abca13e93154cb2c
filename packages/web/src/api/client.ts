/**
 * Requests to the server. An answer is parsed with the contract's shape once, here; whoever gets it may trust its type.
 * Everything that is not an answer of that shape is thrown as an `ApiFailure`.
 */
import {
  Action,
  ActionCount,
  ConversionChoices,
  ConvertedStatuses,
  MergeChoices,
  Owners,
  type PersonAction,
  type SetAction,
} from '@syncline/contract/actions';
import { Backlog } from '@syncline/contract/backlog';
import { type BrakeAnswer, BrakeAnswered, BrakeDetail, Brakes } from '@syncline/contract/brakes';
import { ApiBudget } from '@syncline/contract/budget';
import { Companies, Company, Opportunities, Opportunity } from '@syncline/contract/companies';
import { ConflictRow, Conflicts } from '@syncline/contract/conflicts';
import {
  ErrorCauses,
  ErrorDetail,
  Errors,
  type ErrorsChoice,
  ErrorsDiscarded,
  ErrorsRetried,
} from '@syncline/contract/errors';
import { type FilterCondition, FilterCounts, type FilterQuestion, Filters } from '@syncline/contract/filters';
import { Held, type HeldChoice, HeldResolved } from '@syncline/contract/held';
import { InitialSync } from '@syncline/contract/initial-sync';
import {
  EditedMap,
  FieldChange,
  FieldDifferences,
  type FieldName,
  type MapEdit,
  MapFile,
} from '@syncline/contract/mappings';
import { Notifications } from '@syncline/contract/notifications';
import {
  type ChangedHours,
  People,
  type PeopleChoice,
  PeopleFields,
  type PeopleView,
  PeopleViews,
  Person,
  type PersonChange,
  PersonChanged,
  type RecordKind,
  SyncPersonOutcome,
} from '@syncline/contract/people';
import { FieldDecisions, PersonGates } from '@syncline/contract/person-why';
import { RunDetail, type RunOperation, type RunStatus, Runs } from '@syncline/contract/runs';
import { Differences, Repaired } from '@syncline/contract/sameness';
import {
  type ConfirmCredentials,
  ConfirmedCredentials,
  ConnectionAnswer,
  type ConnectionChoice,
  ConnectionTest,
  type ConnectMethod,
  FieldMaps,
  Practice,
  Setup,
  Started,
  StartPreview,
  SyncFields,
} from '@syncline/contract/setup';
import { Done, type SyncObjectName } from '@syncline/contract/shared';
import { Objects, Status } from '@syncline/contract/status';
import { Undo, UndoLook, UndoStays, type UndoTarget, type UndoWish } from '@syncline/contract/undo';
import { type FirstUser, type Language, Me, type SignIn } from '@syncline/contract/users';
import { z } from 'zod';
import { ApiFailure, localProblem, problemOfAnswer } from './problem.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export const Anything = z.unknown();

const send = async (
  method: Method,
  path: string,
  body: unknown,
  signal: AbortSignal | undefined,
  key: string | undefined,
): Promise<Response> => {
  try {
    return await fetch(`/api${path}`, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiFailure(localProblem('server-silent'), { cause });
  }
};

const readBody = async (response: Response): Promise<unknown> => {
  const text = await response.text();
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ApiFailure(problemOfAnswer(response.status, undefined), { cause });
  }
};

interface Asking {
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** One press of a button: sent twice, it is done once (ACT2). */
  readonly key?: string;
}

/** One request and its answer, parsed. */
export const ask = async <Shape extends z.ZodType>(
  method: Method,
  path: string,
  shape: Shape,
  asking: Asking = {},
): Promise<z.infer<Shape>> => {
  const response = await send(method, path, asking.body, asking.signal, asking.key);
  const body = await readBody(response);
  if (!response.ok) throw new ApiFailure(problemOfAnswer(response.status, body));
  const parsed = shape.safeParse(body);
  if (!parsed.success) {
    throw new ApiFailure(localProblem('page-outdated', response.status), { cause: parsed.error });
  }
  return parsed.data;
};

const query = (params: Readonly<Record<string, string | number | undefined>>): string => {
  const given = Object.entries(params).filter(([, value]) => value !== undefined && value !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
};

export interface RunsFilter {
  readonly object?: SyncObjectName | undefined;
  readonly operation?: RunOperation | undefined;
  readonly status?: RunStatus | undefined;
  readonly hours: number;
}

export interface PeopleFilter {
  readonly q?: string | undefined;
  readonly view?: PeopleView | undefined;
  readonly record?: RecordKind | undefined;
  readonly owner?: string | undefined;
  readonly changed?: ChangedHours | undefined;
  readonly where?: readonly FilterCondition[] | undefined;
}

/** Where a list begins, and which fields it shows beside. */
export interface PeopleListing {
  readonly from?: 'end' | undefined;
  readonly columns?: readonly string[];
}

/** A filter as a request says it. */
export const choiceOf = ({ where, ...filter }: PeopleFilter): PeopleChoice => ({
  ...filter,
  ...(where === undefined || where.length === 0 ? {} : { where: JSON.stringify(where) }),
});

export interface HeldFilter {
  readonly object?: SyncObjectName | undefined;
  readonly field?: string | undefined;
}

/** Where the browser fetches a list as a file. */
export const csvPath = (
  list: 'people' | 'runs' | 'errors',
  filter: Readonly<Record<string, string | number | undefined>>,
): string => `/api/${list}/export.csv${query(filter)}`;

export const PEOPLE_PAGE = 100;

/** Every request the app makes, one line each. */
export const api = {
  me: () => ask('GET', '/me', Me),
  changeLanguage: (language: Language) => ask('PATCH', '/me', Anything, { body: { language } }),
  createFirstUser: (body: FirstUser) => ask('POST', '/users/first', Anything, { body }),
  signIn: (body: SignIn) => ask('POST', '/sessions', Anything, { body }),
  signOut: () => ask('DELETE', '/sessions', Anything),

  status: (signal?: AbortSignal) => ask('GET', '/status', Status, { signal }),
  objects: (signal?: AbortSignal) => ask('GET', '/objects', Objects, { signal }),
  backlog: (signal?: AbortSignal) => ask('GET', '/backlog', Backlog, { signal }),
  apiBudget: (signal?: AbortSignal) => ask('GET', '/api-budget', ApiBudget, { signal }),
  notifications: (signal?: AbortSignal) => ask('GET', '/notifications', Notifications, { signal }),
  brakes: (signal?: AbortSignal) => ask('GET', '/brakes', Brakes, { signal }),
  brake: (id: number, signal?: AbortSignal) => ask('GET', `/brakes/${id}`, BrakeDetail, { signal }),
  answerBrake: (id: number, answer: BrakeAnswer) =>
    ask('POST', `/brakes/${id}/answer`, BrakeAnswered, { body: { answer } }),
  readNotices: () => ask('POST', '/notifications/read', Done, { body: {} }),
  unreadNotices: (ids: readonly number[]) => ask('POST', '/notifications/unread', Done, { body: { ids } }),
  switchSync: (enabled: boolean) => ask('PUT', '/sync', Anything, { body: { enabled } }),
  readAnew: () => ask('POST', '/sync/read-anew', Done),
  syncNow: () => ask('POST', '/sync/now', Done),

  setup: (signal?: AbortSignal) => ask('GET', '/setup', Setup, { signal }),
  connection: (signal?: AbortSignal) => ask('GET', '/setup/connection', ConnectionAnswer, { signal }),
  chooseConnection: (body: ConnectionChoice) => ask('PUT', '/setup/connection', Anything, { body }),
  testConnection: () => ask('POST', '/setup/connection/test', ConnectionTest),
  syncFields: (signal?: AbortSignal) => ask('GET', '/setup/sync-fields', SyncFields, { signal }),
  dropFields: (dropped: readonly string[]) => ask('PUT', '/setup/sync-fields', Anything, { body: { dropped } }),
  confirmCredentials: (body: ConfirmCredentials) =>
    ask('POST', '/setup/confirm-credentials', ConfirmedCredentials, { body }),
  fieldMaps: (signal?: AbortSignal) => ask('GET', '/field-maps', FieldMaps, { signal }),
  editMap: (edits: readonly MapEdit[]) => ask('POST', '/field-maps/edit', EditedMap, { body: { edits } }),
  fieldDifferences: (signal?: AbortSignal) => ask('GET', '/field-maps/differences', FieldDifferences, { signal }),
  lookAtFields: () => ask('POST', '/field-maps/look', FieldDifferences),
  noteField: (body: FieldName) => ask('POST', '/field-maps/note', FieldDifferences, { body }),
  renameField: (body: FieldName) => ask('POST', '/field-maps/rename', FieldDifferences, { body }),
  withdrawField: (body: FieldName) => ask('POST', '/field-maps/withdraw', FieldDifferences, { body }),
  filters: (signal?: AbortSignal) => ask('GET', '/filters', Filters, { signal }),
  countFilter: (body: FilterQuestion, signal?: AbortSignal) =>
    ask('POST', '/filters/count', FilterCounts, { body, signal }),
  importMap: (body: MapFile) => ask('POST', '/field-maps/import', EditedMap, { body }),
  fieldChange: (id: number, signal?: AbortSignal) => ask('GET', `/field-changes/${id}`, FieldChange, { signal }),
  discardChange: (id: number) => ask('DELETE', `/field-changes/${id}`, Done),
  removeEdit: (id: number, place: number) => ask('DELETE', `/field-changes/${id}/edits/${place}`, EditedMap),
  dryRun: (id: number) => ask('POST', `/field-changes/${id}/dry-run`, FieldChange),
  applyChange: (id: number, backfill: boolean) =>
    ask('POST', `/field-changes/${id}/apply`, FieldChange, { body: { backfill } }),
  startPreview: (signal?: AbortSignal) => ask('GET', '/setup/start', StartPreview, { signal }),
  start: (takesOver: boolean) => ask('POST', '/setup/start', Started, { body: { takesOver } }),
  initialSync: (signal?: AbortSignal) => ask('GET', '/initial-sync', InitialSync, { signal }),
  practice: (signal?: AbortSignal) => ask('GET', '/practice', Practice, { signal }),
  usePractice: (method: ConnectMethod) => ask('POST', '/practice/use', Anything, { body: { method } }),

  runs: (filter: RunsFilter, cursor: string | undefined, signal?: AbortSignal) =>
    ask('GET', `/runs${query({ ...filter, cursor })}`, Runs, { signal }),
  run: (id: number, signal?: AbortSignal) => ask('GET', `/runs/${id}`, RunDetail, { signal }),
  companies: (q: string | undefined, cursor: string | undefined, signal?: AbortSignal) =>
    ask('GET', `/companies${query({ q, cursor })}`, Companies, { signal }),
  company: (id: number, signal?: AbortSignal) => ask('GET', `/companies/${id}`, Company, { signal }),
  opportunities: (q: string | undefined, cursor: string | undefined, signal?: AbortSignal) =>
    ask('GET', `/opportunities${query({ q, cursor })}`, Opportunities, { signal }),
  opportunity: (id: number, signal?: AbortSignal) => ask('GET', `/opportunities/${id}`, Opportunity, { signal }),
  errorCauses: (signal?: AbortSignal) => ask('GET', '/errors/causes', ErrorCauses, { signal }),
  errors: (cause: string, cursor: string | undefined, signal?: AbortSignal) =>
    ask('GET', `/errors${query({ cause, cursor })}`, Errors, { signal }),
  error: (id: number, signal?: AbortSignal) => ask('GET', `/errors/${id}`, ErrorDetail, { signal }),
  retryErrors: (body: ErrorsChoice) => ask('POST', '/errors/retry', ErrorsRetried, { body }),
  linkToMatch: (id: number, salesforceId: string) =>
    ask('POST', `/errors/${id}/link`, Done, { body: { salesforceId } }),
  saveAnyway: (id: number) => ask('POST', `/errors/${id}/save`, Done),
  discardErrors: (body: ErrorsChoice) => ask('POST', '/errors/discard', ErrorsDiscarded, { body }),
  differences: (object: SyncObjectName, cursor: string | undefined, signal?: AbortSignal) =>
    ask('GET', `/differences${query({ object, cursor })}`, Differences, { signal }),
  checkSameness: (object: SyncObjectName) => ask('POST', `/objects/${object}/check`, Done),
  repairDifferences: (object: SyncObjectName) => ask('POST', `/objects/${object}/repair`, Repaired),
  held: (filter: HeldFilter, cursor: string | undefined, signal?: AbortSignal) =>
    ask('GET', `/held${query({ ...filter, cursor })}`, Held, { signal }),
  undoLook: (target: UndoTarget, signal?: AbortSignal) =>
    ask('GET', `/undos/look${query(target)}`, UndoLook, { signal }),
  undo: (body: UndoWish, key: string) => ask('POST', '/undos', Undo, { body, key }),
  undoOf: (id: number, signal?: AbortSignal) => ask('GET', `/undos/${id}`, Undo, { signal }),
  undoStays: (id: number, cursor: string | undefined, signal?: AbortSignal) =>
    ask('GET', `/undos/${id}/stays${query({ cursor })}`, UndoStays, { signal }),
  resolveHeld: (body: HeldChoice) => ask('POST', '/held/resolve', HeldResolved, { body }),
  people: (filter: PeopleFilter, { from, columns }: PeopleListing, cursor: string | undefined, signal?: AbortSignal) =>
    ask(
      'GET',
      `/people${query({ ...choiceOf(filter), from, columns: columns?.join(','), cursor, limit: PEOPLE_PAGE })}`,
      People,
      { signal },
    ),
  peopleFields: (signal?: AbortSignal) => ask('GET', '/people/fields', PeopleFields, { signal }),
  peopleViews: (signal?: AbortSignal) => ask('GET', '/people/views', PeopleViews, { signal }),
  person: (id: number, signal?: AbortSignal) => ask('GET', `/people/${id}`, Person, { signal }),
  decisions: (id: number, field: string, signal?: AbortSignal) =>
    ask('GET', `/people/${id}/fields/${encodeURIComponent(field)}/decisions`, FieldDecisions, { signal }),
  gates: (id: number, signal?: AbortSignal) => ask('GET', `/people/${id}/gates`, PersonGates, { signal }),
  changePerson: (id: number, body: PersonChange) => ask('PATCH', `/people/${id}`, PersonChanged, { body }),
  syncPerson: (id: number) => ask('POST', `/people/${id}/sync`, SyncPersonOutcome),
  act: (wish: PersonAction, key: string) => ask('POST', '/actions', Action, { body: wish, key }),
  countAction: (wish: SetAction, signal?: AbortSignal) =>
    ask('POST', '/actions/count', ActionCount, { body: wish, signal }),
  action: (id: number, signal?: AbortSignal) => ask('GET', `/actions/${id}`, Action, { signal }),
  owners: (q: string, signal?: AbortSignal) => ask('GET', `/owners${query({ q })}`, Owners, { signal }),
  conversion: (personId: number, signal?: AbortSignal) =>
    ask('GET', `/people/${personId}/conversion`, ConversionChoices, { signal }),
  convertedStatuses: (signal?: AbortSignal) => ask('GET', '/conversion', ConvertedStatuses, { signal }),
  mergeChoices: (personId: number, others: readonly number[] | null, signal?: AbortSignal) =>
    ask('GET', `/people/${personId}/merge${query({ with: others?.join(',') })}`, MergeChoices, { signal }),
  syncPersonOutcome: (id: number, signal?: AbortSignal) =>
    ask('GET', `/people/${id}/sync`, SyncPersonOutcome, { signal }),
  conflicts: (person: number | undefined, cursor: string | undefined, signal?: AbortSignal) =>
    ask('GET', `/conflicts${query({ person, cursor })}`, Conflicts, { signal }),
  reverseConflict: (id: number) => ask('POST', `/conflicts/${id}/reverse`, ConflictRow.or(Anything)),
} as const;
