import { DEFAULT_BOUNDS } from '../lib/bounds.ts';
import { type FieldMap, type SyncObject } from '../mapping/mapping.ts';
import { brakeStatements } from './compile-brake.ts';
import { compileFormulas } from './compile-formulas.ts';
import { compileLoad } from './compile-load.ts';
import { compileMisfits } from './compile-misfits.ts';
import { mergePeople } from './compile-people.ts';
import { mergeRows } from './compile-rows.ts';
import { compileSameness } from './compile-sameness.ts';
import {
  copyFrom,
  isPeople,
  keysOfJson,
  pageIndex,
  readJson,
  stagingStatements,
  tablesOf,
  withFields,
} from './compile-staging.ts';
import type { MergeLimits, MergeStatements } from './merge.ts';

/**
 * The statements for pages of one object. `present`: the fields that a page has, where they are fewer than the map's (IN10); each
 * set has tables of its own. Pure: the same map gives the same text.
 */
export const compileMerge = (
  map: FieldMap,
  object: SyncObject,
  present?: readonly string[],
  limits: MergeLimits = DEFAULT_BOUNDS,
): MergeStatements => {
  const whole = map.objects[object];
  const page = withFields(whole, new Set(present ?? whole.fields.map((field) => field.name)));
  const tables = tablesOf(page);
  return {
    object,
    fields: page.fields.map((field) => field.name),
    staging: stagingStatements(page, tables),
    copyIn: copyFrom(page, page.fields.some((field) => field.isInMirrorMore) ? tables.wide : tables.page),
    readJson: readJson(page, tables),
    keysOfJson: keysOfJson(page),
    countStaged: `select count(*) as rows from ${tables.page}`,
    merge: isPeople(page) ? mergePeople(page, tables, map.objects, limits) : mergeRows(page, tables, map.objects),
    load: compileLoad(page),
    sameness: compileSameness(page, tables),
    brake: brakeStatements(page, tables),
    misfits: compileMisfits(page, tables),
    formulas: compileFormulas(page, tables),
    indexStaging: pageIndex(tables),
    empty: `delete from ${tables.verdict}`,
  };
};
