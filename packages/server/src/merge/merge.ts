/**
 * The door of the merge: how a page of Salesforce's records becomes mirror, people, journal and conflicts.
 *
 * `compileMerge` is a pure compiler from a field map to SQL, one list of statements for each object; `inbound` runs them in order
 * in one transaction. A page enters a temporary table as received; then every statement works on the whole page. The list for a
 * small map is kept in `snapshots/`, to be read.
 *
 * Promises of the statements, run in order under read committed:
 * - a field is decided alone by the table of MRG1 against its base (MRG5); nothing else of the person is touched;
 * - persons are held still by a lock before a later statement reads what is ours, so that an edit under way is seen;
 * - a row equal to the mirror writes nothing (IN7), an older one is discarded whole (IN8), and no statement reads more of a
 *   table than the page needs: lookups go by key;
 * - a field that is not among `fields` is unknown and keeps its stored value (IN10).
 */
import type { SyncObject } from '../mapping/mapping.ts';
import type { SamenessStatements } from './compile-sameness.ts';

/**
 * What a transaction knows while it runs, besides the page. `poll`, `ahead`, `reread`, `load`: how the page was read. The others are
 * answered by statements that ask.
 */
export type Flag =
  | 'poll'
  | 'ahead'
  | 'reread'
  | 'load'
  | 'found'
  | 'doubtful'
  | 'unknown'
  | 'named'
  | 'gone'
  | 'converts'
  | 'ends'
  | 'recognised'
  | 'returns'
  | 'holders'
  | 'held'
  | 'resends'
  | 'watched'
  | 'passes'
  | 'keyed'
  | 'heirs'
  | 'folds'
  | 'keeps';

/** Bounds that statements are compiled with (`lib/bounds.ts`). */
export interface MergeLimits {
  readonly mergeChainMax: number;
  readonly lateLandingMs: number;
}

/** What a row that a statement writes counts as in the outcome of a pass (ERR6). */
type Counter = 'created' | 'journalled' | 'deleted';

export interface Statement {
  readonly name: string;
  /** One line: what is true after it, or why it is there. */
  readonly why: string;
  readonly sql: string;
  /** It runs only when all of these are set, and none that begins with `!`. */
  readonly when?: readonly (Flag | `!${Flag}`)[];
  /** Its one row has a boolean column for each flag that it answers. */
  readonly asks?: true;
  /** Set when it touched a row. */
  readonly sets?: Flag;
  readonly counts?: Counter;
}

/**
 * `copyIn` takes a page as CSV while `open` holds, with the setting `syncline.load` on; it leaves the number of what it made in
 * `syncline.created`. On 23505 or SL007 nothing of the page is there, and it must be merged.
 */
export interface LoadStatements {
  /** False: no table takes such a page as it comes (MAP14), and it is merged like any other. */
  readonly isPossible: boolean;
  /** Once before the first page; may be run again. */
  readonly open: readonly string[];
  readonly copyIn: string;
  /** Once after the last page. */
  readonly close: readonly string[];
}

/** What the brake asks of a page that was staged and decided (SAFE1). */
export interface BrakeStatements {
  /** $1 how many records may change: one row, `stamp` and `id` of the first that may not; none where all may. */
  readonly place: string;
  /** $1, $2 that row, $3 how many: the records from it on, as they would change. */
  readonly sample: string;
  /** $1, $2 that row: it and what comes after leave the page. */
  readonly leave: string;
}

/** Of a page with a value that its column does not hold (IN25). In this order: `judge` once, then `stage` for each of the `groups`. */
export interface MisfitStatements {
  /** Temporary tables of the session; each may be run again. */
  readonly staging: readonly string[];
  /** For a stream of CSV whose header names `fields`; every value is taken as text. */
  readonly copyIn: string;
  /** $1, $2 as of `MergeStatements.readJson`. */
  readonly readJson: string;
  /** Which values of `fields` do not fit. `ownTypes`: the types of our columns as they are, by name. */
  readonly judge: (ownTypes: ReadonlyMap<string, string>) => readonly string[];
  /** A row for each set of fields that rows lack together: `fields`, fewest first. */
  readonly groups: string;
  /** $1 such a set, none of which is among `fields`: its rows enter the page. */
  readonly stage: string;
  /** After the merge: what does not fit is in `sync.error`, once a record and field. */
  readonly note: string;
  /** After the merge: what waited of the page's rows and fields is over. */
  readonly over: string;
}

/** Of a page of formula values (IN24), staged like any other and merged by these alone. */
export interface FormulaStatements {
  /** Which records' values are others than the mirror's; returns how many. May be run again in the transaction after the verdict was emptied. */
  readonly find: string;
  /** In the order in which everybody holds these rows. */
  readonly hold: string;
  /** As many rows as rows of ours change. */
  readonly journal: string;
  readonly own: string;
  readonly mirror: string;
}

export interface MergeStatements {
  readonly object: SyncObject;
  /** Salesforce's names of the fields of a page, in the order of its columns. */
  readonly fields: readonly string[];
  /** Temporary tables of the session; each may be run again. */
  readonly staging: readonly Statement[];
  /** For a stream of CSV whose header names `fields` in this order. */
  readonly copyIn: string;
  /** $1 the body as text, $2 the path to its array of records (text[]). */
  readonly readJson: string;
  /** The same parameters; one row, `keys`: the names in the first record, `waits`: whether a value of the object waits (IN25). */
  readonly keysOfJson: string;
  /** How many records the page brought: one row, `rows`. */
  readonly countStaged: string;
  readonly merge: readonly Statement[];
  /** For pages of an initial load into empty tables. */
  readonly load: LoadStatements;
  readonly sameness: SamenessStatements;
  readonly brake: BrakeStatements;
  readonly misfits: MisfitStatements;
  readonly formulas: FormulaStatements;
  /** Every statement of `merge` looks rows of the page up by record. */
  readonly indexStaging: string;
  /** Forgets the verdicts of the page. */
  readonly empty: string;
}
