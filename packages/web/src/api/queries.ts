/**
 * What the app asks and under which key it is kept. The first word of a key is the topic that `GET /api/events` names when the
 * answer may have changed; `topics` of `events.ts` says which keys a topic reaches.
 */
import type { SetAction } from '@syncline/contract/actions';
import type { FilteredObjectName, ObjectFilter } from '@syncline/contract/filters';
import type { SyncObjectName } from '@syncline/contract/shared';
import type { UndoTarget } from '@syncline/contract/undo';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, type HeldFilter, type PeopleFilter, type PeopleListing, type RunsFilter } from './client.ts';

const nextPage = (page: { readonly nextCursor: string | null }): string | null => page.nextCursor;
const firstPage: string | null = null;

const COSTLY_EVERY_MS = 15_000;
/** Reads the whole table of people. */
const isCostly = ({ where, owner }: PeopleFilter): boolean => where !== undefined || owner !== undefined;

export const queries = {
  me: () => queryOptions({ queryKey: ['me'], queryFn: () => api.me(), staleTime: 60_000 }),
  status: () =>
    queryOptions({
      queryKey: ['status'],
      queryFn: ({ signal }) => api.status(signal),
      // The state must not lie when the stream is silent.
      refetchInterval: 15_000,
    }),
  objects: () => queryOptions({ queryKey: ['objects'], queryFn: ({ signal }) => api.objects(signal) }),
  // Both are written down once a minute, so no event names them.
  backlog: () =>
    queryOptions({ queryKey: ['backlog'], queryFn: ({ signal }) => api.backlog(signal), refetchInterval: 60_000 }),
  apiBudget: () =>
    queryOptions({ queryKey: ['api-budget'], queryFn: ({ signal }) => api.apiBudget(signal), refetchInterval: 60_000 }),
  notifications: () =>
    queryOptions({
      queryKey: ['notifications'],
      queryFn: ({ signal }) => api.notifications(signal),
      refetchInterval: 60_000,
    }),
  // What waits grows without an event; an answer is for what is shown.
  brakes: () =>
    queryOptions({ queryKey: ['brakes'], queryFn: ({ signal }) => api.brakes(signal), refetchInterval: 15_000 }),
  brake: (id: number) =>
    queryOptions({ queryKey: ['brakes', 'one', id], queryFn: ({ signal }) => api.brake(id, signal) }),
  setup: () => queryOptions({ queryKey: ['setup'], queryFn: ({ signal }) => api.setup(signal) }),
  connection: () => queryOptions({ queryKey: ['connection'], queryFn: ({ signal }) => api.connection(signal) }),
  // Reading every field of the org takes calls and time; it is asked anew only on demand.
  syncFields: () =>
    queryOptions({
      queryKey: ['sync-fields'],
      queryFn: ({ signal }) => api.syncFields(signal),
      staleTime: 5 * 60_000,
      retry: false,
    }),
  fieldMaps: () => queryOptions({ queryKey: ['field-maps', 'all'], queryFn: ({ signal }) => api.fieldMaps(signal) }),
  filters: () => queryOptions({ queryKey: ['field-maps', 'filters'], queryFn: ({ signal }) => api.filters(signal) }),
  // Salesforce counts, two calls each; within minutes the number is as good.
  filterCounts: (object: FilteredObjectName, filter: ObjectFilter | null) =>
    queryOptions({
      queryKey: ['filter-counts', object, filter],
      queryFn: ({ signal }) => api.countFilter({ object, filter }, signal),
      staleTime: 5 * 60_000,
      retry: false,
    }),
  fieldDifferences: () =>
    queryOptions({ queryKey: ['field-maps', 'differences'], queryFn: ({ signal }) => api.fieldDifferences(signal) }),
  fieldChange: (id: number) =>
    queryOptions({
      queryKey: ['field-maps', 'change', id],
      queryFn: ({ signal }) => api.fieldChange(id, signal),
      // A backfill that runs is seen to run.
      refetchInterval: (asked) => (asked.state.data?.backfill?.state === 'running' ? 1_000 : false),
    }),
  startPreview: () =>
    queryOptions({
      queryKey: ['start-preview'],
      queryFn: ({ signal }) => api.startPreview(signal),
      staleTime: 60_000,
      retry: false,
    }),
  initialSync: () => queryOptions({ queryKey: ['initial-sync'], queryFn: ({ signal }) => api.initialSync(signal) }),
  practice: () => queryOptions({ queryKey: ['practice'], queryFn: ({ signal }) => api.practice(signal) }),

  runs: (filter: RunsFilter) =>
    infiniteQueryOptions({
      queryKey: ['runs', filter],
      queryFn: ({ pageParam, signal }) => api.runs(filter, pageParam ?? undefined, signal),
      initialPageParam: firstPage,
      getNextPageParam: nextPage,
    }),
  run: (id: number) => queryOptions({ queryKey: ['runs', 'one', id], queryFn: ({ signal }) => api.run(id, signal) }),
  companies: (q: string | undefined) =>
    infiniteQueryOptions({
      queryKey: ['records', 'companies', q ?? ''],
      queryFn: ({ pageParam, signal }) => api.companies(q, pageParam ?? undefined, signal),
      initialPageParam: firstPage,
      getNextPageParam: nextPage,
    }),
  company: (id: number) =>
    queryOptions({ queryKey: ['records', 'company', id], queryFn: ({ signal }) => api.company(id, signal) }),
  opportunities: (q: string | undefined) =>
    infiniteQueryOptions({
      queryKey: ['records', 'opportunities', q ?? ''],
      queryFn: ({ pageParam, signal }) => api.opportunities(q, pageParam ?? undefined, signal),
      initialPageParam: firstPage,
      getNextPageParam: nextPage,
    }),
  opportunity: (id: number) =>
    queryOptions({ queryKey: ['records', 'opportunity', id], queryFn: ({ signal }) => api.opportunity(id, signal) }),
  errorCauses: () => queryOptions({ queryKey: ['errors', 'causes'], queryFn: ({ signal }) => api.errorCauses(signal) }),
  errors: (cause: string) =>
    infiniteQueryOptions({
      queryKey: ['errors', 'rows', cause],
      queryFn: ({ pageParam, signal }) => api.errors(cause, pageParam ?? undefined, signal),
      initialPageParam: firstPage,
      getNextPageParam: nextPage,
    }),
  error: (id: number) =>
    queryOptions({ queryKey: ['errors', 'one', id], queryFn: ({ signal }) => api.error(id, signal) }),
  differences: (object: SyncObjectName) =>
    infiniteQueryOptions({
      queryKey: ['differences', object],
      queryFn: ({ pageParam, signal }) => api.differences(object, pageParam ?? undefined, signal),
      initialPageParam: firstPage,
      getNextPageParam: nextPage,
    }),
  // Counted for whoever looks at it now.
  undoLook: (target: UndoTarget) =>
    queryOptions({
      queryKey: ['undo-look', target],
      queryFn: ({ signal }) => api.undoLook(target, signal),
      staleTime: 0,
      gcTime: 0,
      retry: false,
    }),
  undoOf: (id: number) =>
    queryOptions({
      queryKey: ['undos', 'one', id],
      queryFn: ({ signal }) => api.undoOf(id, signal),
      refetchInterval: (asked) => (asked.state.data?.isEnded === false ? 500 : false),
    }),
  undoStays: (id: number) =>
    infiniteQueryOptions({
      queryKey: ['undos', 'stays', id],
      queryFn: ({ pageParam, signal }) => api.undoStays(id, pageParam ?? undefined, signal),
      initialPageParam: firstPage,
      getNextPageParam: nextPage,
    }),
  held: (filter: HeldFilter) =>
    infiniteQueryOptions({
      queryKey: ['held', filter],
      queryFn: ({ pageParam, signal }) => api.held(filter, pageParam ?? undefined, signal),
      initialPageParam: firstPage,
      getNextPageParam: nextPage,
    }),
  // From the end of the list it goes on backwards. What no index answers is not asked again at each change, of which there are some a second.
  people: (filter: PeopleFilter, listing: PeopleListing = {}) =>
    infiniteQueryOptions({
      queryKey: [isCostly(filter) ? 'people-asked' : 'people', 'list', filter, listing],
      refetchInterval: isCostly(filter) ? COSTLY_EVERY_MS : false,
      queryFn: ({ pageParam, signal }) => api.people(filter, listing, pageParam ?? undefined, signal),
      initialPageParam: firstPage,
      getNextPageParam: nextPage,
      getPreviousPageParam: (page) => page.previousCursor,
    }),
  // They change with the map alone.
  peopleFields: () =>
    queryOptions({
      queryKey: ['field-maps', 'people'],
      queryFn: ({ signal }) => api.peopleFields(signal),
      staleTime: 60_000,
    }),
  countAction: (wish: SetAction) =>
    queryOptions({
      queryKey: ['people-asked', 'count', wish],
      queryFn: ({ signal }) => api.countAction(wish, signal),
      staleTime: 0,
      gcTime: 0,
      retry: false,
    }),
  // Counting may walk through everybody, so it is not asked again at each change.
  peopleViews: () =>
    queryOptions({
      queryKey: ['people-views'],
      queryFn: ({ signal }) => api.peopleViews(signal),
      staleTime: 5 * 60_000,
    }),
  person: (id: number) =>
    queryOptions({ queryKey: ['people', 'one', id], queryFn: ({ signal }) => api.person(id, signal) }),
  decisions: (id: number, field: string) =>
    queryOptions({
      queryKey: ['people', 'why', id, field],
      queryFn: ({ signal }) => api.decisions(id, field, signal),
    }),
  gates: (id: number) =>
    queryOptions({ queryKey: ['people', 'gates', id], queryFn: ({ signal }) => api.gates(id, signal) }),
  action: (id: number) => queryOptions({ queryKey: ['actions', id], queryFn: ({ signal }) => api.action(id, signal) }),
  convertedStatuses: () =>
    queryOptions({
      queryKey: ['conversion'],
      queryFn: ({ signal }) => api.convertedStatuses(signal),
      staleTime: 60_000,
      retry: false,
    }),
  owners: (q: string) =>
    queryOptions({
      queryKey: ['owners', q],
      queryFn: ({ signal }) => api.owners(q, signal),
      staleTime: 60_000,
      retry: false,
    }),
  conversion: (personId: number) =>
    queryOptions({
      queryKey: ['conversion', personId],
      queryFn: ({ signal }) => api.conversion(personId, signal),
      staleTime: 60_000,
      retry: false,
    }),
  // What they have is read anew each time the question is opened.
  mergeChoices: (personId: number, others: readonly number[] | null) =>
    queryOptions({
      queryKey: ['merge', personId, others],
      queryFn: ({ signal }) => api.mergeChoices(personId, others, signal),
      staleTime: 0,
      gcTime: 0,
      retry: false,
    }),
  syncPersonOutcome: (id: number) =>
    queryOptions({
      queryKey: ['people', 'outcome', id],
      queryFn: ({ signal }) => api.syncPersonOutcome(id, signal),
    }),
  conflicts: (person: number | undefined) =>
    infiniteQueryOptions({
      queryKey: ['conflicts', person ?? null],
      queryFn: ({ pageParam, signal }) => api.conflicts(person, pageParam ?? undefined, signal),
      initialPageParam: firstPage,
      getNextPageParam: nextPage,
    }),
} as const;
