/**
 * What goes on of an object that the brake stopped (SAFE1): opt-outs are taken all the same, and how much waits is looked at, for that is
 * what an answer answers for. One call an object; mirror and cursor stay where they are, so that everything is read again after the answer.
 */
import { MANY_REASONS, type OpenBrake } from '../brake/brake.ts';
import { type FieldMap, type MappedField, type ObjectMap, TABLE_OF } from '../mapping/mapping.ts';
import type { QueryPage } from '../salesforce/salesforce.ts';
import { allOf, anyOf, isAtOrAfter, isEqual, type Soql, select, soqlName } from '../salesforce/soql.ts';
import { readSoql } from '../salesforce/soql-filter.ts';
import type { ReaderKit } from './parts.ts';

/** What is stopped and due; a refusal of Salesforce concerns its object alone and is tried again at the next cycle. */
export const watchBraked = async (kit: ReaderKit, map: FieldMap, brakes: readonly OpenBrake[]): Promise<void> => {
  for (const brake of brakes) {
    try {
      await watchOne(kit, map.objects[brake.object], brake);
    } catch (error) {
      kit.log.warn({ object: brake.object, err: error }, 'what waits behind the brake could not be looked at');
      await kit.db.run('update sync.brake set looked_at = clock_timestamp() where brake_id = $1', [brake.brakeId]);
    }
  }
};

type OptOut = MappedField & { readonly column: string };

const watchOne = async (kit: ReaderKit, map: ObjectMap, brake: OpenBrake): Promise<void> => {
  const { from, watched } = await placesOf(kit, brake);
  const optOuts = optOutsOf(map);
  const inScope = (which: Soql): Soql => {
    const also = readSoql(map);
    return also === undefined ? which : allOf(which, also);
  };
  const waiting = `SELECT COUNT(Id) waiting, MAX(SystemModstamp) newest FROM ${soqlName(map.object)} WHERE ${inScope(isAtOrAfter('SystemModstamp', from))}`;
  const optedOut = select({
    fields: ['Id', 'SystemModstamp', ...optOuts.map(({ name }) => name)],
    from: map.object,
    where: allOf(
      inScope(isAtOrAfter('SystemModstamp', watched)),
      anyOf(...optOuts.map(({ name }) => isEqual(name, true))),
    ),
    orderBy: ['SystemModstamp', 'Id'],
  });
  const [counted, found] = await kit.salesforce.queryAll(optOuts.length === 0 ? [waiting] : [waiting, optedOut]);
  if (found?.ok) await takeOptOuts(kit, map, optOuts, found.page, brake.brakeId);
  await kit.db.run(
    `update sync.brake b
        set looked_at = clock_timestamp(), through_at = coalesce(c.newest, b.through_at),
            waiting = coalesce(c.waiting + (select count(*) from sync.reread r where r.object = b.object and r.reason = any ($4)), b.waiting)
       from (select ($2::json #> $3::text[] -> 0 ->> 'waiting')::bigint as waiting, ($2::json #> $3::text[] -> 0 ->> 'newest')::timestamptz as newest) c
      where b.brake_id = $1`,
    [brake.brakeId, ...(counted?.ok ? [counted.page.body, counted.page.path] : ['{}', []]), MANY_REASONS],
  );
};

const optOutsOf = (map: ObjectMap): readonly OptOut[] =>
  TABLE_OF[map.object] === 'person'
    ? map.fields.filter((field): field is OptOut => field.isOptOut && field.column !== null && field.isInMore !== true)
    : [];

const placesOf = async (
  kit: ReaderKit,
  { object, watchedAt }: OpenBrake,
): Promise<{ readonly from: string; readonly watched: string }> => {
  const [row] = await kit.db.query<{ from: string; watched: string }>(
    `select to_char(coalesce(at, '1970-01-01Z') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "from",
            to_char((coalesce($2::timestamptz, at, '1970-01-01Z') - $3::float8 * interval '1 ms') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as watched
       from sync.cursor where object = $1`,
    [object, watchedAt, kit.bounds.overlapMs],
  );
  if (!row) throw new Error(`${object} has no cursor`);
  return row;
};

/** Page by page; the place moves with each page, so that a crash begins there. */
const takeOptOuts = async (
  kit: ReaderKit,
  map: ObjectMap,
  optOuts: readonly OptOut[],
  first: QueryPage,
  brakeId: number,
): Promise<void> => {
  for (let page: QueryPage | null = first; page !== null; ) {
    const { body, path, rows, done, nextRecordsUrl }: QueryPage = page;
    if (rows > 0)
      await kit.db.ownTransaction(async (tx) => {
        await kit.holdReading(tx);
        const [taken] = await tx.query<{ newest: string | null }>(TAKE, [
          body,
          path,
          map.object,
          optOuts.map(({ column }) => column),
          optOuts.map(({ name }) => name),
        ]);
        for (const { column, name } of optOuts) await tx.run(takeSql(column), [body, path, name]);
        await tx.run('update sync.brake set watched_at = $2 where brake_id = $1', [brakeId, taken?.newest ?? null]);
      });
    page = done || nextRecordsUrl === null ? null : await kit.salesforce.queryMore(nextRecordsUrl);
  }
};

/** The journal first, while people still hold the value before. */
const TAKE = `
with rows as materialized (
  select r ->> 'Id' as sf_id, r, (r ->> 'SystemModstamp')::timestamptz as stamp from json_array_elements($1::json #> $2::text[]) r),
noted as (
  insert into sync.journal (object, row_id, sf_id, cause, fields)
  select $3, p.id, l.sf_id, 'salesforce', d.fields
    from rows
    join sync.link l on l.sf_id = rows.sf_id collate "C" and l.state = 'live'
    join marketing.person p on p.id = l.person_id
   cross join lateral (
     select jsonb_object_agg(f."column", jsonb_build_array(to_jsonb(p) -> f."column", true)) as fields
       from unnest($4::text[], $5::text[]) f ("column", name)
      where (rows.r ->> f.name)::boolean and to_jsonb(p) -> f."column" is distinct from 'true') d
   where d.fields is not null)
select max(stamp)::text as newest from rows`;

const takeSql = (column: string): string => `
update marketing.person p set "${column.replaceAll('"', '""')}" = true
  from json_array_elements($1::json #> $2::text[]) r
  join sync.link l on l.sf_id = (r ->> 'Id') collate "C" and l.state = 'live'
 where p.id = l.person_id and (r ->> $3)::boolean and p."${column.replaceAll('"', '""')}" is distinct from true`;
