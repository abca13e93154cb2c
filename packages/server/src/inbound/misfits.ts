/**
 * Pages with a value that its column does not hold (IN25). A page goes the short way first, typed as it arrives, and pays nothing. Where Postgres
 * refuses a value, nothing of the page was written: the object is described again, and the page is taken once more as text. Rows are merged in
 * groups that lack the same fields; a field that does not fit keeps its value, and waits in `sync.error` with its text until it fits.
 */
import type { Transaction } from '../db/db.ts';
import type { FieldMap, SyncObject } from '../mapping/mapping.ts';
import { ownTable } from '../mapping/shape.ts';
import { FITS_BY_NOW, OWN_TYPES } from '../merge/compile-misfits.ts';
import type { MergeStatements } from '../merge/merge.ts';
import {
  applyPage,
  type Compile,
  lookAtPage,
  mergeWithin,
  type PageContext,
  type PageCounts,
  type PageSource,
  prepareSession,
} from './apply.ts';
import type { ReaderKit } from './parts.ts';
import { isIndispensable } from './queries.ts';

/** How a page is taken: typed, or as text without the fields that are left out of queries by now. */
export type Way = { readonly kind: 'typed' } | { readonly kind: 'text'; readonly leftOut: ReadonlySet<string> };
const TYPED: Way = { kind: 'typed' };

/** A value that its column does not hold (class 22): it does not fit, or its field is of another type by now. */
const isValueFault = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('22');

/** `apply` is a whole transaction; after a value fault it is called once more, with what the org says of its fields. */
export const despiteMisfits = async <T>(
  kit: ReaderKit,
  map: FieldMap,
  object: SyncObject,
  apply: (way: Way) => Promise<T>,
): Promise<T> => {
  try {
    return await apply(TYPED);
  } catch (error) {
    if (!isValueFault(error)) throw error;
    kit.log.info({ object }, 'a page has values that their columns do not hold');
  }
  await kit.hidden.look(map, object);
  return apply({ kind: 'text', leftOut: kit.hidden.of(object) });
};

/** A page as text, and the groups of its rows. */
export interface TextPage {
  readonly rows: number;
  /** The fields of each group, `Id` and `SystemModstamp` among them. */
  readonly groups: readonly TextGroup[];
}
interface TextGroup {
  readonly statements: MergeStatements;
  /** Puts the group's rows into their page; returns how many. */
  readonly stage: () => Promise<number>;
}

/** `names`: the fields that the page has, in the order of the map. Rows without `Id` or stamp are in no group: they wait as a whole. */
export const stageText = async (
  tx: Transaction,
  compile: Compile,
  names: readonly string[],
  leftOut: ReadonlySet<string>,
  source: PageSource,
  context: Pick<PageContext, 'beganAt' | 'runId'>,
): Promise<TextPage> => {
  const received = compile(names);
  const kept = names.filter((name) => !leftOut.has(name));
  await prepareSession(tx, context);
  for (const sql of received.misfits.staging) await tx.run(sql);
  const rows =
    source.kind === 'csv'
      ? await tx.copyIn(received.misfits.copyIn, source.bytes)
      : await tx.run(received.misfits.readJson, [source.body, source.path]);
  for (const sql of compile(kept).misfits.judge(await ownTypes(tx, received.object))) await tx.run(sql);
  const groups: TextGroup[] = [];
  for (const { fields } of await tx.query<{ fields: readonly string[] }>(received.misfits.groups)) {
    if (fields.some(isIndispensable)) continue;
    const statements = compile(kept.filter((name) => !fields.includes(name)));
    groups.push({ statements, stage: () => stageGroup(tx, statements, fields) });
  }
  return { rows, groups };
};

const stageGroup = async (
  tx: Transaction,
  { staging, misfits, indexStaging }: MergeStatements,
  fields: readonly string[],
): Promise<number> => {
  for (const { sql } of staging) await tx.run(sql);
  const rows = await tx.run(misfits.stage, [fields]);
  await tx.run(indexStaging);
  return rows;
};

const ownTypes = async (tx: Transaction, object: SyncObject): Promise<ReadonlyMap<string, string>> => {
  const rows = await tx.query<{ name: string; type: string }>(OWN_TYPES, [ownTable(object)]);
  return new Map(rows.map(({ name, type }) => [name, type]));
};

/** `applyPage`, whichever way. */
export const applyPageBy = async (
  way: Way,
  tx: Transaction,
  compile: Compile,
  source: Extract<PageSource, { kind: 'json' }>,
  context: PageContext,
): Promise<PageCounts> => {
  if (way.kind === 'typed') return applyPage(tx, compile, source, context);
  const asked = compile();
  const { keys } = await lookAtPage(tx, asked, source);
  const present = asked.fields.filter((field) => keys.has(field));
  const page = await stageText(tx, compile, present, way.leftOut, source, context);
  return mergeText(tx, compile, page, context, (...group) => mergeWithin(tx, ...group));
};

/** What the groups came to. `merge` handles one that is staged, as it would a page. */
export const mergeText = async (
  tx: Transaction,
  compile: Compile,
  page: TextPage,
  context: PageContext,
  merge: (statements: MergeStatements, rows: number, context: PageContext) => Promise<PageCounts>,
): Promise<PageCounts> => {
  let sum: PageCounts = { read: 0, created: 0, updated: 0, deleted: 0, skipped: 0, found: false, runId: context.runId };
  let waiting = page.rows;
  for (const { statements, stage } of page.groups) {
    const rows = await stage();
    waiting -= rows;
    sum = sumOfPages(sum, await merge(statements, rows, { ...context, runId: sum.runId }));
    await tx.run(statements.misfits.over);
  }
  await tx.run(compile().misfits.note);
  return { ...sum, read: sum.read + waiting, skipped: sum.skipped + waiting };
};

const sumOfPages = (left: PageCounts, right: PageCounts): PageCounts => ({
  read: left.read + right.read,
  created: left.created + right.created,
  updated: left.updated + right.updated,
  deleted: left.deleted + right.deleted,
  skipped: left.skipped + right.skipped,
  found: left.found || right.found,
  runId: right.runId,
});

/** IN25: what waited and fits by now is asked for again, by id. */
export const askForWhatFits = async (kit: ReaderKit, map: FieldMap, objects: readonly SyncObject[]): Promise<void> => {
  for (const object of objects)
    await kit.db.run(FITS_BY_NOW, [object, ownTable(object), map.objects[object].fields.map(({ name }) => name)]);
};
