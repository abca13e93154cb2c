-- The merge of Account, compiled from a map of a few fields.

-- == staging, once a session ==

-- page: where the page lands, typed like the mirror
create temp table if not exists "Account_page_3393c671" (
       "Id" text collate "C", "IsDeleted" boolean, "MasterRecordId" text, "SystemModstamp" timestamptz,
       "LastModifiedDate" timestamptz(0), "Name" text, "AnnualRevenue" numeric
       ) on commit delete rows;

-- verdict: what is to be done with each row that is not simply known already
create temp table if not exists "Account_verdict_3393c671" (
       sf_id text collate "C", person bigint, state text, is_gone boolean not null, is_merged boolean not null, is_converted boolean not null,
       is_keyed boolean not null default false, is_unmirrored boolean not null, is_doubtful boolean not null, is_live boolean not null, is_new boolean not null default false,
       is_revived boolean not null default false, linked_by text, holder text collate "C", take text[] not null, expected jsonb
       ) on commit delete rows;

-- verdict_by_record: a verdict is looked up by record
create index if not exists "Account_verdict_3393c671_record" on pg_temp."Account_verdict_3393c671" (sf_id);

-- == a page arrives ==

copy pg_temp."Account_page_3393c671" ("Id", "IsDeleted", "MasterRecordId", "SystemModstamp", "LastModifiedDate", "Name", "AnnualRevenue") from stdin with (format csv, header match, force_null ("Id", "IsDeleted", "MasterRecordId", "SystemModstamp", "LastModifiedDate", "Name", "AnnualRevenue"));

insert into pg_temp."Account_page_3393c671"
       ("Id", "IsDeleted", "MasterRecordId", "SystemModstamp", "LastModifiedDate", "Name", "AnnualRevenue")
select r."Id", r."IsDeleted", r."MasterRecordId", r."SystemModstamp", r."LastModifiedDate", r."Name",
       r."AnnualRevenue"
  from json_to_recordset($1::json #> $2::text[]) as r (
       "Id" text, "IsDeleted" boolean, "MasterRecordId" text, "SystemModstamp" timestamptz,
       "LastModifiedDate" timestamptz(0), "Name" text, "AnnualRevenue" numeric);

-- == merge ==

-- long_ids: ID2: an id of 15 characters is the record of its 18
update pg_temp."Account_page_3393c671" s set "Id" = sync.id18("Id") where length("Id") <> 18;

-- one_row_each: of a record that the page holds twice, the latest stays
delete from pg_temp."Account_page_3393c671" s using pg_temp."Account_page_3393c671" t
 where t."Id" = s."Id" and (t."SystemModstamp", t.ctid) > (s."SystemModstamp", s.ctid);

-- verdict: which rows are new, or say anything that the mirror does not
insert into pg_temp."Account_verdict_3393c671" (sf_id, is_gone, is_merged, is_converted, is_unmirrored, is_doubtful, is_live, take)
select s."Id", coalesce(s."IsDeleted", false), s."MasterRecordId" is not null, false, m."Id" is null,
       coalesce(m."SystemModstamp" = s."SystemModstamp" and m."_began_at" = (select nullif(current_setting('syncline.began_at', true), '')::timestamptz) and (s."IsDeleted", s."MasterRecordId", s."SystemModstamp", s."LastModifiedDate", s."Name", s."AnnualRevenue")
         is distinct from
         (m."IsDeleted", m."MasterRecordId", m."SystemModstamp", m."LastModifiedDate", m."Name", m."AnnualRevenue"), false), true, '{}'
  from pg_temp."Account_page_3393c671" s
  left join salesforce."Account" m on m."Id" = s."Id"
 where (m."Id" is null
    or m."SystemModstamp" < s."SystemModstamp"
    or (m."SystemModstamp" = s."SystemModstamp" and m."_began_at" <= (select nullif(current_setting('syncline.began_at', true), '')::timestamptz)
        and ((s."IsDeleted", s."MasterRecordId", s."SystemModstamp", s."LastModifiedDate", s."Name", s."AnnualRevenue")
         is distinct from
         (m."IsDeleted", m."MasterRecordId", m."SystemModstamp", m."LastModifiedDate", m."Name", m."AnnualRevenue"))));

-- survey: what the page needs
select count(*) > 0 as found, coalesce(bool_or(is_doubtful), false) as doubtful, coalesce(bool_or(is_gone), false) as gone
  from pg_temp."Account_verdict_3393c671";

-- read_again: IN8: one stamp, two values, and nobody knows which read began later
-- when doubtful
insert into sync.reread as r (object, sf_id, reason)
select 'Account', sf_id, 'stale_read' from pg_temp."Account_verdict_3393c671" where is_doubtful order by sf_id
    on conflict (object, sf_id) do update set asked_at = clock_timestamp(), due_at = least(r.due_at, excluded.due_at);

-- leave_doubtful: until then the page decides nothing about it
-- when doubtful
delete from pg_temp."Account_verdict_3393c671" where is_doubtful;

-- journal: each changed field with its value before and after
-- when found
insert into sync.journal (object, row_id, sf_id, cause, run_id, fields)
select 'Account', o.id, v.sf_id, 
       case when v.is_gone and v.is_merged and not o.is_deleted then 'merged' when v.is_gone and not o.is_deleted then 'deleted' when o.is_deleted and not v.is_gone then 'undeleted' else 'salesforce' end, (select nullif(current_setting('syncline.run_id', true), '')::bigint), d.fields
  from pg_temp."Account_verdict_3393c671" v
  join pg_temp."Account_page_3393c671" s on s."Id" = v.sf_id
  join marketing.company o on o.salesforce_id = v.sf_id and o.salesforce_id = any (array(select sf_id from pg_temp."Account_verdict_3393c671"))
 cross join lateral (select jsonb_strip_nulls(jsonb_build_object(
        'name', case when o."name" is distinct from s."Name" then jsonb_build_array(o."name", s."Name") end,
        'annual_revenue', case when o."annual_revenue" is distinct from s."AnnualRevenue" then jsonb_build_array(o."annual_revenue", s."AnnualRevenue") end)) as fields offset 0) d
 where d.fields <> '{}' or o.is_deleted <> v.is_gone;

-- deleted: a deleted row stays, and says so
-- when found, gone
update marketing.company o set is_deleted = true
  from pg_temp."Account_verdict_3393c671" v
 where o.salesforce_id = v.sf_id and v.is_gone and not o.is_deleted and o.salesforce_id = any (array(select sf_id from pg_temp."Account_verdict_3393c671"));

-- rows: MRG21: what differs here is overwritten
-- when found
update marketing.company o
   set "name" = s."Name", "annual_revenue" = s."AnnualRevenue", is_deleted = v.is_gone
  from pg_temp."Account_verdict_3393c671" v
  join pg_temp."Account_page_3393c671" s on s."Id" = v.sf_id
 where o.salesforce_id = v.sf_id and o.salesforce_id = any (array(select sf_id from pg_temp."Account_verdict_3393c671"))
   and (o."name", o."annual_revenue", o.is_deleted)
       is distinct from
       (s."Name", s."AnnualRevenue", v.is_gone);

-- edits_end: MRG20: what was edited here through a person is overwritten
-- when found
delete from sync.company_edit e
 using pg_temp."Account_verdict_3393c671" v, marketing.company o
 where o.salesforce_id = v.sf_id and o.salesforce_id = any (array(select sf_id from pg_temp."Account_verdict_3393c671")) and e.company_id = o.id;

-- new_rows: a record never seen has a row, unless it was deleted before we knew it
-- when found
with born as (
insert into marketing.company (salesforce_id, "name", "annual_revenue")
select s."Id", s."Name", s."AnnualRevenue"
  from pg_temp."Account_verdict_3393c671" v
  join pg_temp."Account_page_3393c671" s on s."Id" = v.sf_id
 where not v.is_gone and not exists (select from marketing.company o where o.salesforce_id = v.sf_id)
returning id, salesforce_id)
insert into sync.journal (object, row_id, sf_id, cause, run_id)
select 'Account', id, salesforce_id, 'salesforce', (select nullif(current_setting('syncline.run_id', true), '')::bigint) from born;

-- moved_Contact: ID14: they may hang on the winner by now, and no stamp says so
-- when gone
insert into sync.reread as r (object, sf_id, reason)
select 'Contact', c.salesforce_id, 'moved'
  from marketing.person c
 where c."account_id" = any (array(select sf_id from pg_temp."Account_verdict_3393c671" where is_gone and is_merged))
   and c.salesforce_id is not null and not c.is_deleted and c.salesforce_type = 'Contact'
 order by c.salesforce_id
    on conflict (object, sf_id) do update set asked_at = clock_timestamp(), due_at = least(r.due_at, excluded.due_at);

-- merged_away: OBJ3: of two merged rows the winner is left
-- when found, gone
delete from marketing.company o
 using pg_temp."Account_verdict_3393c671" v, pg_temp."Account_page_3393c671" s
 where o.salesforce_id = v.sf_id and v.is_gone and v.is_merged and s."Id" = v.sf_id
   and exists (select from marketing.company w where w.salesforce_id = s."MasterRecordId" collate "C")
   and o.salesforce_id = any (array(select sf_id from pg_temp."Account_verdict_3393c671" where is_gone and is_merged));

-- mirror_moves: the mirror holds what Salesforce last told us, whoever won
-- when found
update salesforce."Account" m
   set "IsDeleted" = s."IsDeleted", "MasterRecordId" = s."MasterRecordId", "SystemModstamp" = s."SystemModstamp",
       "LastModifiedDate" = s."LastModifiedDate", "Name" = s."Name", "AnnualRevenue" = s."AnnualRevenue",
       "_began_at" = (select nullif(current_setting('syncline.began_at', true), '')::timestamptz)
  from pg_temp."Account_verdict_3393c671" v
  join pg_temp."Account_page_3393c671" s on s."Id" = v.sf_id
 where m."Id" = v.sf_id and not v.is_unmirrored
   and m."Id" = any (array(select sf_id from pg_temp."Account_verdict_3393c671" where not is_unmirrored))
   and (s."IsDeleted", s."MasterRecordId", s."SystemModstamp", s."LastModifiedDate", s."Name", s."AnnualRevenue")
       is distinct from
       (m."IsDeleted", m."MasterRecordId", m."SystemModstamp", m."LastModifiedDate", m."Name", m."AnnualRevenue");

-- mirror_grows: a record never seen has its row
-- when found
insert into salesforce."Account"
       ("Id", "IsDeleted", "MasterRecordId", "SystemModstamp", "LastModifiedDate", "Name", "AnnualRevenue", "_began_at")
select s."Id", s."IsDeleted", s."MasterRecordId", s."SystemModstamp", s."LastModifiedDate", s."Name", s."AnnualRevenue", (select nullif(current_setting('syncline.began_at', true), '')::timestamptz)
  from pg_temp."Account_verdict_3393c671" v
  join pg_temp."Account_page_3393c671" s on s."Id" = v.sf_id
 where v.is_unmirrored;

-- cursor: IN4: the greatest stamp applied so far
-- when poll
update sync.cursor c set at = p.at
  from (select max("SystemModstamp") as at from pg_temp."Account_page_3393c671") p
 where c.object = 'Account' and p.at > coalesce(c.at, '-infinity');

-- == a page of an initial load ==

create or replace function sync."load_Account"() returns trigger
  language plpgsql set search_path = '' as $$
declare
  page_secret bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
  page_start bytea := substr(uuid_send(gen_random_uuid()), 1, 2);
  page_run bigint := nullif(current_setting('syncline.run_id', true), '')::bigint;
  page_created bigint;
begin
  with born as (
    insert into marketing.company (salesforce_id, "name", "annual_revenue")
    select s."Id", s."Name", s."AnnualRevenue"
      from page s
     where case when length(s."Id") <> 18 then sync.refuse_known(s."Id") else not coalesce(s."IsDeleted", false) end
    returning id, salesforce_id
  )
  insert into sync.journal (object, row_id, sf_id, cause, run_id)
  select 'Account', b.id, b.salesforce_id, 'load', page_run from born b;
  get diagnostics page_created = row_count;
  perform set_config('syncline.created', page_created::text, true);
  return null;
end $$;

create or replace trigger load after insert on salesforce."Account" referencing new table as page
  for each statement when (current_setting('syncline.load', true) = 'on') execute function sync."load_Account"();

do $$ begin
  execute format('alter table %s alter column "_began_at" set default %L::timestamptz', 'salesforce."Account"', current_setting('syncline.began_at'));
end $$;

copy salesforce."Account" ("Id", "IsDeleted", "MasterRecordId", "SystemModstamp", "LastModifiedDate", "Name", "AnnualRevenue") from stdin with (format csv, header match, force_null ("Id", "IsDeleted", "MasterRecordId", "SystemModstamp", "LastModifiedDate", "Name", "AnnualRevenue"));

alter table salesforce."Account" alter column "_began_at" drop default;

drop trigger if exists load on salesforce."Account";

drop function if exists sync."load_Account"();
