/** Filters of objects: what they are, how many records they let in, and what another one would do (N117). */
import {
  FILTERED_OBJECT_NAMES,
  type FilterCounts,
  type FilterEffect,
  type FilterOfObject,
} from '@syncline/contract/filters';
import pg from 'pg';
import type { Connection, Transaction } from '../db/db.ts';
import { compileFilter } from '../mapping/compile-filter.ts';
import type { FieldMap, Filter, ObjectMap, SyncObject } from '../mapping/mapping.ts';
import type { MapPlan } from '../mapping/plan-edits.ts';
import { filterKindOf, isSlow, OPERATORS_OF } from '../mapping/plan-filter.ts';
import { mirrorTable } from '../mapping/shape.ts';
import type { Salesforce } from '../salesforce/salesforce.ts';
import { allOf, type Soql, select } from '../salesforce/soql.ts';
import { filterSoql, outsideSoql } from '../salesforce/soql-filter.ts';
import { shownFilter } from './map-file.ts';

const SAMPLES = 20;
/** Records of one page of a query. */
const PAGE = 2_000;

/** `drafted`: objects whose filter a draft makes another one. `scanning`: those that are being looked at since theirs became another. */
export const filtersOf = (
  map: FieldMap,
  drafted: readonly SyncObject[],
  scanning: readonly SyncObject[],
): FilterOfObject[] =>
  FILTERED_OBJECT_NAMES.map((object) => {
    const { filter, fields } = map.objects[object];
    return {
      object,
      filter: filter ? shownFilter(filter) : null,
      isDrafted: drafted.includes(object),
      isSlow: filter !== undefined && isSlow(map.objects[object], filter),
      isScanning: scanning.includes(object),
      fields: fields.flatMap((field) => {
        const kind = filterKindOf(field);
        return kind === null
          ? []
          : [{ name: field.name, label: field.label, kind, operators: [...OPERATORS_OF[kind]] }];
      }),
    };
  });

export const readScanning = async (db: Pick<Connection, 'query'>): Promise<readonly SyncObject[]> =>
  (await db.query<{ object: SyncObject }>('select object from sync.cursor where rescan_version is not null')).map(
    ({ object }) => object,
  );

/** Deleted records are neither in nor out. */
export const countFilter = async (
  salesforce: Salesforce,
  map: ObjectMap,
  filter: Filter | undefined,
): Promise<FilterCounts> => {
  const [all, inside] = await Promise.all([
    salesforce.count(map.object),
    filter === undefined ? null : salesforce.count(map.object, filterSoql(map, filter)),
  ]);
  const within = inside ?? all;
  return { in: within, out: Math.max(0, all - within), isSlow: filter !== undefined && isSlow(map, filter) };
};

export type FilterThere = Omit<FilterEffect, 'people' | 'leaving'>;

/** What the org says of an object's filter that becomes another one. */
export const askFilterThere = async (salesforce: Salesforce, was: ObjectMap, is: ObjectMap): Promise<FilterThere> => {
  const { object } = is;
  const comes = both(outsideSoql(was), filterSoql(is));
  const leaves = both(filterSoql(was), outsideSoql(is));
  const [counts, coming, leaving, samples] = await Promise.all([
    countFilter(salesforce, is, is.filter),
    // Who was all in lets nobody come, and who is all in lets nobody leave.
    was.filter === undefined ? 0 : salesforce.count(object, comes),
    is.filter === undefined ? 0 : salesforce.count(object, leaves),
    was.filter === undefined ? [] : sampleThere(salesforce, is, comes),
  ]);
  return {
    object,
    ...counts,
    comes: coming,
    leaves: leaving,
    coming: [...samples],
    calls: Math.max(1, Math.ceil(counts.in / PAGE)) + Math.max(1, Math.ceil(counts.out / PAGE)),
  };
};

const both = (...conditions: readonly (Soql | undefined)[]): Soql | undefined => {
  const given = conditions.flatMap((condition) => (condition === undefined ? [] : [condition]));
  return given.length === 0 ? undefined : allOf(...given);
};

const sampleThere = async (
  salesforce: Salesforce,
  map: ObjectMap,
  where: Soql | undefined,
): Promise<readonly { readonly salesforceId: string; readonly name: string | null }[]> => {
  const hasName = map.fields.some(({ name }) => name === 'Name');
  const rows = await salesforce.records<{ readonly Id: string; readonly Name?: string | null }>(
    select({
      fields: ['Id', ...(hasName ? ['Name'] : [])],
      from: map.object,
      ...(where === undefined ? {} : { where }),
      orderBy: ['Id'],
      limit: SAMPLES,
    }),
  );
  return rows.map(({ Id, Name }) => ({ salesforceId: Id, name: Name ?? null }));
};

type Leaving = Pick<FilterEffect, 'people' | 'leaving'>;
export const NOBODY: Leaving = { people: 0, leaving: [] };

/** People whose live record leaves, by what the mirror last heard. */
export const readLeaving = async (
  tx: Transaction,
  { map, filtered }: MapPlan,
): Promise<ReadonlyMap<SyncObject, Leaving>> => {
  const found = new Map<SyncObject, Leaving>();
  for (const object of filtered) {
    if (map.objects[object].table !== 'person') continue;
    found.set(object, await leavingOf(tx, map.objects[object]));
  }
  return found;
};

const leavingOf = async (tx: Transaction, map: ObjectMap): Promise<Leaving> => {
  const nameColumn = map.fields.find(({ name }) => name === 'Name')?.column;
  const rows = await tx.query<{ person_id: number; person_name: string | null; people: number }>(
    `select p.id as person_id, to_jsonb(p) ->> ${pg.escapeLiteral(nameColumn ?? '')} as person_name, s.people
       from (select l.person_id, count(*) over ()::int as people
               from sync.link l
               join ${mirrorTable(map.object)} m on m."Id" = l.sf_id
              where l.object = $1 and l.state = 'live' and not ${compileFilter(map, map.filter)}
              order by l.person_id limit ${SAMPLES}) s
       join marketing.person p on p.id = s.person_id order by p.id`,
    [map.object],
  );
  return {
    people: rows[0]?.people ?? 0,
    leaving: rows.map(({ person_id, person_name }) => ({ personId: person_id, personName: person_name })),
  };
};
