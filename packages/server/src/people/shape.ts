/**
 * The shape of people that depends on the map: triggers that note edits, who owns a person, and who may write which column.
 *
 * `compilePeopleShape` is pure; its statements may be run again at any time, and are, whenever the map changes. The columns are
 * there already. A digest of what was applied is kept beside it, so that a newer Syncline notices. Edits are checked and noted after the statement, from its transition tables: a row-level trigger costs 35 µs
 * a row, this 6 µs, and the sync's own updates pay nothing (ENGINE, section 3).
 */
import { createHash } from 'node:crypto';
import pg from 'pg';
import type { Database, Transaction } from '../db/db.ts';
import { compileOwnerView } from '../mapping/compile-owner.ts';
import { type FieldMap, sendableFields } from '../mapping/mapping.ts';
import { OWN_MORE } from '../mapping/shape.ts';
import { companyShape, editableOfCompany, noteCompanies } from './shape-company.ts';

interface ShapeStatement {
  readonly name: string;
  readonly sql: string;
}

/** Compiles the shape and runs it. The caller is `syncline_sync`, which owns the three schemas. */
export const applyPeopleShape = async (tx: Transaction, map: FieldMap): Promise<void> => {
  const statements = compilePeopleShape(map);
  for (const statement of statements) await tx.run(statement.sql);
  await tx.run(`comment on function sync.note_person_update() is ${text(digestOf(statements))}`);
};

/** At the start of a process: a newer Syncline may compile another shape from the same map. True: it did, and it is applied. */
export const renewPeopleShape = (db: Database, map: FieldMap): Promise<boolean> =>
  db.transaction(async (tx) => {
    await tx.run(`select pg_advisory_xact_lock(hashtext('syncline migrate'))`);
    const [applied] = await tx.query<{ digest: string | null }>(
      `select obj_description(p.oid, 'pg_proc') as digest from pg_proc p where p.oid = to_regprocedure('sync.note_person_update()')`,
    );
    if (!applied || applied.digest === digestOf(compilePeopleShape(map))) return false;
    await applyPeopleShape(tx, map);
    return true;
  });

const digestOf = (statements: readonly ShapeStatement[]): string =>
  createHash('sha256')
    .update(statements.map(({ sql }) => sql).join('\n'))
    .digest('hex');

const compilePeopleShape = (map: FieldMap): readonly ShapeStatement[] => [
  { name: 'refuse_person_insert', sql: REFUSE_INSERT },
  { name: 'note_person_update', sql: noteUpdate(sendableColumns(map), noteCompanies(map)) },
  { name: 'note_person_delete', sql: NOTE_DELETE },
  { name: 'refuse_truncate', sql: REFUSE_TRUNCATE },
  { name: 'triggers', sql: TRIGGERS },
  { name: 'sync_person', sql: SYNC_PERSON },
  { name: 'reverse_conflict', sql: REVERSE_CONFLICT },
  ...compileOwnerView(map).map((sql) => ({ name: 'person_owner', sql })),
  ...companyShape(map).map((sql) => ({ name: 'person_company', sql })),
  {
    name: 'grants',
    sql: grants(
      storedColumns(sendableColumns(map)),
      editableOfCompany(
        map,
        sendableColumns(map).map(({ column }) => column),
      ),
    ),
  },
];

interface SendableColumn {
  readonly column: string;
  readonly isText: boolean;
  /** On which of the two objects the column may be sent. */
  readonly on: 'both' | 'Lead' | 'Contact';
  /** MAP14. */
  readonly isInMore: boolean;
}

/** Columns of `marketing.person` that some object of a person may be sent, in the map's order. */
const sendableColumns = (map: FieldMap): readonly SendableColumn[] => {
  const lead = new Map(sendableFields(map.objects.Lead).map((field) => [field.column ?? '', field]));
  const contact = new Map(sendableFields(map.objects.Contact).map((field) => [field.column ?? '', field]));
  return [...new Set([...lead.keys(), ...contact.keys()])].map((column) => ({
    column,
    isText: (lead.get(column) ?? contact.get(column))?.mirrorType === 'text',
    isInMore: (lead.get(column) ?? contact.get(column))?.isInMore === true,
    on: lead.has(column) && contact.has(column) ? 'both' : lead.has(column) ? 'Lead' : 'Contact',
  }));
};

const id = pg.escapeIdentifier;
const text = pg.escapeLiteral;

/**
 * A person made here is in no org and has nothing to send (OUT7); what only the sync knows may not be given with it. This one is a row
 * trigger, whose condition costs less than a table of the inserted rows, which every page of a load would pay for.
 */
const REFUSE_INSERT = `
create or replace function sync.refuse_person_insert() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  raise exception 'salesforce_id, salesforce_type and is_deleted of a person are written by the sync alone'
    using errcode = '42501', hint = 'Insert the person without them, then call marketing.sync_person(id) to make its lead.';
end $$`;

/**
 * What is edited while the setting \`syncline.reason\` says why keeps that beside the edit: an opt-out that is loosened goes out with it alone (MRG16).
 *
 * A person without a record is noted too once it has an outbox row: its lead is wanted or being made, and an edit between claim and
 * link would be lost else. Text is compared first as it is, which is cheap, and only then as MRG4 means it.
 *
 * The plan is made once a session: with the planner's choice the first five writes of every session planned it anew, at 80 columns
 * 30 to 100 ms each, against 1 to 2 ms afterwards.
 */
const noteUpdate = (columns: readonly SendableColumn[], companies: string): string => `
create or replace function sync.note_person_update() returns trigger
  language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  this_version bigint;
  this_time jsonb := to_jsonb(clock_timestamp());
  this_reason jsonb := to_jsonb(nullif(current_setting('syncline.reason', true), ''));
begin
  if sync.is_own_write() then return null; end if;
  if exists (
    select from new_rows n full join old_rows o on o.id = n.id -- a changed id finds no partner, and external_id is never null
     where (n.external_id, n.salesforce_id, n.salesforce_type, n.is_deleted)
           is distinct from (o.external_id, o.salesforce_id, o.salesforce_type, o.is_deleted)) then
    raise exception 'id, external_id, salesforce_id, salesforce_type and is_deleted of a person are written by the sync alone'
      using errcode = '42501', hint = 'Change the other columns; where the person is in Salesforce is found out by the sync.';
  end if;${columns.length === 0 ? '' : noteEdits(columns)}${companies}
  return null;
end $$`;

const noteEdits = (columns: readonly SendableColumn[]): string => `
  this_version := nextval('sync.edit_version');
  insert into sync.outbox as x (person_id, edits, edited_at, reasons, lane, due_at)
  select e.id,
         (select jsonb_object_agg(f, this_version) from unnest(e.fields) f),
         (select jsonb_object_agg(f, this_time) from unnest(e.fields) f),
         case when this_reason is null then '{}' else (select jsonb_object_agg(f, this_reason) from unnest(e.fields) f) end,
         case current_setting('syncline.lane', true) when 'urgent' then 0 when 'backfill' then 2 else 1 end,
         case when e.is_deleted then timestamptz 'infinity' else now() end
    from (
      select n.id, n.is_deleted, array_remove(array[
${columns
  .filter(({ isInMore }) => !isInMore)
  .map((column) => `               ${editOf(column)}`)
  .join(',\n')}
             ], null)${editsOfMore(columns)} as fields
        from new_rows n join old_rows o on o.id = n.id
       where (${storedColumns(columns)
         .map((column) => `n.${id(column)}`)
         .join(', ')})
             is distinct from
             (${storedColumns(columns)
               .map((column) => `o.${id(column)}`)
               .join(', ')})
         and (n.salesforce_id is not null or exists (select from sync.outbox waiting where waiting.person_id = n.id))
    ) e
   where e.fields <> '{}'
   order by e.id -- one lock order for everybody
  on conflict (person_id) do update
    set edits = x.edits || excluded.edits,
        edited_at = x.edited_at || excluded.edited_at,
        reasons = case when x.reasons = '{}' then excluded.reasons
                       else (x.reasons - array(select jsonb_object_keys(excluded.edits))) || excluded.reasons end,
        parked = '{}',
        lock_tries = case when x.parked = '{}' then x.lock_tries else 0 end,
        fault_tries = case when x.parked = '{}' then x.fault_tries else 0 end,
        lane = least(x.lane, excluded.lane),
        due_at = case when x.claim_id is null then least(x.due_at, excluded.due_at) else x.due_at end;
  if found then perform pg_notify('syncline_outbox', ''); end if;`;

/** Columns of the table in which these lie. */
const storedColumns = (columns: readonly SendableColumn[]): readonly string[] => [
  ...columns.filter(({ isInMore }) => !isInMore).map(({ column }) => column),
  ...(columns.some(({ isInMore }) => isInMore) ? [OWN_MORE] : []),
];

/** MAP14: the same of what lies in `more`, whose two values are unpacked once. */
const editsOfMore = (columns: readonly SendableColumn[]): string => {
  const more = columns.filter(({ isInMore }) => isInMore);
  if (more.length === 0) return '';
  return ` || array(
               select f.name from (select n.${OWN_MORE} || '{}' as n, o.${OWN_MORE} || '{}' as o offset 0) w
                 join (values ${more.map(({ column, isText, on }) => `(${text(column)}, ${isText}, ${text(on)})`).join(', ')}) f (name, is_text, on_object)
                   on case when f.is_text then sync.plain(w.n ->> f.name) is distinct from sync.plain(w.o ->> f.name)
                           else (w.n ->> f.name) is distinct from (w.o ->> f.name) end
                where n.${OWN_MORE} is distinct from o.${OWN_MORE}
                  and case f.on_object when 'Lead' then n.salesforce_type is distinct from 'Contact' when 'Contact' then n.salesforce_type = 'Contact' else true end)`;
};

const editOf = ({ column, isText, on }: SendableColumn): string => {
  const [n, o] = [`n.${id(column)}`, `o.${id(column)}`];
  const differs = `${n} is distinct from ${o}${isText ? ` and sync.plain(${n}) is distinct from sync.plain(${o})` : ''}`;
  const hasPlace = {
    both: '',
    Lead: " and n.salesforce_type is distinct from 'Contact'",
    Contact: " and n.salesforce_type = 'Contact'",
  }[on];
  return `case when ${differs}${hasPlace} then ${text(column)} end`;
};

/**
 * The links stay as tombstones, and so does what tells an echo of ours from a change (ID20); what waited to be sent goes with the person. A
 * plain delete deletes nothing in Salesforce.
 */
const NOTE_DELETE = `
create or replace function sync.note_person_delete() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  if sync.is_own_write() then return null; end if;
  insert into sync.deleted_person as d (external_id, person_id, owes)
  select o.external_id, o.id, coalesce(s.in_flight <> '{}' or s.unanswered <> '{}', false)
    from old_rows o
    left join sync.sent s on s.person_id = o.id
   where s.person_id is not null or exists (select from sync.link l where l.person_id = o.id)
   order by o.external_id
  on conflict (external_id) do update set person_id = excluded.person_id, deleted_at = excluded.deleted_at, owes = excluded.owes;
  delete from sync.outbox x using old_rows o where x.person_id = o.id; -- every name qualified: a person may have a column \`state\`
  delete from sync.sent s using old_rows o where s.person_id = o.id;
  delete from sync.conflict k using old_rows o where k.person_id = o.id and k.winner is null;
  update sync.link l set state = 'deleted_here', ended_at = now() from old_rows o
   where l.person_id = o.id and l.state in ('live', 'deleted', 'out_of_sight', 'out_of_scope');
  return null;
end $$`;

const REFUSE_TRUNCATE = `
create or replace function sync.refuse_truncate() returns trigger language plpgsql set search_path = '' as $$
begin
  raise exception 'people are not truncated: the sync could not see who was removed'
    using errcode = '42501', hint = 'Use delete from marketing.person.';
end $$`;

/** ENABLE ALWAYS: they fire in a session with session_replication_role = replica as well (OUT4). */
const TRIGGERS = `
do $$
declare
  wanted record;
begin
  for wanted in
    select * from (values
      ('refuse_insert', 'after insert on marketing.person for each row
          when ((new.salesforce_id is not null or new.salesforce_type is not null or new.is_deleted) and not sync.is_own_write())
          execute function sync.refuse_person_insert()'),
      ('note_update', 'after update on marketing.person referencing old table as old_rows new table as new_rows for each statement execute function sync.note_person_update()'),
      ('note_delete', 'after delete on marketing.person referencing old table as old_rows for each statement execute function sync.note_person_delete()'),
      ('refuse_truncate', 'before truncate on marketing.person for each statement execute function sync.refuse_truncate()')
    ) t (name, rest)
  loop
    if not exists (select from pg_trigger where tgrelid = 'marketing.person'::regclass and tgname = wanted.name) then
      execute format('create trigger %I %s', wanted.name, wanted.rest);
      execute format('alter table marketing.person enable always trigger %I', wanted.name);
    end if;
  end loop;
end $$`;

/** ACT4, its creating half, also where the record was deleted there (ID18). The person's row is held, so that a link made meanwhile is seen. */
const SYNC_PERSON = `
create or replace function marketing.sync_person(id bigint) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  found_person record;
begin
  select p.salesforce_id, p.salesforce_type, p.is_deleted into found_person
    from marketing.person p where p.id = sync_person.id for no key update;
  if not found then
    raise exception 'there is no person %', sync_person.id using errcode = 'SL001';
  elsif found_person.salesforce_id is not null and not found_person.is_deleted then
    raise exception 'person % is in Salesforce already, as % %', sync_person.id, found_person.salesforce_type, found_person.salesforce_id
      using errcode = 'SL002', hint = 'Its changes go there by themselves.';
  end if;
  insert into sync.outbox as x (person_id, create_lead, lane, due_at) values (sync_person.id, true, 0, now())
  on conflict (person_id) do update
    set create_lead = true, lane = 0, parked = '{}', lock_tries = 0, fault_tries = 0,
        due_at = case when x.claim_id is null then now() else x.due_at end;
  perform pg_notify('syncline_outbox', '');
end $$`;

/** The loser's value becomes the person's, as an edit of whoever calls. Refused once the field holds something else than the winner's value. */
const REVERSE_CONFLICT = `
create or replace function marketing.reverse_conflict(conflict_id bigint) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  decided record;
  present jsonb;
  winner jsonb;
  loser jsonb;
begin
  select c.* into decided from sync.conflict c where c.conflict_id = reverse_conflict.conflict_id and c.winner is not null for update;
  if not found then
    raise exception 'there is no conflict %', reverse_conflict.conflict_id using errcode = 'SL004';
  elsif decided.reversed_at is not null then
    raise exception 'conflict % was reversed at %', decided.conflict_id, decided.reversed_at using errcode = 'SL005';
  end if;
  select (to_jsonb(p) || coalesce(to_jsonb(p) -> 'more', '{}')) -> decided.field into present from marketing.person p where p.id = decided.person_id for no key update;
  if not found then
    raise exception 'there is no person %', decided.person_id using errcode = 'SL001';
  end if;
  winner := case decided.winner when 'salesforce' then decided.theirs else decided.ours end;
  loser := case decided.winner when 'salesforce' then decided.ours else decided.theirs end;
  if sync.plain(present #>> '{}') is distinct from sync.plain(winner #>> '{}') then
    raise exception 'the field % of person % has changed since conflict %', decided.field, decided.person_id, decided.conflict_id
      using errcode = 'SL006', hint = 'Look at the person and edit the field there.';
  end if;
  if exists (select from sync.field f where f.object = decided.object and f.column_name = decided.field and f.is_in_more) then
    execute 'update marketing.person p set more = p.more || jsonb_build_object($1::text, $2) where p.id = $3'
      using decided.field, loser, decided.person_id;
  else execute format(
    'update marketing.person p set %1$I = (jsonb_populate_record(null::marketing.person, jsonb_build_object(%1$L, $1))).%1$I where p.id = $2',
    decided.field) using loser, decided.person_id;
  end if;
  update sync.conflict c set reversed_at = now() where c.conflict_id = decided.conflict_id;
end $$`;

/**
 * SEC10. The engineers' role reads the three schemas, except secrets, and writes people: the columns that have a way to Salesforce, nothing
 * that only Salesforce or the sync moves.
 * Companies, opportunities, roles and owners are Salesforce's (N61, N62): an edit here would differ from it until their row happens to be read. Only
 * what a person shows of its company is edited, through the person (MRG20).
 */
const grants = (columns: readonly string[], ofCompany: readonly string[]): string => {
  const list = columns.map(id).join(', ');
  return `
do $$
begin
  if not exists (select from pg_roles where rolname = 'syncline_engineer') then return; end if;
  grant usage on schema marketing, salesforce, sync to syncline_engineer;
  grant select on all tables in schema marketing, salesforce, sync to syncline_engineer;
  alter default privileges in schema marketing, salesforce grant select on tables to syncline_engineer;
  revoke select on sync.connection, sync.app_user, sync.session, sync.sign_in_code, sync.api_token, sync.erasure from syncline_engineer;
  execute (
    select string_agg(format('grant select (%I) on %s to syncline_engineer', attname, attrelid::regclass), '; ')
      from pg_attribute
     where attrelid in ('sync.connection'::regclass, 'sync.app_user'::regclass) and attnum > 0 and not attisdropped
       and attname not in ('secrets', 'password_hash'));
  grant usage on sequence sync.person_id to syncline_engineer;
  revoke insert, update on marketing.person from syncline_engineer; -- of columns that were sent once as well
  grant delete on marketing.person to syncline_engineer;${
    list === ''
      ? ''
      : `
  grant insert (${list}), update (${list}) on marketing.person to syncline_engineer;`
  }${ofCompany.length === 0 ? '' : `\n  grant update (${ofCompany.map(id).join(', ')}) on marketing.person_company to syncline_engineer;`}
  grant execute on all functions in schema marketing to syncline_engineer;
end $$`;
};
