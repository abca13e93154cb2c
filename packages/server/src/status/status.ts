/**
 * The door of what is going on: everything the app shows that is neither a choice nor an act. It reads now: no answer is kept, so none is
 * stale. What has a past (a trend, calls of a day, notices) is written down once a minute by `create-housekeeper.ts`.
 *
 * Promises: the state is one of exactly three; a list is read by keyset, so page 500 costs what page 1 costs, and stays fast at a
 * million people; values of people are in answers to those who are signed in and in no log.
 */
import type { MergeChoices } from '@syncline/contract/actions';
import type { Backlog, BacklogQuery } from '@syncline/contract/backlog';
import type { BrakeDetail, Brakes } from '@syncline/contract/brakes';
import type { ApiBudget } from '@syncline/contract/budget';
import type { Companies, Company, Opportunities, Opportunity, RecordsQuery } from '@syncline/contract/companies';
import type { Conflicts, ConflictsQuery } from '@syncline/contract/conflicts';
import type { ErrorCauses, ErrorDetail, ErrorRow, ErrorsQuery } from '@syncline/contract/errors';
import type { Held, HeldQuery } from '@syncline/contract/held';
import type { InitialSync } from '@syncline/contract/initial-sync';
import type { NoticeType, Notifications } from '@syncline/contract/notifications';
import type {
  People,
  PeopleChoice,
  PeopleFields,
  PeopleQuery,
  PeopleRow,
  PeopleViews,
  Person,
  PersonRow,
  SyncPersonOutcome,
} from '@syncline/contract/people';
import type { FieldDecisions, PersonGates } from '@syncline/contract/person-why';
import type { RunDetail, RunRow, Runs, RunsQuery } from '@syncline/contract/runs';
import type { Differences, DifferencesQuery } from '@syncline/contract/sameness';
import type { BudgetSettings } from '@syncline/contract/settings';
import type { List } from '@syncline/contract/shared';
import type { ObjectRow, Status as StatusAnswer } from '@syncline/contract/status';
import type { UndoStays, UndoStaysQuery } from '@syncline/contract/undo';
import type { MetricFacts } from './metric-facts.ts';

export { groupOf } from './error-lists.ts';
export type { MetricFacts } from './metric-facts.ts';

export interface Status {
  status(): Promise<StatusAnswer>;
  objects(): Promise<readonly ObjectRow[]>;
  initialSync(): Promise<InitialSync>;
  runs(query: RunsQuery): Promise<Runs>;
  /** Errors: `not-found`. */
  run(runId: number): Promise<RunDetail>;
  errorCauses(): Promise<ErrorCauses>;
  errors(query: ErrorsQuery): Promise<List<ErrorRow>>;
  /** Errors: `not-found`. */
  error(errorId: number): Promise<ErrorDetail>;
  /** The whole lists, for exports: read a page at a time as they are taken. */
  runPages(query: RunsQuery): AsyncIterable<readonly RunRow[]>;
  errorPages(query: ErrorsQuery): AsyncIterable<readonly ErrorRow[]>;
  peoplePages(query: PeopleQuery): AsyncIterable<readonly PeopleRow[]>;
  people(query: PeopleQuery): Promise<People>;
  peopleViews(): Promise<PeopleViews>;
  peopleFields(): Promise<PeopleFields>;
  /** Ids of those who match now and come after `afterId`, the smallest first: a slice of a set. Errors: those of `people`. */
  matchingIds(choice: PeopleChoice, afterId: number, rowsMax: number): Promise<readonly number[]>;
  /** In the order of the ids; whoever is gone is left out. */
  peopleNamed(ids: readonly number[]): Promise<readonly PersonRow[]>;
  /** Errors: `person-not-found`. */
  person(personId: number): Promise<Person>;
  /** Errors: `person-not-found`. */
  syncPersonOutcome(personId: number): Promise<SyncPersonOutcome>;
  /** `others` null: those with the same e-mail address. Errors: `person-not-found`. */
  mergeChoices(personId: number, others: readonly number[] | null): Promise<MergeChoices>;
  /** Errors: `person-not-found`, `field-unknown`. */
  decisions(personId: number, field: string): Promise<FieldDecisions>;
  /** Errors: `person-not-found`. */
  gates(personId: number): Promise<PersonGates>;
  companies(query: RecordsQuery): Promise<Companies>;
  /** Errors: `not-found`. */
  company(companyId: number): Promise<Company>;
  opportunities(query: RecordsQuery): Promise<Opportunities>;
  /** Errors: `not-found`. */
  opportunity(opportunityId: number): Promise<Opportunity>;
  conflicts(query: ConflictsQuery): Promise<Conflicts>;
  held(query: HeldQuery): Promise<Held>;
  /** Errors: `undo-not-found`. */
  undoStays(undoId: number, query: UndoStaysQuery): Promise<UndoStays>;
  differences(query: DifferencesQuery): Promise<Differences>;
  brakes(): Promise<Brakes>;
  /** Errors: `not-found`. */
  brake(brakeId: number): Promise<BrakeDetail>;
  backlog(query: BacklogQuery): Promise<Backlog>;
  apiBudget(settings: BudgetSettings): Promise<ApiBudget>;
  /** `silent`: types that this Syncline does not ring for. */
  notifications(userId: number | null, silent: readonly NoticeType[]): Promise<Notifications>;
  /** `ids` null: all. */
  markRead(userId: number, ids: readonly number[] | null): Promise<void>;
  markUnread(userId: number, ids: readonly number[]): Promise<void>;
  /** Counts for Prometheus; bounded in time however much waits. */
  metrics(): Promise<MetricFacts>;
  /** Whether anything moves that a watcher would want to see move. */
  isRunning(): Promise<boolean>;
  /** Makes the indexes that the people search is fast by, once the initial load is over; true when they are there. Safe to call at any time. */
  prepareSearch(): Promise<boolean>;
}
