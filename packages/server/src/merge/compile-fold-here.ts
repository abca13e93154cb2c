/**
 * People become one here alone, because none or only one of them has a record (ID22): the same as a fold on a page, but for values and
 * entries, of which nothing moves by itself. The statements run in order in one transaction of the sync, the people held. Pure.
 */
import { entriesLeave, personsGo, referencesMove } from './compile-fold-traces.ts';
import type { MergeLimits } from './merge.ts';

export interface FoldHere {
  /** A table of the session. */
  readonly create: string;
  /** $1 the people that leave (bigint[]), $2 the one that stays. */
  readonly fill: string;
  readonly statements: readonly string[];
}

export const compileFoldHere = ({ lateLandingMs }: Pick<MergeLimits, 'lateLandingMs'>): FoldHere => {
  const tables = { fold: 'pg_temp."fold_here"' };
  return {
    create: `create temp table if not exists "fold_here" (
       loser bigint, survivor bigint, final bigint, from_sf text collate "C", reason text) on commit delete rows`,
    fill: `insert into ${tables.fold} (loser, survivor, final, reason) select l, $2::bigint, $2::bigint, 'merge' from unnest($1::bigint[]) l`,
    statements: [
      `insert into sync.journal (object, row_id, cause, evidence, fields)
       select 'Person', f.final, 'folded', f.reason, jsonb_build_object('id', jsonb_build_array(f.loser, f.final)) from ${tables.fold} f order by f.loser`,
      entriesLeave(tables).sql,
      ...referencesMove(tables, lateLandingMs).map(({ sql }) => sql),
      ...personsGo(tables).map(({ sql }) => sql),
    ],
  };
};
