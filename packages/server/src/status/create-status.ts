import { problemShape } from '@syncline/contract/problems';
import type { Stage, Status as StatusAnswer } from '@syncline/contract/status';
import type { Database } from '../db/db.ts';
import { readJobProblem, readStoredProblem } from '../errors/errors.ts';
import { SYNC_OBJECTS, type SyncObject } from '../mapping/mapping.ts';
import { loadFieldMap } from '../mapping/open-field-store.ts';
import { readConflicts, readRuns, runPages } from './activity.ts';
import { readApiBudget } from './api-budget.ts';
import { readBacklog } from './backlog.ts';
import { readBrake, readBrakes } from './brakes.ts';
import { readDecisions } from './decisions.ts';
import { readErrorDetail } from './error-detail.ts';
import { errorPages, readErrorCauses, readErrors } from './error-lists.ts';
import { readHeld } from './held.ts';
import { readMergeChoices } from './merge-choices.ts';
import { readMetricFacts } from './metric-facts.ts';
import { markNoticesRead, markNoticesUnread, readNotices } from './notices.ts';
import { readInitialSync, readObjects } from './objects.ts';
import { readMatchingIds } from './people-matching.ts';
import { readPersonRows } from './people-rows.ts';
import { peoplePages, readPeopleFields, readPeopleViews, searchPeople } from './people-search.ts';
import { personColumnsOf } from './person-columns.ts';
import { readGates, readSyncPersonOutcome } from './person-entry.ts';
import { readPerson } from './person-page.ts';
import { readCompanies, readCompany, readOpportunities, readOpportunity } from './records.ts';
import { readRun } from './run-detail.ts';
import { readDifferences } from './sameness.ts';
import { ensureSearchIndexes } from './search-indexes.ts';
import type { Status } from './status.ts';
import { decideState, type Failure } from './sync-state.ts';
import { readUndoStays } from './undo-stays.ts';

export interface StatusOptions {
  readonly db: Database;
  readonly version: string;
  /** Origin of the practice org that was started beside this server; null: there is none. */
  readonly practiceUrl: string | null;
}

export const createStatus = ({ db, version, practiceUrl }: StatusOptions): Status => ({
  status: async () => statusOf(await readFacts(db), version, practiceUrl),
  objects: async () => readObjects(db, await loadFieldMap(db)),
  initialSync: () => readInitialSync(db),
  runs: (query) => readRuns(db, query),
  run: (runId) => readRun(db, runId),
  errorCauses: () => readErrorCauses(db),
  errors: async (query) => readErrors(db, await loadFieldMap(db), query),
  error: async (errorId) => readErrorDetail(db, await loadFieldMap(db), errorId),
  runPages: (query) => runPages(db, query),
  errorPages: (query) => everyPage(async () => errorPages(db, await loadFieldMap(db), query)),
  peoplePages: (query) => everyPage(async () => peoplePages(db, await loadFieldMap(db), query)),
  people: async (query) => searchPeople(db, await loadFieldMap(db), query),
  peopleViews: async () => readPeopleViews(db, await loadFieldMap(db)),
  matchingIds: async (choice, afterId, rowsMax) =>
    readMatchingIds(db, await loadFieldMap(db), choice, { afterId, rowsMax }),
  peopleNamed: async (ids) => readPersonRows(db, personColumnsOf(await loadFieldMap(db)), ids),
  peopleFields: async () => readPeopleFields(await loadFieldMap(db)),
  person: async (personId) => readPerson(db, await loadFieldMap(db), personId),
  syncPersonOutcome: (personId) => readSyncPersonOutcome(db, personId),
  mergeChoices: async (personId, others) => readMergeChoices(db, await loadFieldMap(db), personId, others),
  decisions: async (personId, field) => readDecisions(db, await loadFieldMap(db), personId, field),
  gates: (personId) => readGates(db, personId),
  companies: async (query) => readCompanies(db, await loadFieldMap(db), query),
  company: async (companyId) => readCompany(db, await loadFieldMap(db), companyId),
  opportunities: async (query) => readOpportunities(db, await loadFieldMap(db), query),
  opportunity: async (opportunityId) => readOpportunity(db, await loadFieldMap(db), opportunityId),
  conflicts: async (query) => readConflicts(db, await loadFieldMap(db), query),
  undoStays: async (undoId, query) => readUndoStays(db, await loadFieldMap(db), undoId, query),
  held: async (query) => readHeld(db, await loadFieldMap(db), query),
  differences: async (query) => readDifferences(db, await loadFieldMap(db), query),
  brakes: () => readBrakes(db),
  brake: async (brakeId) => readBrake(db, await loadFieldMap(db), brakeId),
  backlog: (query) => readBacklog(db, query),
  apiBudget: (settings) => readApiBudget(db, settings),
  notifications: (userId, silent) => readNotices(db, userId, silent),
  markRead: (userId, ids) => markNoticesRead(db, userId, ids),
  markUnread: (userId, ids) => markNoticesUnread(db, userId, ids),
  metrics: () => readMetricFacts(db),
  isRunning: async () => {
    const [row] = await db.query<{ running: boolean }>(
      `select exists (select from sync.run where ended_at is null and started_at > clock_timestamp() - interval '1 day')
           or exists (select from sync.load where phase in ('preparing', 'reading'))
           or exists (select from sync.outbox where due_at <= clock_timestamp() or claim_id is not null) as running`,
    );
    return row?.running ?? false;
  },
  prepareSearch: async () => {
    const [row] = await db.query<{ is_loaded: boolean }>(
      `select exists (select from sync.load) and not exists (select from sync.load where phase <> 'done') as is_loaded`,
    );
    if (!row?.is_loaded) return false;
    return ensureSearchIndexes(db, await loadFieldMap(db));
  },
});

/** A list that can only be read once something else is known. */
const everyPage = async function* <Row>(open: () => Promise<AsyncIterable<Row>>): AsyncGenerator<Row> {
  yield* await open();
};

interface Facts {
  readonly method: string | null;
  readonly host: string | null;
  readonly is_sandbox: boolean | null;
  readonly org_id: string | null;
  readonly org_name: string | null;
  readonly confirmed_at: Date | null;
  readonly started_at: Date | null;
  readonly enabled: boolean | null;
  readonly enabled_changed_at: Date | null;
  readonly paused: unknown;
  readonly is_loaded: boolean;
  readonly last_sync_at: Date | null;
  readonly running_since: Date | null;
  readonly failure: { readonly object: string; readonly at: string; readonly problem: unknown } | null;
  readonly open_errors: number;
  readonly waiting: number;
  readonly conflicts_today: number;
  readonly held_conflicts: number;
}

/** Beyond this many waiting people nobody reads the difference. */
const WAITING_COUNTED_MAX = 100_000;

/**
 * A failure counts until the same object succeeds: a later run, or a complete pass, which when it finds nothing leaves no run (SAFE7).
 * A failed load counts until it is resumed, and a loop's own failure (`Reading`, `Sending`) until its next step succeeds.
 */
const FACTS = `
select c.method, c.host, c.is_sandbox, c.org_id, c.org_name, c.confirmed_at, c.started_at, c.enabled, c.enabled_changed_at, c.paused,
       exists (select from sync.load) and not exists (select from sync.load where phase <> 'done') as is_loaded,
       greatest((select max(last_fetched_at) from sync.cursor), (select max(ended_at) from sync.load),
                (select max(ended_at) from sync.run where status = 'succeeded')) as last_sync_at,
       least((select min(started_at) from sync.run
               where ended_at is null and started_at > clock_timestamp() - interval '1 day'
                 and (created + updated + deleted + failed + skipped > 0 or started_at < clock_timestamp() - interval '2 seconds')),
             (select c.started_at where not exists (select from sync.load) or exists (select from sync.load where phase in ('waiting', 'preparing', 'reading')))
            ) as running_since,
       (select json_build_object('object', f.object, 'at', f.at, 'problem', f.problem)
          from (select l.object, coalesce(l.ended_at, l.started_at, clock_timestamp()) as at, l.problem
                  from sync.load l where l.phase = 'failed'
                union all
                select r.object, r.ended_at, r.problem
                  from (select distinct on (object, operation) object, status, started_at, ended_at, problem
                          from sync.run where ended_at is not null and started_at > clock_timestamp() - interval '5 days'
                         order by object, operation, started_at desc) as r
                  left join sync.cursor k on k.object = r.object
                 where r.status = 'failed' and r.ended_at > coalesce(k.last_fetched_at, '-infinity')
                union all
                select e.object, e.at, jsonb_build_object('code', e.code, 'text', e.message)
                  from sync.error e where e.level = 'job' and e.object = any('{Reading,Sending}') and e.resolved_at is null) as f
         order by f.at desc limit 1) as failure,
       (select count(*) from sync.error where resolved_at is null and level <> 'job') as open_errors,
       (select count(*) from (select from sync.outbox where parked = '{}' and due_at < 'infinity' limit ${WAITING_COUNTED_MAX}) as w) as waiting,
       (select count(*) from sync.conflict where winner is not null and at >= date_trunc('day', clock_timestamp())) as conflicts_today,
       (select count(*) from sync.conflict where winner is null) as held_conflicts
  from (select) as one left join sync.connection c on true`;

const readFacts = async (db: Database): Promise<Facts> => {
  const [row] = await db.query<Facts>(FACTS);
  if (!row) throw new Error('a select without from answers one row');
  return row;
};

const statusOf = (facts: Facts, version: string, practiceUrl: string | null): StatusAnswer => {
  // During setup the connect step says what it waits for; nothing that was promised has failed.
  const paused = facts.started_at ? readStoredProblem(facts.paused) : null;
  const state = decideState({ paused, failure: failureOf(facts.failure), runningSince: facts.running_since });
  return {
    syncState: state.syncState,
    stage: stageOf(facts),
    lastSyncAt: facts.started_at ? (facts.last_sync_at?.toISOString() ?? null) : null,
    startedAt: state.startedAt?.toISOString() ?? null,
    failedAt: state.failedAt ? new Date(state.failedAt).toISOString() : null,
    problem: state.problem ? problemShape(state.problem.code, state.problem.detail) : null,
    failedObject: state.failedObject,
    enabled: facts.enabled ?? true,
    enabledChangedAt: facts.enabled_changed_at?.toISOString() ?? null,
    openErrors: facts.open_errors,
    waitingToSend: facts.waiting,
    conflictsToday: facts.conflicts_today,
    heldConflicts: facts.held_conflicts,
    org: facts.method ? { orgId: facts.org_id, name: facts.org_name, kind: kindOf(facts, practiceUrl) } : null,
    version,
  };
};

const failureOf = (failure: Facts['failure']): Failure | null => {
  const problem = failure ? (readJobProblem(failure.problem) ?? { code: 'bug' as const, detail: {} }) : null;
  if (!failure || !problem) return null;
  const object = SYNC_OBJECTS.find((known): known is SyncObject => known === failure.object) ?? null;
  return { object, at: new Date(failure.at), problem };
};

const stageOf = (facts: Facts): Stage => {
  if (!facts.method) return 'not_connected';
  if (!facts.confirmed_at) return 'not_confirmed';
  if (!facts.started_at) return 'not_started';
  return facts.is_loaded ? 'running' : 'initial_sync';
};

const kindOf = (facts: Facts, practiceUrl: string | null): 'production' | 'sandbox' | 'practice' => {
  if (practiceUrl !== null && facts.host === new URL(practiceUrl).origin) return 'practice';
  return facts.is_sandbox ? 'sandbox' : 'production';
};
