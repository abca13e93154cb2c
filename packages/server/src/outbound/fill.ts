/**
 * What a claim sends: the values that its persons have now, each with its version and base (OUT6), and their text for the wire. The
 * statements run in the claim's own transaction, after its locks. Values stay JSON within Postgres: a number keeps every digit (MAP16).
 */
import pg from 'pg';
import type { Transaction } from '../db/db.ts';
import { EXTERNAL_ID_FIELD } from '../mapping/mapping.ts';
import { MIRROR_MORE, mirrorTable, OWN_MORE } from '../mapping/shape.ts';
import type { SendableObject } from './sendable.ts';

/** Empty text is sent as null (MRG4); everything else as the column has it. */
const valueOf = (json: string): string =>
  `case when ${json} = '""' then 'null'::jsonb else coalesce(${json}, 'null') end`;

/**
 * The column that an edit names, of the person or, by Salesforce's name, of the mirror. A choice among the columns costs a tenth of making
 * JSON of two whole rows to take one value out of each.
 */
const chosenColumn = (alias: 'p' | 'm', object: SendableObject): string => {
  const cases = object.columns
    .filter(({ isInMore, isInMirrorMore }) => !(alias === 'p' ? isInMore : isInMirrorMore))
    .map(
      ({ column, name }) =>
        `when ${pg.escapeLiteral(column)} then to_jsonb(${alias}.${pg.escapeIdentifier(alias === 'p' ? column : name)})`,
    );
  const more = alias === 'p' ? ' else wide.p -> f.column' : " else wide.m -> ($2::jsonb -> f.column ->> 'name')";
  return `case f.column ${cases.join(' ')}${isWide(object) ? more : ''} end`;
};

const isWide = ({ columns }: SendableObject): boolean =>
  columns.some(({ isInMore, isInMirrorMore }) => isInMore || isInMirrorMore);

/** What lies in `more` on either side, unpacked once a person and not once a field (MAP14): the fields are made to depend on it. */
const wideValues = (object: SendableObject): string =>
  isWide(object)
    ? `\n   cross join lateral (select coalesce(to_jsonb(p) -> '${OWN_MORE}', '{}') || '{}' as p, coalesce(to_jsonb(m) -> '${MIRROR_MORE}', '{}') || '{}' as m offset 0) wide`
    : '';

/**
 * Fields of an entry that need no call are withdrawn: without a place on this object, or back at their base, unless an earlier value may
 * still land (MRG1). `onlyOptOuts`: the object is stopped, and of its edits only opt-outs go (SAFE1). Parked and held ones stay (MRG13), and an opt-out that is loosened here without a reason becomes one (MRG16). What is left without anything to send leaves the claim.
 */
export const fillUpdates = async (
  tx: Transaction,
  claimId: number,
  object: SendableObject,
  { onlyOptOuts } = { onlyOptOuts: false },
): Promise<void> => {
  const left = await tx.query<{ person_id: number }>(fillUpdatesSql(object), [
    claimId,
    object.updates,
    object.object,
    object.optOuts,
    onlyOptOuts,
  ]);
  if (left.length === 0) return;
  await tx.run(
    `delete from sync.outbox where person_id = any($1) and claim_id is null and edits = '{}' and not create_lead`,
    [left.map((row) => row.person_id)],
  );
};

const fillUpdatesSql = (object: SendableObject): string => `
with field as materialized (
  select o.person_id, o.claim_id, p.salesforce_id as sf_id, f.column, f.version, v.value, b.base,
         d.info is not null as has_place, o.parked ? f.column as is_parked, $5 and not (f.column = any ($4) and v.value = 'true') as is_braked,
         f.column = any ($4) and b.base = 'true' and v.value <> 'true' and not o.reasons ? f.column as is_unreasoned, (o.edited_at ->> f.column)::timestamptz as edited_at,
         exists (select from sync.conflict k where k.person_id = o.person_id and k.field = f.column and k.winner is null) as is_held,
         (x.acknowledged ? f.column or m."Id" is not null) and not coalesce(x.unanswered ? f.column, false)
           and sync.comparable(v.value, d.info ->> 'compare') is not distinct from sync.comparable(b.base, d.info ->> 'compare') as is_undone
    from sync.outbox o
    join marketing.person p on p.id = o.person_id
    left join ${mirrorTable(object.object)} m on m."Id" = p.salesforce_id
    left join sync.sent x on x.person_id = o.person_id${wideValues(object)}
   cross join lateral ${isWide(object) ? `(select e.key, e.value from jsonb_each(o.edits) e where wide.p is not null)` : 'jsonb_each(o.edits)'} f ("column", version)
   cross join lateral (select $2::jsonb -> f.column as info, ${chosenColumn('p', object)} as ours offset 0) d
   cross join lateral (select ${valueOf('d.ours')} as value) v
   cross join lateral (select coalesce(x.acknowledged -> f.column, ${chosenColumn('m', object)}, 'null') as base offset 0) b
   where o.claim_id = $1),
plan as materialized (
  select person_id, claim_id, sf_id,
         jsonb_object_agg("column", value) filter (where is_sent) as in_flight,
         jsonb_object_agg("column", version) filter (where is_sent) as versions,
         jsonb_object_agg("column", base) filter (where is_sent) as base,
         jsonb_object_agg("column", jsonb_build_array(base, value)) filter (where is_withdrawn) as withdrawn
    from (
      select *, has_place and not is_parked and not is_held and not is_unreasoned and not is_undone and not is_braked as is_sent,
             not is_braked and (not has_place or (is_undone and not is_parked)) as is_withdrawn
        from field) f
   group by person_id, claim_id, sf_id),
put as (
  insert into sync.sent as s (person_id, claim_id, sf_id, in_flight, versions, base, past)
  select person_id, claim_id, sf_id, in_flight, versions, base,
         (select jsonb_object_agg(b.key, jsonb_build_array(b.value)) from jsonb_each(base) b)
    from plan where in_flight is not null order by person_id
  on conflict (person_id) do update
    set claim_id = excluded.claim_id, sf_id = excluded.sf_id, in_flight = excluded.in_flight, versions = excluded.versions,
        base = s.base || excluded.base,
        past = s.past || (
          select jsonb_object_agg(e.key, case when s.past -> e.key @> e.value then s.past -> e.key else coalesce(s.past -> e.key, '[]') || e.value end)
            from jsonb_each(excluded.past) e)),
note as (
  insert into sync.journal (object, row_id, sf_id, cause, fields)
  select $3, person_id, sf_id, 'withdrawn', withdrawn from plan where withdrawn is not null),
asked as (
  insert into sync.conflict (object, person_id, sf_id, field, base, theirs, ours, policy, winner, ours_at)
  select $3, person_id, sf_id, "column", base, base, value, 'opt_out', null, edited_at
    from field where is_unreasoned and has_place and not is_undone and not is_held and not is_braked
   order by person_id, "column"
      on conflict (person_id, field) where winner is null do nothing),
dissolved as (
  delete from sync.conflict k
   where k.winner is null and k.policy <> 'loop' and k.person_id = any(array(select person_id from plan where withdrawn is not null))
     and exists (select from plan where plan.person_id = k.person_id and plan.withdrawn ? k.field))
insert into sync.outbox as o (person_id, edits, claim_id) -- nothing is inserted, for all are there: found by key, whatever the statistics say
select person_id, coalesce(withdrawn, '{}'), case when in_flight is not null then claim_id end
  from plan where withdrawn is not null or in_flight is null order by person_id
    on conflict (person_id) do update
   set edits = o.edits - array(select jsonb_object_keys(excluded.edits)), edited_at = o.edited_at - array(select jsonb_object_keys(excluded.edits)),
       claim_id = excluded.claim_id,
       due_at = case when excluded.claim_id is not null then o.due_at when $5 then clock_timestamp() else 'infinity' end
returning o.person_id`;

/** A create carries everything that the person has and the object may be given. */
export const fillCreates = async (tx: Transaction, claimId: number, object: SendableObject): Promise<void> => {
  await tx.run(FILL_CREATES, [claimId, object.creates]);
};

const FILL_CREATES = `
insert into sync.sent as s (person_id, claim_id, sf_id, in_flight, versions, base)
select o.person_id, o.claim_id, null,
       coalesce(jsonb_object_agg(f.column, ${valueOf('(j.person -> f.column)')}) filter (where f.is_sent), '{}'),
       coalesce(jsonb_object_agg(f.column, o.edits -> f.column) filter (where f.is_sent and o.edits ? f.column), '{}'), '{}'
  from sync.outbox o
  join marketing.person p on p.id = o.person_id
 cross join lateral (select to_jsonb(p) || coalesce(to_jsonb(p) -> 'more', '{}') as person offset 0) j
 cross join lateral (
   select e.key as "column", coalesce(j.person ->> e.key, '') <> '' or o.edits ? e.key as is_sent
     from jsonb_each($2::jsonb) e where not o.parked ? e.key) f
 where o.claim_id = $1
 group by o.person_id, o.claim_id
 order by o.person_id
on conflict (person_id) do update
  set claim_id = excluded.claim_id, sf_id = excluded.sf_id, in_flight = excluded.in_flight, versions = excluded.versions`;

/** One record of a request. */
export interface Sending {
  readonly personId: number;
  readonly sfId: string | null;
  readonly externalId: string;
  readonly lockTries: number;
  readonly faultTries: number;
  /** An earlier answer was lost (OUT23). */
  readonly wasLost: boolean;
  /** Salesforce's names of fields that a create needs, the person lacks and no default fills (ACT6). */
  readonly missing: readonly string[];
  /** Columns that are sent. */
  readonly columns: readonly string[];
  /** What is sent of the record, as JSON text. */
  readonly fields: string;
  /** MRG16: it loosens an opt-out, and goes only if nobody changed the record since this time, when it was last changed as we read it. */
  readonly unmodifiedSince: Date | null;
  /** OUT32: somebody chose to save it although records like it exist, and an admin lets that be. */
  readonly savesDuplicate: boolean;
  /** Somebody chose that it is a record of its own, whatever is like it. */
  readonly isOwnRecord: boolean;
  /** The person never was a record. */
  readonly isUnlinked: boolean;
}

/** The record as a collection carries it, attributes first, as JSON text. */
export const recordJson = (object: string, { sfId, externalId, fields }: Sending): string => {
  const key = sfId === null ? [EXTERNAL_ID_FIELD, externalId] : ['Id', sfId];
  const head = `{"attributes":{"type":${JSON.stringify(object)}},${JSON.stringify(key[0])}:${JSON.stringify(key[1])}`;
  return fields === '{}' ? `${head}}` : `${head},${fields.slice(1)}`;
};

interface SendingRow {
  readonly person_id: number;
  readonly sf_id: string | null;
  readonly external_id: string;
  readonly lock_tries: number;
  readonly fault_tries: number;
  readonly was_lost: boolean;
  readonly missing: readonly string[];
  readonly columns: readonly string[];
  readonly fields: string;
  readonly saves_duplicate: boolean;
  readonly is_own_record: boolean;
  readonly is_unlinked: boolean;
  readonly unmodified_since: Date | null;
}

/** The records of a claim, those of one account together (OUT15). */
export const readSendings = async (
  tx: Transaction,
  claimId: number,
  object: SendableObject,
): Promise<readonly Sending[]> => {
  const rows = await tx.query<SendingRow>(sendingsSql(object), [
    claimId,
    object.updates,
    object.required,
    object.optOuts,
  ]);
  return rows.map((row) => ({
    personId: row.person_id,
    sfId: row.sf_id,
    externalId: row.external_id,
    lockTries: row.lock_tries,
    faultTries: row.fault_tries,
    wasLost: row.was_lost,
    missing: row.missing,
    columns: row.columns,
    fields: row.fields,
    savesDuplicate: row.saves_duplicate,
    isOwnRecord: row.is_own_record,
    isUnlinked: row.is_unlinked,
    unmodifiedSince: row.unmodified_since,
  }));
};

/** A checkbox has no null in Salesforce: it is sent as false, and what comes back is theirs (MRG11). Times want their milliseconds and zone. */
export const WIRE_VALUE = `case d.info ->> 'wire'
         when 'boolean' then coalesce(nullif(v.value, 'null'), 'false')
         when 'time' then case when v.value = 'null' then v.value else to_jsonb(to_char((v.value #>> '{}')::time, 'HH24:MI:SS.MS"Z"')) end
         else v.value end`;

/** MRG16: whether what is in flight of `sync.sent` s loosens one of these opt-outs. */
export const loosens = (optOuts: string): string =>
  `exists (select from unnest(${optOuts}::text[]) c where s.base -> c = 'true' and s.in_flight ? c and s.in_flight -> c <> 'true')`;

/**
 * ACT6: what a create carries where the person has nothing. It is no value of ours, so it is on the wire alone: as base stays what the
 * person has, it comes home as a value of Salesforce's and is taken.
 */
const CREATE_DEFAULTS = `
select coalesce(jsonb_object_agg(case name when 'defaultLastName' then 'LastName' else 'Company' end, value), '{}') as of_name
  from sync.setting where name in ('defaultLastName', 'defaultCompany')`;

const sendingsSql = ({ accountColumn, object }: SendableObject): string => `
select s.person_id, s.sf_id, p.external_id, o.lock_tries, o.fault_tries,
       s.unanswered <> '{}' or o.fault_tries > 0 as was_lost,
       k.missing,
       array(select jsonb_object_keys(s.in_flight)) as columns,
       (coalesce(r.fields, '{}') || k.fields)::text as fields,
       o.saves_duplicate and exists (select from sync.setting where name = 'saveDuplicates' and value = 'true') as saves_duplicate,
       o.saves_duplicate as is_own_record, p.salesforce_id is null as is_unlinked,
       case when ${loosens('$4')} then (select m."SystemModstamp" from ${mirrorTable(object)} m where m."Id" = s.sf_id) end as unmodified_since
  from sync.sent s
  join sync.outbox o on o.person_id = s.person_id
  join marketing.person p on p.id = s.person_id
 cross join lateral (
   select jsonb_object_agg(d.info ->> 'name', ${WIRE_VALUE}) as fields
     from jsonb_each(s.in_flight) v ("column", value)
    cross join lateral (select $2::jsonb -> v.column as info) d) r
 cross join (${CREATE_DEFAULTS}) u
 cross join lateral (
   select coalesce(jsonb_object_agg(e.value, u.of_name -> e.value) filter (where u.of_name ? e.value), '{}') as fields,
          coalesce(array_agg(e.value) filter (where not u.of_name ? e.value), '{}') as missing
     from jsonb_each_text($3::jsonb) e where s.sf_id is null and coalesce(btrim(s.in_flight ->> e.key), '') = '') k
 where s.claim_id = $1
 order by ${accountColumn === null ? '' : `p."${accountColumn.replaceAll('"', '""')}" nulls last, `}s.person_id`;
