-- The merge of Lead, compiled from a map of a few fields.

-- == staging, once a session ==

-- page: where the page lands, typed like the mirror
create temp table if not exists "Lead_page_d11258e8" (
       "Id" text collate "C", "IsDeleted" boolean, "MasterRecordId" text, "SystemModstamp" timestamptz,
       "LastModifiedDate" timestamptz(0), "Syncline_Key__c" text, "Name" text, "Email" text,
       "HasOptedOutOfEmail" boolean, "Interests__c" text, "IsConverted" boolean, "ConvertedContactId" text
       ) on commit delete rows;

-- verdict: what is to be done with each row that is not simply known already
create temp table if not exists "Lead_verdict_d11258e8" (
       sf_id text collate "C", person bigint, state text, is_gone boolean not null, is_merged boolean not null, is_converted boolean not null,
       is_keyed boolean not null default false, is_unmirrored boolean not null, is_doubtful boolean not null, is_live boolean not null, is_new boolean not null default false,
       is_revived boolean not null default false, linked_by text, holder text collate "C", take text[] not null, expected jsonb
       ) on commit delete rows;

-- verdict_by_record: a verdict is looked up by record
create index if not exists "Lead_verdict_d11258e8_record" on pg_temp."Lead_verdict_d11258e8" (sf_id);

-- verdict_by_person: and by person
create index if not exists "Lead_verdict_d11258e8_person" on pg_temp."Lead_verdict_d11258e8" (person);

-- held: persons of the page with unsettled edits or sent values
create temp table if not exists "Lead_held_d11258e8" (
       sf_id text collate "C", person bigint, edits jsonb not null, edited_at jsonb not null, in_flight jsonb not null,
       acknowledged jsonb not null, unanswered jsonb not null, base jsonb not null, past jsonb not null, seen jsonb not null,
       is_fresh boolean not null, is_first boolean not null
       ) on commit delete rows;

-- held_by_person: looked up by person, whichever table the planner begins with
create index if not exists "Lead_held_d11258e8_person" on pg_temp."Lead_held_d11258e8" (person);

-- decision: what became of each of their fields
create temp table if not exists "Lead_decision_d11258e8" (
       sf_id text collate "C", person bigint, field text, outcome text not null, is_landed boolean not null, is_in_flight boolean not null,
       is_conflict boolean not null, winner text, policy text, base jsonb, theirs jsonb, ours jsonb, ours_at timestamptz, theirs_at timestamptz, grows boolean not null
       ) on commit delete rows;

-- decision_by_person: likewise
create index if not exists "Lead_decision_d11258e8_person" on pg_temp."Lead_decision_d11258e8" (person);

-- fold: whose record ended in one of the page, and who remains of the two
create temp table if not exists "Lead_fold_d11258e8" (
       loser bigint, survivor bigint, final bigint, from_sf text collate "C", from_object text, to_sf text collate "C", reason text,
       is_made_by_it boolean not null, own jsonb not null default '{}', score numeric
       ) on commit delete rows;

-- moving: what waits to be sent to such a record
create temp table if not exists "Lead_moving_d11258e8" (
       loser bigint, survivor bigint, final bigint, field text, version jsonb, edited_at jsonb, reason jsonb, lane smallint, value jsonb,
       base jsonb, has_place boolean not null, is_latest boolean not null
       ) on commit delete rows;

-- == a page arrives ==

copy pg_temp."Lead_page_d11258e8" ("Id", "IsDeleted", "MasterRecordId", "SystemModstamp", "LastModifiedDate", "Syncline_Key__c", "Name", "Email", "HasOptedOutOfEmail", "Interests__c", "IsConverted", "ConvertedContactId") from stdin with (format csv, header match, force_null ("Id", "IsDeleted", "MasterRecordId", "SystemModstamp", "LastModifiedDate", "Syncline_Key__c", "Name", "Email", "HasOptedOutOfEmail", "Interests__c", "IsConverted", "ConvertedContactId"));

insert into pg_temp."Lead_page_d11258e8"
       ("Id", "IsDeleted", "MasterRecordId", "SystemModstamp", "LastModifiedDate", "Syncline_Key__c", "Name", "Email",
       "HasOptedOutOfEmail", "Interests__c", "IsConverted", "ConvertedContactId")
select r."Id", r."IsDeleted", r."MasterRecordId", r."SystemModstamp", r."LastModifiedDate", r."Syncline_Key__c",
       r."Name", r."Email", r."HasOptedOutOfEmail", r."Interests__c", r."IsConverted", r."ConvertedContactId"
  from json_to_recordset($1::json #> $2::text[]) as r (
       "Id" text, "IsDeleted" boolean, "MasterRecordId" text, "SystemModstamp" timestamptz,
       "LastModifiedDate" timestamptz(0), "Syncline_Key__c" text, "Name" text, "Email" text,
       "HasOptedOutOfEmail" boolean, "Interests__c" text, "IsConverted" boolean, "ConvertedContactId" text);

-- == merge ==

-- long_ids: ID2: an id of 15 characters is the record of its 18
update pg_temp."Lead_page_d11258e8" s set "Id" = sync.id18("Id") where length("Id") <> 18;

-- one_row_each: of a record that the page holds twice, the latest stays
delete from pg_temp."Lead_page_d11258e8" s using pg_temp."Lead_page_d11258e8" t
 where t."Id" = s."Id" and (t."SystemModstamp", t.ctid) > (s."SystemModstamp", s.ctid);

-- verdict: which rows are new, or say anything that the mirror does not; `take`: the fields in which they differ from it and that theirs may move
insert into pg_temp."Lead_verdict_d11258e8" (sf_id, person, state, is_gone, is_merged, is_converted, is_keyed, is_unmirrored, is_doubtful, is_live, take)
select s."Id", l.person_id, l.state, coalesce(s."IsDeleted", false), s."MasterRecordId" is not null, coalesce(s."IsConverted", false), s."Syncline_Key__c" is distinct from m."Syncline_Key__c", m."Id" is null,
       coalesce(m."SystemModstamp" = s."SystemModstamp" and m."_began_at" = (select nullif(current_setting('syncline.began_at', true), '')::timestamptz) and (s."IsDeleted", s."MasterRecordId", s."SystemModstamp", s."LastModifiedDate", s."Syncline_Key__c", s."Name",
          s."Email", s."HasOptedOutOfEmail", s."Interests__c", s."IsConverted", s."ConvertedContactId")
         is distinct from
         (m."IsDeleted", m."MasterRecordId", m."SystemModstamp", m."LastModifiedDate", m."Syncline_Key__c", m."Name",
          m."Email", m."HasOptedOutOfEmail", m."Interests__c", m."IsConverted", m."ConvertedContactId"), false),
       coalesce(l.state = 'live', false) and not (coalesce(s."IsConverted", false) or coalesce(s."IsDeleted", false) and s."MasterRecordId" is not null),
       array_remove(array[
         case when sync.plain(s."Email") is distinct from sync.plain(m."Email") then 'email' end,
         case when s."HasOptedOutOfEmail" is distinct from m."HasOptedOutOfEmail" then 'has_opted_out_of_email' end,
         case when sync.value_set(s."Interests__c") is distinct from sync.value_set(m."Interests__c") then 'interests' end]::text[], null)
  from pg_temp."Lead_page_d11258e8" s
  left join salesforce."Lead" m on m."Id" = s."Id"
  left join sync.link l on l.sf_id = s."Id"
  left join sync.sent x on x.person_id = l.person_id
 where (m."Id" is null
    or m."SystemModstamp" < s."SystemModstamp"
    or (m."SystemModstamp" = s."SystemModstamp" and m."_began_at" <= (select nullif(current_setting('syncline.began_at', true), '')::timestamptz)
        and ((s."IsDeleted", s."MasterRecordId", s."SystemModstamp", s."LastModifiedDate", s."Syncline_Key__c", s."Name",
          s."Email", s."HasOptedOutOfEmail", s."Interests__c", s."IsConverted", s."ConvertedContactId")
         is distinct from
         (m."IsDeleted", m."MasterRecordId", m."SystemModstamp", m."LastModifiedDate", m."Syncline_Key__c", m."Name",
          m."Email", m."HasOptedOutOfEmail", m."Interests__c", m."IsConverted", m."ConvertedContactId")
             or x.person_id is not null or l.state in ('out_of_sight', 'out_of_scope') or exists (select from sync.heir h where h.heir_id = s."Id"))))
   and not (exists (select from sync.erased) and exists (
        select from sync.erased e where e.mark = sync.mark_of(s."Id") or e.mark = sync.mark_of(nullif(s."Syncline_Key__c", ''))));

-- survey: what the page needs
select count(*) > 0 as found,
       coalesce(bool_or(is_doubtful), false) as doubtful,
       coalesce(bool_or(state is null and not is_doubtful), false) as unknown,
       coalesce(bool_or(is_keyed and state is not null), false) as keyed,
       coalesce(bool_or(is_gone and (state = 'live' or state is null)), false) as gone,
       coalesce(bool_or(is_converted and state = 'live'), false) as converts,
       coalesce(bool_or((is_gone or is_converted) and state = 'live'), false) as ends,
       coalesce(bool_or(not is_gone and (state in ('deleted', 'out_of_sight', 'out_of_scope') or state in ('merged', 'deleted_here'))), false) as returns,
       coalesce(bool_or(is_gone and is_merged or is_converted), false) as passes,
       exists (select from sync.heir) and exists (select from sync.heir h where h.heir_id = any (array(select sf_id from pg_temp."Lead_verdict_d11258e8"))) as heirs
  from pg_temp."Lead_verdict_d11258e8";

-- read_again: IN8: one stamp, two values, and nobody knows which read began later
-- when doubtful
insert into sync.reread as r (object, sf_id, reason)
select 'Lead', sf_id, 'stale_read' from pg_temp."Lead_verdict_d11258e8" where is_doubtful order by sf_id
    on conflict (object, sf_id) do update set asked_at = clock_timestamp(), due_at = least(r.due_at, excluded.due_at);

-- leave_doubtful: until then the page decides nothing about it
-- when doubtful
delete from pg_temp."Lead_verdict_d11258e8" where is_doubtful;

-- named_by_key: ID3: its external id names a person
-- when unknown
update pg_temp."Lead_verdict_d11258e8" v set person = p.id, linked_by = 'external_id'
  from pg_temp."Lead_page_d11258e8" s
  join marketing.person p on p.external_id = s."Syncline_Key__c"
 where s."Id" = v.sf_id and v.state is null and not v.is_converted
   and p.external_id = any (array(select "Syncline_Key__c" from pg_temp."Lead_page_d11258e8" where "Syncline_Key__c" <> ''));

-- born_after_its_person: ID20: what a create of ours made after its person was deleted here is nobody; the next change there is a change
-- when unknown
with born as (
  update pg_temp."Lead_verdict_d11258e8" v set state = 'deleted_here', person = d.person_id
    from pg_temp."Lead_page_d11258e8" s
    join sync.deleted_person d on d.external_id = s."Syncline_Key__c" and d.owes
   where s."Id" = v.sf_id and v.state is null and v.linked_by is null
     and d.external_id = any (array(select "Syncline_Key__c" from pg_temp."Lead_page_d11258e8" where "Syncline_Key__c" <> ''))
  returning v.sf_id, d.external_id, d.person_id, d.deleted_at),
settled as (
  update sync.deleted_person d set owes = false from born where d.external_id = born.external_id)
insert into sync.link (sf_id, object, person_id, state, ended_at)
select sf_id, 'Lead', person_id, 'deleted_here', deleted_at from born on conflict (sf_id) do nothing;

-- named_by_choice: OUT32: somebody said whose record it is
-- when unknown
update pg_temp."Lead_verdict_d11258e8" v set person = p.id, linked_by = 'choice'
  from sync.link_choice c
  join marketing.person p on p.id = c.person_id and p.salesforce_id is null
 where c.sf_id = v.sf_id and v.state is null and v.linked_by is null and not v.is_gone and not v.is_converted
   and c.sf_id = any (array(select sf_id from pg_temp."Lead_verdict_d11258e8" where state is null));

-- heirs_return: a record that is there again ended in nobody
-- when returns
delete from sync.heir h using pg_temp."Lead_verdict_d11258e8" v
 where h.sf_id = v.sf_id and not v.is_gone and not v.is_converted and h.sf_id = any (array(select sf_id from pg_temp."Lead_verdict_d11258e8"));

-- heirs: ID13: in which record these ended
-- when passes
insert into sync.heir (sf_id, object, heir_id, heir_object, reason, passed_at)
select v.sf_id, 'Lead', n.id, n.object, n.reason, s."SystemModstamp"
  from pg_temp."Lead_verdict_d11258e8" v
  join pg_temp."Lead_page_d11258e8" s on s."Id" = v.sf_id
 cross join lateral (select case when s."IsDeleted" and s."MasterRecordId" is not null then s."MasterRecordId" collate "C" when s."IsConverted" then s."ConvertedContactId" collate "C" end as id, case when s."IsDeleted" and s."MasterRecordId" is not null then 'Lead' when s."IsConverted" then 'Contact' end as object, case when s."IsDeleted" and s."MasterRecordId" is not null then 'merge' when s."IsConverted" then 'conversion' end as reason) n
 where n.id is not null and exists (select from marketing.person p where p.id = v.person)
   and (v.state is not null or v.is_gone and v.linked_by is not null and not exists (select from sync.link x where x.person_id = v.person and x.state = 'live'))
 order by v.sf_id
    on conflict (sf_id) do update
   set heir_id = excluded.heir_id, heir_object = excluded.heir_object, reason = excluded.reason, passed_at = excluded.passed_at;

-- heirs_walk: ID13: A into B into C ends at C, whichever of them came first
-- when heirs
with recursive walk (sf_id, at_id, at_object, steps) as (
  select h.sf_id, h.heir_id, h.heir_object, 1 from sync.heir h where h.heir_id = any (array(select sf_id from pg_temp."Lead_verdict_d11258e8")) or h.sf_id = any (array(select sf_id from pg_temp."Lead_verdict_d11258e8"))
   union all
  select w.sf_id, n.id, n.object, w.steps + 1
    from walk w
   cross join lateral (
         (select n.id, n.object from pg_temp."Lead_verdict_d11258e8" v join pg_temp."Lead_page_d11258e8" s on s."Id" = v.sf_id cross join lateral (select case when s."IsDeleted" and s."MasterRecordId" is not null then s."MasterRecordId" collate "C" when s."IsConverted" then s."ConvertedContactId" collate "C" end as id, case when s."IsDeleted" and s."MasterRecordId" is not null then 'Lead' when s."IsConverted" then 'Contact' end as object, case when s."IsDeleted" and s."MasterRecordId" is not null then 'merge' when s."IsConverted" then 'conversion' end as reason) n where v.sf_id = w.at_id)
          union all (select n.id, n.object from salesforce."Lead" s cross join lateral (select case when s."IsDeleted" and s."MasterRecordId" is not null then s."MasterRecordId" collate "C" when s."IsConverted" then s."ConvertedContactId" collate "C" end as id, case when s."IsDeleted" and s."MasterRecordId" is not null then 'Lead' when s."IsConverted" then 'Contact' end as object, case when s."IsDeleted" and s."MasterRecordId" is not null then 'merge' when s."IsConverted" then 'conversion' end as reason) n where s."Id" = w.at_id and w.at_object = 'Lead' and not exists (select from pg_temp."Lead_verdict_d11258e8" v where v.sf_id = w.at_id))
          union all (select n.id, n.object from salesforce."Contact" s cross join lateral (select case when s."IsDeleted" and s."MasterRecordId" is not null then s."MasterRecordId" collate "C" end as id, case when s."IsDeleted" and s."MasterRecordId" is not null then 'Contact' end as object, case when s."IsDeleted" and s."MasterRecordId" is not null then 'merge' end as reason) n where s."Id" = w.at_id and w.at_object = 'Contact') limit 1) n
   where n.id is not null and w.steps <= 50),
chain as materialized (
  select distinct on (sf_id) sf_id, at_id, at_object, steps from walk order by sf_id, steps desc),
endless as (
  insert into sync.error (level, object, person_id, sf_id, code, message, disposition, run_id)
  select 'record', l.object, l.person_id, l.sf_id, 'merge-chain-too-long', '', 'park', (select nullif(current_setting('syncline.run_id', true), '')::bigint)
    from chain c join sync.link l on l.sf_id = c.sf_id where c.steps > 50),
given_up as (
  delete from sync.heir h using chain c where h.sf_id = c.sf_id and c.steps > 50)
update sync.heir h set heir_id = c.at_id, heir_object = c.at_object
  from chain c
 where h.sf_id = c.sf_id and c.steps <= 50 and h.heir_id <> c.at_id;

-- heirs_asked: a heir that this page does not hold is read by id
-- when heirs
with asked as (
  update sync.heir h set asked_id = h.heir_id
   where h.heir_id is distinct from h.asked_id and not (h.heir_id = any (array(select sf_id from pg_temp."Lead_verdict_d11258e8")) and exists (select from sync.link l where l.sf_id = h.sf_id))
  returning h.heir_object, h.heir_id)
insert into sync.reread as r (object, sf_id, reason)
select distinct heir_object, heir_id, 'heir' from asked order by 1, 2
    on conflict (object, sf_id) do update set asked_at = clock_timestamp(), due_at = least(r.due_at, excluded.due_at);

-- named_by_heir: ID8, ID13: an unknown record in which a record we know ended is that one’s person
-- when unknown, heirs
update pg_temp."Lead_verdict_d11258e8" v set person = c.person_id, linked_by = c.reason
  from (select distinct on (h.heir_id) h.heir_id, l.person_id, h.reason
          from sync.heir h
          join sync.link l on l.sf_id = h.sf_id
          join marketing.person p on p.id = l.person_id
         where h.heir_id = any (array(select sf_id from pg_temp."Lead_verdict_d11258e8" where state is null)) and not exists (
         select from sync.link x
          where x.person_id = l.person_id and x.state = 'live' and x.sf_id <> h.sf_id and x.sf_id <> h.heir_id
            and not exists (select from pg_temp."Lead_verdict_d11258e8" e where e.sf_id = x.sf_id and (e.is_gone or e.is_converted)))
         order by h.heir_id, h.reason, l.since, l.sf_id) c
 where v.sf_id = c.heir_id and v.state is null and v.linked_by is null and not v.is_gone and not v.is_converted;

-- hold_still: an edit of these people that is under way commits first, and the statements after this one see it
-- when found
select count(*) from (
  select from marketing.person
   where id = any (array(select person from pg_temp."Lead_verdict_d11258e8" where person is not null union all select l.person_id from sync.heir h join sync.link l on l.sf_id = h.sf_id where h.heir_id = any (array(select sf_id from pg_temp."Lead_verdict_d11258e8"))))
   order by id for no key update) held;

-- known_meanwhile: a create whose answer was settled while we waited has its link
-- when unknown
update pg_temp."Lead_verdict_d11258e8" v
   set person = l.person_id, state = l.state, linked_by = null, is_live = l.state = 'live' and not v.is_converted and not (v.is_gone and v.is_merged)
  from sync.link l
 where l.sf_id = v.sf_id and v.state is null and l.sf_id = any (array(select sf_id from pg_temp."Lead_verdict_d11258e8" where state is null));

-- one_each: ID1: of two unknown records that name one person, the first is the person
-- when unknown, named
update pg_temp."Lead_verdict_d11258e8" v set person = null, linked_by = null
 where v.linked_by is not null
   and exists (select from pg_temp."Lead_verdict_d11258e8" o where o.person = v.person and o.linked_by is not null and o.sf_id < v.sf_id);

-- holders: which live record the named person has already
-- when unknown, named
update pg_temp."Lead_verdict_d11258e8" v set holder = h.sf_id
  from pg_temp."Lead_verdict_d11258e8" u
 cross join lateral (
       select x.sf_id from sync.link x
        where x.person_id = u.person and x.state = 'live' and x.sf_id <> u.sf_id
          and not exists (select from pg_temp."Lead_verdict_d11258e8" e where e.sf_id = x.sf_id and (e.is_gone or e.is_converted))) h
 where u.linked_by is not null and v.sf_id = u.sf_id;

-- ask_both: ID3: that record may have been converted, merged or deleted; both are read again before anybody decides
-- when holders, !reread
insert into sync.reread as r (object, sf_id, reason)
select distinct on (object, sf_id) object, sf_id, reason
  from (select l.object, l.sf_id, 'classify' as reason from pg_temp."Lead_verdict_d11258e8" v join sync.link l on l.sf_id = v.holder
         union all
        select 'Lead', v.sf_id, 'identity' from pg_temp."Lead_verdict_d11258e8" v where v.holder is not null) asked
 order by object, sf_id
    on conflict (object, sf_id) do update set asked_at = clock_timestamp(), due_at = least(r.due_at, excluded.due_at);

-- leave_for_reread: and this page decides nothing about the unknown one
-- when holders, !reread
delete from pg_temp."Lead_verdict_d11258e8" where holder is not null;

-- somebody_new: ID5: read again and still two live records: the unknown one is somebody new
-- when holders, reread
update pg_temp."Lead_verdict_d11258e8" set person = null, linked_by = null where holder is not null;

-- new_persons: an unknown record is a new person, unless it was deleted or converted before we knew it (IN17)
-- when unknown
update pg_temp."Lead_verdict_d11258e8" v set person = nextval('sync.person_id'), is_new = true
 where v.state is null and v.person is null and not v.is_gone and not v.is_converted;

-- linked_is_live: a record that was just recognised speaks for its person
-- when named
update pg_temp."Lead_verdict_d11258e8" set is_live = true where linked_by is not null;

-- moved_on: a record that ends in the page where its person becomes another one has nothing more to say of the person
-- when named
update pg_temp."Lead_verdict_d11258e8" v set person = null, is_live = false
 where (v.is_gone or v.is_converted) and v.linked_by is null
   and exists (select from pg_temp."Lead_verdict_d11258e8" o where o.person = v.person and o.linked_by is not null);

-- returns: ID17, IN14: undeleted, or in sight or in the filter again, the same person is live again, unless it has another live record by now
-- when returns
update pg_temp."Lead_verdict_d11258e8" v set is_revived = true, is_live = true
 where v.state in ('deleted', 'out_of_sight', 'out_of_scope') and not v.is_gone and not v.is_converted
   and exists (select from marketing.person p where p.id = v.person)
   and not exists (
       select x.sf_id from sync.link x
        where x.person_id = v.person and x.state = 'live' and x.sf_id <> v.sf_id
          and not exists (select from pg_temp."Lead_verdict_d11258e8" e where e.sf_id = x.sf_id and (e.is_gone or e.is_converted)));

-- changed_after_delete: ID20: somebody deleted here whose record was changed there since is made again; what only now comes home of ours, or was read before, is no change
-- when returns
update pg_temp."Lead_verdict_d11258e8" v set person = nextval('sync.person_id'), is_new = true
  from pg_temp."Lead_page_d11258e8" s
  join salesforce."Lead" m on m."Id" = s."Id"
  join sync.link l on l.sf_id = s."Id"
  join sync.deleted_person d on d.person_id = l.person_id
 where s."Id" = v.sf_id and v.state = 'deleted_here' and not v.is_gone and not v.is_converted and not d.owes
   and s."LastModifiedDate" > m."LastModifiedDate" and s."LastModifiedDate" > d.deleted_at + coalesce((select offset_ms + doubt_ms from sync.clock), 0) * interval '1 ms';

-- owes_no_more: ID20: the write that was under way when its person was deleted has come home
-- when returns
update sync.deleted_person d set owes = false
  from pg_temp."Lead_verdict_d11258e8" v
  join pg_temp."Lead_page_d11258e8" s on s."Id" = v.sf_id
  join sync.link l on l.sf_id = v.sf_id
 where v.state = 'deleted_here' and d.person_id = l.person_id and d.owes and (v.is_unmirrored or s."LastModifiedDate" > d.deleted_at);

-- returns_as_new: ID17: else it is somebody new, and so is a merge loser that was undeleted
-- when returns
update pg_temp."Lead_verdict_d11258e8" v set person = nextval('sync.person_id'), is_new = true
 where (v.state in ('deleted', 'out_of_sight', 'out_of_scope') or v.state = 'merged') and not v.is_gone and not v.is_converted and not v.is_revived
   and exists (select from marketing.person p where p.id = v.person);

-- fold_pairs: ID9 to ID13: whose record ended in one of this page
-- when heirs
insert into pg_temp."Lead_fold_d11258e8" (loser, survivor, final, from_sf, from_object, to_sf, reason, is_made_by_it)
select distinct on (l.person_id) l.person_id, v.person, v.person, h.sf_id, h.object, v.sf_id, h.reason,
       false
  from sync.heir h
  join pg_temp."Lead_verdict_d11258e8" v on v.sf_id = h.heir_id
  join pg_temp."Lead_page_d11258e8" s on s."Id" = v.sf_id
  join sync.link l on l.sf_id = h.sf_id
  join marketing.person loser on loser.id = l.person_id
  join marketing.person survivor on survivor.id = v.person
 where h.heir_id = any (array(select sf_id from pg_temp."Lead_verdict_d11258e8")) and not v.is_new
   and case when l.person_id = v.person then v.linked_by is not null else not exists (
         select from sync.link x
          where x.person_id = l.person_id and x.state = 'live' and x.sf_id <> h.sf_id and x.sf_id <> h.heir_id
            and not exists (select from pg_temp."Lead_verdict_d11258e8" e where e.sf_id = x.sf_id and (e.is_gone or e.is_converted))) end
 order by l.person_id, loser.salesforce_id = h.sf_id desc nulls last, h.sf_id;

-- fold_final: ID10: a person that was made too early for the contact of a conversion is the lead’s person
-- when folds
update pg_temp."Lead_fold_d11258e8" f set final = c.loser
  from (select distinct on (survivor) survivor, loser from pg_temp."Lead_fold_d11258e8" where is_made_by_it order by survivor, from_sf) c
 where f.survivor = c.survivor;

-- fold_hold: what is ours of them stands still, in one order with everybody else of the page
-- when folds
with persons as materialized (
  select array(select loser from pg_temp."Lead_fold_d11258e8" union select survivor from pg_temp."Lead_fold_d11258e8"
                union select person from pg_temp."Lead_verdict_d11258e8" where is_live and not is_new) as ids),
entries as materialized (select from sync.outbox where person_id = any ((select ids from persons)::bigint[]) order by person_id for update),
sends as materialized (select from sync.sent where person_id = any ((select ids from persons)::bigint[]) order by person_id for update)
select (select count(*) from entries) + (select count(*) from sends);

-- fold_verdicts: the heir speaks for the one that remains, the ended record for nobody
-- when folds
update pg_temp."Lead_verdict_d11258e8" v
   set person = case when exists (select from pg_temp."Lead_fold_d11258e8" f where f.from_sf = v.sf_id) then null else f.final end,
       is_live = v.is_live and not exists (select from pg_temp."Lead_fold_d11258e8" f where f.from_sf = v.sf_id)
  from pg_temp."Lead_fold_d11258e8" f
 where v.sf_id in (f.from_sf, f.to_sf);

-- fold_edits: ID15: what waits to be sent to the ended record, with the base it had there; of one field the latest edit counts
-- when folds
insert into pg_temp."Lead_moving_d11258e8" (loser, survivor, final, field, version, edited_at, reason, lane, value, base, has_place, is_latest)
select e.loser, e.survivor, e.final, e.field, e.version, e.edited_at, e.reason, e.lane, e.value, e.base, e.has_place,
       row_number() over (partition by e.survivor, e.field order by (e.edited_at #>> '{}')::timestamptz desc nulls last, e.loser) = 1
         and not coalesce(e.loser <> e.survivor and (o.edited_at ->> e.field)::timestamptz >= (e.edited_at #>> '{}')::timestamptz, false)
  from (
    select f.loser, f.survivor, f.final, k.key as field, k.value as version, o.edited_at -> k.key as edited_at, o.reasons -> k.key as reason, o.lane,
           coalesce(j.mine -> k.key, 'null') as value,
           coalesce(case when x.acknowledged ? k.key then x.acknowledged -> k.key
                         when x.base ? k.key and (x.seen ? k.key or x.in_flight ? k.key) then x.base -> k.key
                         else j.theirs -> case f.from_object when 'Lead' then c.lead_name else c.contact_name end end,
                    x.unanswered -> k.key, 'null') as base,
           coalesce(c.has_place, false) as has_place
      from pg_temp."Lead_fold_d11258e8" f
      join sync.outbox o on o.person_id = f.loser
      join marketing.person p on p.id = f.loser
      left join sync.sent x on x.person_id = f.loser
      left join salesforce."Lead" m_lead on m_lead."Id" = f.from_sf and f.from_object = 'Lead'
      left join salesforce."Contact" m_contact on m_contact."Id" = f.from_sf and f.from_object = 'Contact'
     cross join lateral (select to_jsonb(p) as mine, case when f.from_object = 'Lead' then to_jsonb(m_lead) when f.from_object = 'Contact' then to_jsonb(m_contact) end as theirs offset 0) j
     cross join lateral jsonb_each(o.edits) k
      left join (values
       ('name', 'Name', 'Name', false, 'text'),
       ('email', 'Email', 'Email', true, 'text'),
       ('has_opted_out_of_email', 'HasOptedOutOfEmail', 'HasOptedOutOfEmail', true, 'value'),
       ('interests', 'Interests__c', 'Interests__c', true, 'set'),
       ('is_converted', 'IsConverted', null, false, 'value'),
       ('converted_contact_id', 'ConvertedContactId', null, false, 'text'),
       ('account_id', null, 'AccountId', false, 'text')
       ) c (field, lead_name, contact_name, has_place, kind) on c.field = k.key offset 0) e
  left join sync.outbox o on o.person_id = e.survivor;

-- fold_withdrawn: ID15: what has no place on the heir is not sent, and the journal holds what it would have said
-- when folds
insert into sync.journal (object, row_id, sf_id, cause, run_id, fields)
select 'Lead', m.final, f.from_sf, 'withdrawn', (select nullif(current_setting('syncline.run_id', true), '')::bigint), jsonb_object_agg(m.field, jsonb_build_array(m.value, null))
  from pg_temp."Lead_moving_d11258e8" m join pg_temp."Lead_fold_d11258e8" f on f.loser = m.loser
 where not m.has_place group by m.final, f.from_sf;

-- fold_own_values: ID11: fields that only we have take the winner’s value, or the loser’s where that is empty
-- when folds
update pg_temp."Lead_fold_d11258e8" f set own = c.own
  from (select w.loser, jsonb_object_agg(w.key, w.value) as own
          from (select distinct on (g.survivor, k.key) g.loser, k.key, k.value
                  from pg_temp."Lead_fold_d11258e8" g
                  join marketing.person pl on pl.id = g.loser
                  join marketing.person ps on ps.id = g.survivor
                 cross join lateral (select to_jsonb(pl) as lost, to_jsonb(ps) as kept offset 0) j
                 cross join lateral jsonb_each(j.lost) k
                 where g.loser <> g.survivor and k.key = any (array['account_id']::text[])
                   and coalesce(k.value #>> '{}', '') <> '' and coalesce(j.kept ->> k.key, '') = ''
                 order by g.survivor, k.key, g.loser) w
         group by w.loser) c
 where f.loser = c.loser;

-- fold_journal: who was folded into whom, and what was taken over
-- when folds
insert into sync.journal (object, row_id, sf_id, cause, run_id, evidence, fields)
select 'Lead', f.final, f.from_sf, 'folded', (select nullif(current_setting('syncline.run_id', true), '')::bigint), f.reason,
       jsonb_build_object('id', jsonb_build_array(case when f.final = f.loser then f.survivor else f.loser end, f.final))
       || (select coalesce(jsonb_object_agg(e.key, jsonb_build_array(coalesce(j.kept -> e.key, 'null'), e.value)), '{}')
             from jsonb_each(f.own || (select coalesce(jsonb_object_agg(m.field, m.value), '{}') from pg_temp."Lead_moving_d11258e8" m where m.loser = f.loser and m.has_place and m.is_latest)) e)
  from pg_temp."Lead_fold_d11258e8" f
  join marketing.person p on p.id = f.survivor
 cross join lateral (select to_jsonb(p) as kept offset 0) j
 where f.loser <> f.survivor order by f.loser;

-- fold_values: ID11, ID15: the survivor takes over what is ours alone, and what waits to be sent
-- when folds
update marketing.person p
   set ("email", "has_opted_out_of_email", "interests", "account_id") = (select r."email", r."has_opted_out_of_email", r."interests", r."account_id" from jsonb_populate_record(p, d.fields) r)
  from (
       select f.survivor, (select coalesce(jsonb_object_agg(o.key, o.value), '{}') from pg_temp."Lead_fold_d11258e8" g cross join jsonb_each(g.own) o where g.survivor = f.survivor)
              || (select coalesce(jsonb_object_agg(m.field, m.value), '{}') from pg_temp."Lead_moving_d11258e8" m where m.survivor = f.survivor and m.loser <> m.survivor and m.has_place and m.is_latest) as fields
         from (select distinct survivor from pg_temp."Lead_fold_d11258e8") f) d
 where p.id = d.survivor and d.fields <> '{}' and p.id = any (array(select survivor from pg_temp."Lead_fold_d11258e8"));

-- fold_entries_leave: nothing waits for the ended record any more, nor for its answer
-- when folds
with entries as (delete from sync.outbox o where o.person_id = any (array(select loser from pg_temp."Lead_fold_d11258e8"))),
sends as (delete from sync.sent x where x.person_id = any (array(select loser from pg_temp."Lead_fold_d11258e8"))),
carried as (delete from sync.overtaken t where t.person_id = any (array(select loser from pg_temp."Lead_fold_d11258e8"))),
held as (delete from sync.conflict k where k.winner is null and k.person_id = any (array(select loser from pg_temp."Lead_fold_d11258e8")))
update sync.error e set resolved_at = clock_timestamp()
 where e.level = 'record' and e.resolved_at is null and e.code <> 'merge-chain-too-long' and e.person_id = any (array(select loser from pg_temp."Lead_fold_d11258e8"));

-- fold_entries_move: ID15: it waits for the heir instead, as new there as any edit: not parked, not counted
-- when folds
insert into sync.outbox as o (person_id, edits, edited_at, reasons, lane, due_at)
select m.survivor, jsonb_object_agg(m.field, m.version), jsonb_object_agg(m.field, m.edited_at),
       coalesce(jsonb_object_agg(m.field, m.reason) filter (where m.reason is not null), '{}'), min(m.lane),
       case when bool_or(p.is_deleted and p.salesforce_id = f.to_sf) then timestamptz 'infinity' else now() end
  from pg_temp."Lead_moving_d11258e8" m
  join pg_temp."Lead_fold_d11258e8" f on f.loser = m.loser
  join marketing.person p on p.id = m.survivor
 where m.has_place and m.is_latest group by m.survivor order by m.survivor
    on conflict (person_id) do update
   set edits = o.edits || excluded.edits, edited_at = o.edited_at || excluded.edited_at,
       reasons = (o.reasons - array(select jsonb_object_keys(excluded.edits))) || excluded.reasons,
       parked = o.parked - array(select jsonb_object_keys(excluded.edits)), lane = least(o.lane, excluded.lane),
       due_at = case when o.claim_id is null then least(o.due_at, excluded.due_at) else o.due_at end;

-- fold_bases: ID15: its base is what both sides last agreed on of the ended record
-- when folds
insert into sync.sent as x (person_id, acknowledged)
select m.survivor, jsonb_object_agg(m.field, m.base)
  from pg_temp."Lead_moving_d11258e8" m where m.has_place and m.is_latest and m.base is not null group by m.survivor order by m.survivor
    on conflict (person_id) do update
   set acknowledged = x.acknowledged || (excluded.acknowledged - array(select jsonb_object_keys(x.in_flight || x.unanswered)));

-- fold_links: every id that either of them ever had is an id of the one that remains
-- when folds
with ended as (
  update sync.link l set person_id = f.final, state = case f.reason when 'merge' then 'merged' else 'converted' end, ended_at = coalesce(l.ended_at, now())
    from pg_temp."Lead_fold_d11258e8" f where l.sf_id = f.from_sf)
update sync.link l set person_id = g.final
  from (select loser as person, final from pg_temp."Lead_fold_d11258e8" where loser <> final union select survivor, final from pg_temp."Lead_fold_d11258e8" where survivor <> final) g
 where l.person_id = g.person and l.person_id = any (array(select loser from pg_temp."Lead_fold_d11258e8" where loser <> final union select survivor from pg_temp."Lead_fold_d11258e8" where survivor <> final))
   and not exists (select from pg_temp."Lead_fold_d11258e8" f where f.from_sf = l.sf_id);

-- fold_claims: what is on its way for somebody who gets another id may land without an answer
-- when folds
with sends as (
  update sync.sent x
     set person_id = f.final, unanswered = x.unanswered || x.in_flight, in_flight = '{}', versions = '{}', claim_id = null,
         late_until = case when x.in_flight <> '{}' then clock_timestamp() + interval '900000 ms' else x.late_until end
    from pg_temp."Lead_fold_d11258e8" f where x.person_id = f.survivor and f.loser = f.final and f.survivor <> f.final and x.person_id = any (array(select survivor from pg_temp."Lead_fold_d11258e8" where survivor <> final)))
update sync.outbox o set person_id = f.final, due_at = case when o.claim_id is null then o.due_at else now() end, claim_id = null
  from pg_temp."Lead_fold_d11258e8" f where o.person_id = f.survivor and f.loser = f.final and f.survivor <> f.final and o.person_id = any (array(select survivor from pg_temp."Lead_fold_d11258e8" where survivor <> final));

-- fold_story: what happened to either of them happened to the one that remains
-- when folds
with conflicts as (update sync.conflict t set person_id = g.final from (select loser as person, final from pg_temp."Lead_fold_d11258e8" where loser <> final union select survivor, final from pg_temp."Lead_fold_d11258e8" where survivor <> final) g where t.person_id = g.person and t.person_id = any (array(select loser from pg_temp."Lead_fold_d11258e8" where loser <> final union select survivor from pg_temp."Lead_fold_d11258e8" where survivor <> final))),
errors as (update sync.error t set person_id = g.final from (select loser as person, final from pg_temp."Lead_fold_d11258e8" where loser <> final union select survivor, final from pg_temp."Lead_fold_d11258e8" where survivor <> final) g where t.person_id = g.person and t.person_id = any (array(select loser from pg_temp."Lead_fold_d11258e8" where loser <> final union select survivor from pg_temp."Lead_fold_d11258e8" where survivor <> final))),
probes as (update sync.probe t set person_id = g.final from (select loser as person, final from pg_temp."Lead_fold_d11258e8" where loser <> final union select survivor, final from pg_temp."Lead_fold_d11258e8" where survivor <> final) g where t.person_id = g.person and t.person_id = any (array(select loser from pg_temp."Lead_fold_d11258e8" where loser <> final union select survivor from pg_temp."Lead_fold_d11258e8" where survivor <> final))),
choices as (update sync.link_choice t set person_id = g.final from (select loser as person, final from pg_temp."Lead_fold_d11258e8" where loser <> final union select survivor, final from pg_temp."Lead_fold_d11258e8" where survivor <> final) g where t.person_id = g.person and t.person_id = any (array(select loser from pg_temp."Lead_fold_d11258e8" where loser <> final union select survivor from pg_temp."Lead_fold_d11258e8" where survivor <> final))),
carried as (update sync.overtaken t set person_id = g.final from (select loser as person, final from pg_temp."Lead_fold_d11258e8" where loser <> final union select survivor, final from pg_temp."Lead_fold_d11258e8" where survivor <> final) g where t.person_id = g.person and t.person_id = any (array(select loser from pg_temp."Lead_fold_d11258e8" where loser <> final union select survivor from pg_temp."Lead_fold_d11258e8" where survivor <> final))),
differences as (update sync.difference t set row_id = g.final from (select loser as person, final from pg_temp."Lead_fold_d11258e8" where loser <> final union select survivor, final from pg_temp."Lead_fold_d11258e8" where survivor <> final) g where t.row_id = g.person and t.row_id = any (array(select loser from pg_temp."Lead_fold_d11258e8" where loser <> final union select survivor from pg_temp."Lead_fold_d11258e8" where survivor <> final)) and t.object in ('Lead', 'Contact')),
earlier as (update sync.person_redirect t set survivor_id = g.final from (select loser as person, final from pg_temp."Lead_fold_d11258e8" where loser <> final union select survivor, final from pg_temp."Lead_fold_d11258e8" where survivor <> final) g where t.survivor_id = g.person and t.survivor_id = any (array(select loser from pg_temp."Lead_fold_d11258e8" where loser <> final union select survivor from pg_temp."Lead_fold_d11258e8" where survivor <> final))),
acts as (update sync.action_person t set person_id = g.final from (select loser as person, final from pg_temp."Lead_fold_d11258e8" where loser <> final union select survivor, final from pg_temp."Lead_fold_d11258e8" where survivor <> final) g where t.person_id = g.person and t.person_id = any (array(select loser from pg_temp."Lead_fold_d11258e8" where loser <> final union select survivor from pg_temp."Lead_fold_d11258e8" where survivor <> final)) and not exists (select from sync.action_person a where a.action_id = t.action_id and a.person_id = g.final)
   and not exists (select from sync.action k where k.action_id = t.action_id and k.kind = 'merge'))
update sync.journal t set row_id = g.final
  from (select loser as person, final from pg_temp."Lead_fold_d11258e8" where loser <> final union select survivor, final from pg_temp."Lead_fold_d11258e8" where survivor <> final) g
 where t.row_id = g.person and t.row_id = any (array(select loser from pg_temp."Lead_fold_d11258e8" where loser <> final union select survivor from pg_temp."Lead_fold_d11258e8" where survivor <> final)) and t.cause <> 'load' and t.object in ('Lead', 'Contact', 'Person');

-- fold_redirects: ID23: whoever asks for the one that left is told who it is now
-- when folds
insert into sync.person_redirect (person_id, survivor_id, external_id, reason)
select p.id, f.final, p.external_id, f.reason
  from pg_temp."Lead_fold_d11258e8" f
  join marketing.person p on p.id in (f.loser, f.survivor) and p.id <> f.final and p.id = any (array(select loser from pg_temp."Lead_fold_d11258e8" union select survivor from pg_temp."Lead_fold_d11258e8"))
 order by p.id
    on conflict (person_id) do nothing;

-- fold_leave: ID9 to ID11: one person remains, and rows of others that name the other one by foreign key follow
-- when folds
select sync.fold_person(f.loser, f.survivor, f.final) from pg_temp."Lead_fold_d11258e8" f where f.loser <> f.survivor order by f.survivor, f.loser = f.final, f.loser;

-- heir_says: ID8: somebody who becomes the heir is what the heir’s row says, also where that is empty
-- when folds
update pg_temp."Lead_verdict_d11258e8" v
   set take = array_remove(array[
         case when sync.plain(s."Email") is distinct from sync.plain(p."email") then 'email' end,
         case when s."HasOptedOutOfEmail" is distinct from p."has_opted_out_of_email" then 'has_opted_out_of_email' end,
         case when sync.value_set(s."Interests__c") is distinct from sync.value_set(p."interests") then 'interests' end]::text[], null)
  from pg_temp."Lead_fold_d11258e8" f, pg_temp."Lead_page_d11258e8" s, marketing.person p
 where v.sf_id = f.to_sf and f.loser = f.survivor and s."Id" = v.sf_id and p.id = f.final and not v.is_gone
   and p.id = any (array(select final from pg_temp."Lead_fold_d11258e8"));

-- heirs_done: nobody waits for these heirs any more
-- when heirs
delete from sync.heir h using pg_temp."Lead_verdict_d11258e8" v where h.heir_id = v.sf_id and v.person is not null and h.heir_id = any (array(select sf_id from pg_temp."Lead_verdict_d11258e8"))
   and exists (select from sync.link l where l.sf_id = h.sf_id);

-- hold_ours: what is ours stands still as well: a settlement under way ends first
-- when found
with entries as materialized (
  select from sync.outbox
   where person_id = any (array(select person from pg_temp."Lead_verdict_d11258e8" where is_live and not is_new))
   order by person_id for update),
sends as materialized (
  select from sync.sent
   where person_id = any (array(select person from pg_temp."Lead_verdict_d11258e8" where is_live and not is_new))
   order by person_id for update)
select (select count(*) from entries) + (select count(*) from sends) > 0
    or exists (select from pg_temp."Lead_verdict_d11258e8" v where v.is_live and not v.is_new and not v.is_gone
       and (v.is_revived and v.state = 'out_of_scope'
            or v.is_unmirrored and not exists (select from sync.link x where x.person_id = v.person and x.sf_id <> v.sf_id))) as held;

-- read_ours: unsettled entries, and what became of sent values; a read is fresh if it began after our last answer; who meets for the first time
-- when held
insert into pg_temp."Lead_held_d11258e8" (sf_id, person, edits, edited_at, in_flight, acknowledged, unanswered, base, past, seen, is_fresh, is_first)
select v.sf_id, v.person, coalesce(o.edits, '{}'), coalesce(o.edited_at, '{}'), coalesce(x.in_flight, '{}'), coalesce(x.acknowledged, '{}'),
       case when x.late_until > clock_timestamp() then x.unanswered else '{}' end, coalesce(x.base, '{}'), coalesce(x.past, '{}'), coalesce(x.seen, '{}'),
       coalesce((select nullif(current_setting('syncline.began_at', true), '')::timestamptz) >= x.answered_at, true), f.is_first
  from pg_temp."Lead_verdict_d11258e8" v
  join pg_temp."Lead_page_d11258e8" s on s."Id" = v.sf_id
  left join sync.outbox o on o.person_id = v.person
  left join sync.sent x on x.person_id = v.person
 cross join lateral (select v.is_live and not v.is_new and not v.is_gone
       and (v.is_revived and v.state = 'out_of_scope'
            or v.is_unmirrored and not exists (select from sync.link x where x.person_id = v.person and x.sf_id <> v.sf_id)) as is_first offset 0) f
 where v.is_live and not v.is_new and (o.person_id is not null or x.person_id is not null or f.is_first);

-- decide: MRG1: each field alone
-- when held
insert into pg_temp."Lead_decision_d11258e8"
       (sf_id, person, field, outcome, is_landed, is_in_flight, is_conflict, winner, policy, base, theirs, ours, ours_at, theirs_at, grows)
select h.sf_id, h.person, f.field, d.outcome, c.landed, c.flying, d.outcome in ('lost', 'kept', 'restore', 'overruled'),
       case when d.outcome in ('lost', 'restore') then 'salesforce' when d.outcome in ('kept', 'overruled') then 'marketing' end,
       case when f.is_opt_out then 'opt_out' when f.policy = 'newest' and w.is_unsure then 'newest_unsure' else f.policy end,
       case when c.is_first then null else coalesce(case when d.outcome in ('restore', 'overruled', 'undecided') then coalesce(h.base -> f.field, j.m -> f.name) else b.raw end, 'null') end,
       coalesce(case when d.outcome in ('restore', 'overruled') then h.seen -> f.field else j.s -> f.name end, 'null'),
       coalesce(j.p -> f.field, 'null'), (h.edited_at ->> f.field)::timestamptz, s."LastModifiedDate",
       c.is_first and not c.edited and d.outcome in ('fill', 'kept', 'held')
  from pg_temp."Lead_held_d11258e8" h
  join pg_temp."Lead_verdict_d11258e8" v on v.sf_id = h.sf_id and not v.is_gone
  join pg_temp."Lead_page_d11258e8" s on s."Id" = h.sf_id
  join marketing.person p on p.id = h.person and p.id = any (array(select person from pg_temp."Lead_held_d11258e8"))
  left join salesforce."Lead" m on m."Id" = h.sf_id
 cross join lateral (select to_jsonb(s) as s, to_jsonb(m) as m, to_jsonb(p) as p offset 0) j
  join (values
       ('email', 'Email', 'text', 'marketing', false, false, false),
       ('has_opted_out_of_email', 'HasOptedOutOfEmail', 'value', 'marketing', true, false, false),
       ('interests', 'Interests__c', 'set', 'marketing', false, false, false)
       ) f (field, name, kind, policy, is_opt_out, is_blocked, is_filled_once)
    on h.is_first or h.edits ? f.field or h.in_flight ? f.field or h.acknowledged ? f.field or h.unanswered ? f.field or h.seen ? f.field
 cross join lateral (select
       case when h.acknowledged ? f.field then h.acknowledged -> f.field
            when h.base ? f.field and (h.seen ? f.field or h.in_flight ? f.field) then h.base -> f.field
            else j.m -> f.name end as raw offset 0) b
 cross join lateral (select
       sync.comparable(j.s -> f.name, f.kind) as t, sync.comparable(j.p -> f.field, f.kind) as o, sync.comparable(b.raw, f.kind) as b,
       sync.comparable(coalesce(h.base -> f.field, j.m -> f.name), f.kind) as before,
       sync.comparable(h.in_flight -> f.field, f.kind) as sent, sync.comparable(h.seen -> f.field, f.kind) as seen,
       h.edits ? f.field as edited, h.in_flight ? f.field as flying, h.acknowledged ? f.field as answered, h.seen ? f.field as met,
       h.is_first and not h.acknowledged ? f.field and not h.in_flight ? f.field and not h.unanswered ? f.field
         and (v.is_unmirrored or sync.comparable(j.p -> f.field, f.kind) is distinct from sync.comparable(b.raw, f.kind)) as is_first,
       h.unanswered ? f.field and sync.comparable(h.unanswered -> f.field, f.kind) is not distinct from sync.comparable(j.s -> f.name, f.kind) as landed
       offset 0) c
 cross join lateral (select exists (
         select from jsonb_array_elements(h.past -> f.field) e (value) where sync.comparable(e.value, f.kind) is not distinct from c.t) as is_past offset 0) q
 cross join lateral (select f.policy, false as is_unsure) w
 cross join lateral (select case
       when c.flying and c.t is not distinct from c.sent then 'landing'
       when c.flying and (c.landed or c.t is not distinct from c.b) then 'waiting'
       when c.flying and q.is_past then 'stale'
       when c.flying then 'undecided'
       when not h.is_fresh and c.answered and c.t is distinct from c.b then
            case when c.landed or c.t is not distinct from c.before or q.is_past then 'stale' else 'undecided' end
       when not h.is_fresh and c.met and not c.answered then 'undecided'
       when not h.is_fresh and h.unanswered ? f.field and not c.landed and c.t is distinct from c.before and not q.is_past then 'undecided'
       when (c.landed or (c.answered and c.t is not distinct from c.b)) and c.met
            and c.seen is distinct from c.before and c.seen is distinct from c.t and c.seen is distinct from c.o
            and not f.is_blocked and not f.is_filled_once then
            case when case when f.is_opt_out and c.seen = 'true' then true when f.is_opt_out and c.o = 'true' then false else w.policy = 'salesforce' end then 'restore' else 'overruled' end
       when c.landed and not c.answered then
            case when c.o is not distinct from c.t then case when c.edited then 'agreed' else 'nothing' end
                 when c.edited then 'keep' else 'resend' end
       when c.landed and c.t is distinct from c.b then
            case when c.o is not distinct from c.t then case when c.edited then 'agreed' else 'nothing' end
                 when c.edited then 'keep' else 'resend' end
       when c.is_first and c.o is not distinct from c.t then case when c.edited then 'agreed' else 'nothing' end
       when c.is_first and c.o is null then case when f.is_blocked then 'nothing' when c.edited then 'filled' else 'take' end
       when c.is_first and (c.t is null or c.t is not distinct from c.b or f.is_blocked or f.is_filled_once) then
            case when c.edited then 'keep' else 'fill' end
       when c.t is not distinct from c.b then
            case when not c.edited then 'nothing'
                 when c.o is not distinct from c.b and not h.unanswered ? f.field then 'undone'
                 else 'keep' end
       when not c.edited and not c.is_first then case when f.is_blocked or (f.is_filled_once and c.o is not null) then 'nothing' else 'take' end
       when c.o is not distinct from c.t then 'agreed'
       when f.is_blocked or f.is_filled_once then 'keep'
       when case when f.is_opt_out and c.t = 'true' then true when f.is_opt_out and c.o = 'true' then false else w.policy = 'salesforce' end then 'lost'
       when w.policy = 'hold' and not (f.is_opt_out and c.o = 'true') then 'held'
       else 'kept' end as outcome offset 0) d;

-- take_decided: of these fields the decision counts, not the difference from the mirror
-- when held
update pg_temp."Lead_verdict_d11258e8" v
   set take = array(select unnest(v.take) except select unnest(d.decided)) || d.taken
  from pg_temp."Lead_held_d11258e8" h
 cross join lateral (
       select coalesce(array_agg(d.field), '{}') as decided,
              coalesce(array_agg(d.field) filter (where d.outcome in ('take', 'filled', 'lost')), '{}') as taken
         from pg_temp."Lead_decision_d11258e8" d where d.person = h.person offset 0) d
 where v.sf_id = h.sf_id;

-- keep_of_deleted: a deleted record's last values are taken, except where we had edited (ID16)
-- when held, gone
update pg_temp."Lead_verdict_d11258e8" v
   set take = array(select unnest(v.take) except select jsonb_object_keys(h.edits))
  from pg_temp."Lead_held_d11258e8" h
 where h.sf_id = v.sf_id and v.is_gone;

-- keep_decided: SAFE2: a conflict that theirs won is ours all the same
-- when keeps, held
update pg_temp."Lead_decision_d11258e8" d set outcome = 'kept', winner = 'marketing'
  from pg_temp."Lead_page_d11258e8" s
 where s."Id" = d.sf_id and d.outcome = 'lost' and d.policy <> 'opt_out' and s."SystemModstamp" <= (select nullif(current_setting('syncline.keep_through', true), '')::timestamptz)
   and d.field in ('email',
       'has_opted_out_of_email',
       'interests');

-- keep_ours: SAFE2: our values stay, and are sent back
-- when found, keeps
with kept as materialized (
  select v.sf_id, v.person, array_agg(f.field) as fields
    from pg_temp."Lead_verdict_d11258e8" v
    join pg_temp."Lead_page_d11258e8" s on s."Id" = v.sf_id
   cross join lateral unnest(v.take) f (field)
   where v.is_live and not v.is_new and not v.is_gone and s."SystemModstamp" <= (select nullif(current_setting('syncline.keep_through', true), '')::timestamptz)
     and f.field in ('email', 'has_opted_out_of_email', 'interests') and not (f.field = 'has_opted_out_of_email' and s."HasOptedOutOfEmail")
   group by v.sf_id, v.person),
left_alone as (
  update pg_temp."Lead_verdict_d11258e8" v set take = array(select unnest(v.take) except select unnest(k.fields)) from kept k where v.sf_id = k.sf_id)
insert into sync.outbox as o (person_id, edits, edited_at)
select k.person, (select jsonb_object_agg(f, nextval('sync.edit_version')) from unnest(k.fields) f),
       (select jsonb_object_agg(f, clock_timestamp()) from unnest(k.fields) f)
  from kept k order by k.person
    on conflict (person_id) do update
   set edits = o.edits || excluded.edits, edited_at = o.edited_at || excluded.edited_at,
       due_at = case when o.claim_id is null then least(o.due_at, excluded.due_at) else o.due_at end;

-- foreign_triggers: OUT2: somebody else may have a say in what we write
-- when found
select exists (
       select from pg_trigger t join pg_proc f on f.oid = t.tgfoid join pg_namespace n on n.oid = f.pronamespace
        where t.tgrelid = 'marketing.person'::regclass and not t.tgisinternal and t.tgenabled <> 'D' and n.nspname <> 'sync') as watched;

-- expect: OUT2: what these people are to be after this page
-- when found, watched
update pg_temp."Lead_verdict_d11258e8" v
   set expected = e.expected
  from (select u.sf_id, jsonb_build_object(
               'email', case when u.is_new or 'email' = any (u.take) then s."Email" else p."email" end,
               'has_opted_out_of_email', case when u.is_new or 'has_opted_out_of_email' = any (u.take) then s."HasOptedOutOfEmail" else p."has_opted_out_of_email" end,
               'interests', case when u.is_new or 'interests' = any (u.take) then s."Interests__c" else p."interests" end) as expected
          from pg_temp."Lead_verdict_d11258e8" u
          join pg_temp."Lead_page_d11258e8" s on s."Id" = u.sf_id
          left join marketing.person p on p.id = u.person
         where (u.is_live or u.is_new) and not u.is_gone offset 0) e
 where v.sf_id = e.sf_id;

-- links_end: a record that was deleted, merged away or converted is nobody's live record
-- when ends
update sync.link l
   set state = case when not v.is_gone then 'converted' when v.is_merged then 'merged' else 'deleted' end, ended_at = now()
  from pg_temp."Lead_verdict_d11258e8" v
 where l.sf_id = v.sf_id and l.state = 'live' and (v.is_gone or v.is_converted)
   and l.sf_id = any (array(select sf_id from pg_temp."Lead_verdict_d11258e8" where is_gone or is_converted));

-- links_return: the same link is live again
-- when returns
update sync.link l set state = 'live', person_id = v.person, since = now(), ended_at = null
  from pg_temp."Lead_verdict_d11258e8" v
 where l.sf_id = v.sf_id and l.state <> 'live' and (v.is_revived or v.is_new)
   and l.sf_id = any (array(select sf_id from pg_temp."Lead_verdict_d11258e8" where is_revived or is_new));

-- new_links: ID1: the database itself refuses a second live record of a person
-- when unknown
insert into sync.link (sf_id, object, person_id, state, ended_at)
select sf_id, 'Lead', person, case when not is_gone then 'live' when is_merged then 'merged' else 'deleted' end, case when is_gone then now() end
  from pg_temp."Lead_verdict_d11258e8"
 where state is null and (is_new or linked_by is not null);

-- odd_keys_over: ID4: its external id is another one by now
-- when keyed
update sync.error e set resolved_at = clock_timestamp()
 where e.code = 'external-id-of-another' and e.resolved_at is null
   and e.person_id = any (array(select person from pg_temp."Lead_verdict_d11258e8" where is_keyed));

-- odd_keys: ID4: the external id of another person is listed, and nothing is linked anew
-- when keyed
insert into sync.error (level, object, person_id, sf_id, code, message, disposition, run_id)
select 'record', 'Lead', v.person, v.sf_id, 'external-id-of-another', s."Syncline_Key__c", 'park', (select nullif(current_setting('syncline.run_id', true), '')::bigint)
  from pg_temp."Lead_verdict_d11258e8" v
  join pg_temp."Lead_page_d11258e8" s on s."Id" = v.sf_id
  join marketing.person k on k.external_id = s."Syncline_Key__c" and k.id <> v.person
 where v.is_keyed and v.state is not null and v.is_live and not v.is_gone
   and k.external_id = any (array(select "Syncline_Key__c" from pg_temp."Lead_page_d11258e8" where "Syncline_Key__c" <> ''))
 order by v.sf_id;

-- new_people: ID3: somebody new
-- when found
insert into marketing.person
       (id, external_id, salesforce_id, salesforce_type, "email", "has_opted_out_of_email", "interests", "name", "is_converted", "converted_contact_id")
select v.person,
       case when s."Syncline_Key__c" <> '' and not exists (select from marketing.person k where k.external_id = s."Syncline_Key__c")
            then s."Syncline_Key__c" else replace(gen_random_uuid()::text, '-', '') end,
       v.sf_id, 'Lead', s."Email", s."HasOptedOutOfEmail", s."Interests__c", s."Name", s."IsConverted", s."ConvertedContactId"
  from pg_temp."Lead_verdict_d11258e8" v
  join pg_temp."Lead_page_d11258e8" s on s."Id" = v.sf_id
 where v.is_new;

-- new_people_journal: where they came from
-- when found
insert into sync.journal (object, row_id, sf_id, cause, run_id)
select 'Lead', person, sf_id, 'salesforce', (select nullif(current_setting('syncline.run_id', true), '')::bigint)
  from pg_temp."Lead_verdict_d11258e8" where is_new;

-- recognised: the person is this record now
-- when found
update marketing.person p set salesforce_id = v.sf_id, salesforce_type = 'Lead', is_deleted = v.is_gone
  from pg_temp."Lead_verdict_d11258e8" v
 where p.id = v.person and (v.linked_by is not null or v.is_revived)
   and p.id = any (array(select person from pg_temp."Lead_verdict_d11258e8" where linked_by is not null or is_revived));

-- create_is_done: RACE2: the lead exists, whoever says so first; what waited for a live record waits no more
-- when found
update sync.outbox o
   set create_lead = false, parked = case when o.create_lead then o.parked - '*' else o.parked end, due_at = case when o.due_at = 'infinity' then now() else o.due_at end
  from pg_temp."Lead_verdict_d11258e8" v
 where o.person_id = v.person and (v.linked_by is not null or v.is_revived)
   and o.person_id = any (array(select person from pg_temp."Lead_verdict_d11258e8" where linked_by is not null or is_revived));

-- create_errors_close: nor does what Salesforce refused to make
-- when named
update sync.error e set resolved_at = clock_timestamp()
 where e.level = 'record' and e.resolved_at is null
   and e.person_id = any (array(select person from pg_temp."Lead_verdict_d11258e8" where linked_by is not null))
   and not exists (select from sync.outbox o where o.person_id = e.person_id and o.parked <> '{}');

-- choices_end: OUT32: whose record it is has been decided
-- when unknown
delete from sync.link_choice c using pg_temp."Lead_verdict_d11258e8" v
 where c.sf_id = v.sf_id and c.sf_id = any (array(select sf_id from pg_temp."Lead_verdict_d11258e8" where state is null));

-- passed_journal: what became of a record that ended in another one; its link names the person that is left
-- when passes
insert into sync.journal (object, row_id, sf_id, cause, run_id)
select 'Lead', l.person_id, v.sf_id, case when v.is_converted then 'converted' else 'merged' end, (select nullif(current_setting('syncline.run_id', true), '')::bigint)
  from pg_temp."Lead_verdict_d11258e8" v
  join sync.link l on l.sf_id = v.sf_id
 where (v.is_converted or v.is_gone and v.is_merged) and v.state not in ('converted', 'merged', 'deleted_here');

-- journal: each changed field with its value before and after; written first, while p still holds the value before
-- when found
insert into sync.journal (object, row_id, sf_id, cause, run_id, fields, evidence)
select 'Lead', v.person, v.sf_id,
       case when v.is_gone then 'deleted' when v.is_revived then case v.state when 'out_of_scope' then 'in_scope' else 'undeleted' end when v.linked_by is not null then 'linked' else 'salesforce' end,
       (select nullif(current_setting('syncline.run_id', true), '')::bigint), d.fields, null
  from pg_temp."Lead_verdict_d11258e8" v
  join pg_temp."Lead_page_d11258e8" s on s."Id" = v.sf_id
  join marketing.person p on p.id = v.person
 cross join lateral (select jsonb_strip_nulls(jsonb_build_object(
        'email', case when 'email' = any (v.take) and p."email" is distinct from s."Email" then jsonb_build_array(p."email", s."Email") end,
        'has_opted_out_of_email', case when 'has_opted_out_of_email' = any (v.take) and p."has_opted_out_of_email" is distinct from s."HasOptedOutOfEmail" then jsonb_build_array(p."has_opted_out_of_email", s."HasOptedOutOfEmail") end,
        'interests', case when 'interests' = any (v.take) and p."interests" is distinct from s."Interests__c" then jsonb_build_array(p."interests", s."Interests__c") end,
        'name', case when p."name" is distinct from s."Name" then jsonb_build_array(p."name", s."Name") end,
        'is_converted', case when p."is_converted" is distinct from s."IsConverted" then jsonb_build_array(p."is_converted", s."IsConverted") end,
        'converted_contact_id', case when p."converted_contact_id" is distinct from s."ConvertedContactId" then jsonb_build_array(p."converted_contact_id", s."ConvertedContactId") end)) as fields offset 0) d
 where not v.is_new and v.is_live
   and p.id = any (array(select person from pg_temp."Lead_verdict_d11258e8" where is_live and not is_new))
   and (d.fields <> '{}' or v.is_gone or v.is_revived or v.linked_by is not null);

-- people: a field is taken when theirs moved and nothing of ours stands against it
-- when found
update marketing.person p
   set "email" = case when 'email' = any (v.take) then s."Email" else p."email" end,
       "has_opted_out_of_email" = case when 'has_opted_out_of_email' = any (v.take) then s."HasOptedOutOfEmail" else p."has_opted_out_of_email" end,
       "interests" = case when 'interests' = any (v.take) then s."Interests__c" else p."interests" end,
       "name" = s."Name",
       "is_converted" = s."IsConverted",
       "converted_contact_id" = s."ConvertedContactId"
  from pg_temp."Lead_verdict_d11258e8" v
  join pg_temp."Lead_page_d11258e8" s on s."Id" = v.sf_id
 where p.id = v.person and v.is_live and not v.is_new
   and p.id = any (array(select person from pg_temp."Lead_verdict_d11258e8" where is_live and not is_new))
   and (v.take <> '{}'
        or (p."name", p."is_converted", p."converted_contact_id")
        is distinct from
        (s."Name", s."IsConverted", s."ConvertedContactId"));

-- deleted: N90: the person stays, and says that its record is deleted
-- when gone
update marketing.person p set is_deleted = true
  from pg_temp."Lead_verdict_d11258e8" v
 where p.id = v.person and v.is_gone and (v.state = 'live' or v.linked_by is not null)
   and p.id = any (array(select person from pg_temp."Lead_verdict_d11258e8" where is_gone));

-- notice: OUT2: what a trigger made of it is an edit made here
-- when found, watched
insert into sync.outbox as o (person_id, edits, edited_at)
select p.id, jsonb_object_agg(e.key, nextval('sync.edit_version')), jsonb_object_agg(e.key, clock_timestamp())
  from pg_temp."Lead_verdict_d11258e8" v
  join marketing.person p on p.id = v.person and p.id = any (array(select person from pg_temp."Lead_verdict_d11258e8" where expected is not null))
 cross join lateral (select to_jsonb(p) as now offset 0) j
 cross join lateral jsonb_each(v.expected) e
 where v.expected is not null and coalesce(j.now -> e.key, 'null') is distinct from e.value
 group by p.id order by p.id
    on conflict (person_id) do update
   set edits = o.edits || excluded.edits, edited_at = o.edited_at || excluded.edited_at, parked = '{}',
       due_at = case when o.claim_id is null then least(o.due_at, excluded.due_at) else o.due_at end;

-- conflicts: MRG12: every conflict leaves one row
-- when held
insert into sync.conflict (object, person_id, sf_id, field, base, theirs, ours, policy, winner, ours_at, theirs_at)
select 'Lead', person, sf_id, field, base, theirs, ours, policy, winner, ours_at, theirs_at
  from pg_temp."Lead_decision_d11258e8" where is_conflict order by person, field;

-- held_dissolve: MRG13: nobody is asked any more about what is decided
-- when held
delete from sync.conflict k using pg_temp."Lead_decision_d11258e8" d
 where k.winner is null and k.person_id = d.person and k.field = d.field
   and d.outcome in ('nothing', 'agreed', 'undone', 'take', 'lost', 'kept', 'restore', 'overruled')
   and (k.policy not in ('loop', 'restored') or k.policy = 'restored' and d.outcome in ('agreed', 'undone', 'take', 'lost'))
   and k.person_id = any (array(select person from pg_temp."Lead_decision_d11258e8"));

-- held_grow: MRG13: somebody is asked
-- when held
insert into sync.conflict as k (object, person_id, sf_id, field, base, theirs, ours, policy, winner, ours_at, theirs_at)
select 'Lead', person, sf_id, field, base, theirs, ours, policy, null, ours_at, theirs_at
  from pg_temp."Lead_decision_d11258e8" where outcome = 'held' order by person, field
    on conflict (person_id, field) where winner is null do update
   set object = excluded.object, sf_id = excluded.sf_id, theirs = excluded.theirs, ours = excluded.ours, ours_at = excluded.ours_at, theirs_at = excluded.theirs_at;

-- restore: MRG10: theirs won and our send had overwritten it, so the person takes what was seen
-- when held
update marketing.person p
   set ("email", "has_opted_out_of_email", "interests") = (select r."email", r."has_opted_out_of_email", r."interests" from jsonb_populate_record(p, d.fields) r)
  from pg_temp."Lead_held_d11258e8" h
 cross join lateral (
       select jsonb_object_agg(d.field, d.theirs) as fields
         from pg_temp."Lead_decision_d11258e8" d where d.person = h.person and d.outcome = 'restore' offset 0) d
 where p.id = h.person and d.fields is not null
   and p.id = any (array(select person from pg_temp."Lead_decision_d11258e8" where outcome = 'restore'));

-- restore_journal: and the journal says so
-- when held
insert into sync.journal (object, row_id, sf_id, cause, run_id, fields)
select 'Lead', person, sf_id, 'conflict', (select nullif(current_setting('syncline.run_id', true), '')::bigint), jsonb_object_agg(field, jsonb_build_array(ours, theirs))
  from pg_temp."Lead_decision_d11258e8" where outcome = 'restore' group by person, sf_id;

-- agreed_journal: nothing is left to say: both sides say the same
-- when held
insert into sync.journal (object, row_id, sf_id, cause, run_id, fields)
select 'Lead', person, sf_id, 'agreed', (select nullif(current_setting('syncline.run_id', true), '')::bigint), jsonb_object_agg(field, jsonb_build_array(ours, theirs))
  from pg_temp."Lead_decision_d11258e8" where outcome = 'agreed' group by person, sf_id;

-- undone_journal: nothing is left to say: the edit was undone here
-- when held
insert into sync.journal (object, row_id, sf_id, cause, run_id, fields)
select 'Lead', person, sf_id, 'undone', (select nullif(current_setting('syncline.run_id', true), '')::bigint), jsonb_object_agg(field, jsonb_build_array(ours, theirs))
  from pg_temp."Lead_decision_d11258e8" where outcome = 'undone' group by person, sf_id;

-- entries_leave: agreed, undone and lost edits are no longer ours; a lost parked one is withdrawn with its error (MRG22)
-- when held
update sync.outbox o set edits = o.edits - d.fields, edited_at = o.edited_at - d.fields, parked = o.parked - d.fields
  from pg_temp."Lead_held_d11258e8" h
 cross join lateral (
       select array_agg(d.field) as fields
         from pg_temp."Lead_decision_d11258e8" d where d.person = h.person and d.outcome in ('agreed', 'undone', 'filled', 'lost') offset 0) d
 where o.person_id = h.person and d.fields is not null
   and o.person_id = any (array(select person from pg_temp."Lead_decision_d11258e8" where outcome in ('agreed', 'undone', 'filled', 'lost')));

-- errors_close: MRG22: the error of a parked edit that lost, or that nobody needs any more, is over with it
-- when held
update sync.error e set resolved_at = clock_timestamp()
 where e.level = 'record' and e.resolved_at is null
   and e.person_id = any (array(select person from pg_temp."Lead_decision_d11258e8" where outcome in ('agreed', 'undone', 'filled', 'lost')))
   and not exists (select from sync.outbox o where o.person_id = e.person_id and o.parked <> '{}');

-- entries_close: a person with nothing left to send has no entry
-- when held
delete from sync.outbox o using pg_temp."Lead_held_d11258e8" h
 where o.person_id = h.person and o.person_id = any (array(select person from pg_temp."Lead_held_d11258e8"))
   and o.edits = '{}' and not o.create_lead and o.claim_id is null;

-- entries_grow: MRG7, MRG10: what Salesforce must hear again; MRG17: what it hears for the first time
-- when held
insert into sync.outbox as o (person_id, edits, edited_at)
select person, jsonb_object_agg(field, nextval('sync.edit_version')), jsonb_object_agg(field, clock_timestamp())
  from pg_temp."Lead_decision_d11258e8" where outcome in ('resend', 'restore') or grows
 group by person order by person
    on conflict (person_id) do update
   set edits = o.edits || excluded.edits, edited_at = o.edited_at || excluded.edited_at,
       due_at = case when o.claim_id is null then least(o.due_at, excluded.due_at) else o.due_at end;

-- wake_sender: the sender sleeps until it is called
-- when resends
select pg_notify('syncline_outbox', '');

-- parked_again: OUT34: what was refused is tried again once its record changed in Salesforce; our own write coming home is no such change
-- when found
select sync.retry_parked(array(
       select o.person_id from sync.outbox o
        where o.person_id = any (array(select person from pg_temp."Lead_verdict_d11258e8" where is_live and not is_new and not is_gone))
          and o.parked <> '{}' and o.claim_id is null
          and not exists (select from sync.sent x where x.person_id = o.person_id
                             and (x.in_flight <> '{}' or x.acknowledged <> '{}' or x.unanswered <> '{}'))));

-- sent_moves: MRG5 to MRG7: what a read decided is settled; what it could not decide is kept beside its base
-- when held
update sync.sent x
   set acknowledged = x.acknowledged - d.settled,
       unanswered = x.unanswered - d.landed,
       seen = (x.seen - d.settled - d.waiting) || d.seen,
       base = d.base || (x.base - d.settled),
       past = x.past - d.settled
  from pg_temp."Lead_held_d11258e8" h
 cross join lateral (
       select coalesce(array_agg(field) filter (where outcome not in ('landing', 'waiting', 'undecided', 'stale')), '{}') as settled,
              coalesce(array_agg(field) filter (where outcome = 'waiting' and not is_landed), '{}') as waiting,
              coalesce(array_agg(field) filter (where is_landed and outcome <> 'stale'), '{}') as landed,
              coalesce(jsonb_object_agg(field, theirs) filter (where outcome = 'undecided'), '{}') as seen,
              coalesce(jsonb_object_agg(field, base) filter (where outcome = 'undecided'), '{}') as base
         from pg_temp."Lead_decision_d11258e8" d where d.person = h.person offset 0) d
 where x.person_id = h.person and x.person_id = any (array(select person from pg_temp."Lead_decision_d11258e8"));

-- sent_closes: a person of whom every send was seen again has no row
-- when held
delete from sync.sent x using pg_temp."Lead_held_d11258e8" h
 where x.person_id = h.person and x.person_id = any (array(select person from pg_temp."Lead_held_d11258e8"))
   and x.in_flight = '{}' and x.acknowledged = '{}' and x.unanswered = '{}' and x.seen = '{}';

-- read_after_answer: MRG6: what a stale read could not decide is read by id after the answer
-- when held
insert into sync.reread as r (object, sf_id, reason, due_at)
select 'Lead', sf_id, 'stale_read', clock_timestamp() + case when bool_or(is_in_flight) then interval '5 seconds' else interval '0' end
  from pg_temp."Lead_decision_d11258e8" where outcome in ('undecided', 'stale') group by sf_id order by sf_id
    on conflict (object, sf_id) do update set asked_at = clock_timestamp(), due_at = excluded.due_at;

-- withdrawn_journal: ID16: what will not be sent any more
-- when gone
insert into sync.journal (object, row_id, sf_id, cause, run_id, fields)
select 'Lead', v.person, v.sf_id, 'withdrawn', (select nullif(current_setting('syncline.run_id', true), '')::bigint),
       (select jsonb_object_agg(e.field, jsonb_build_array(to_jsonb(p) -> e.field, null)) from jsonb_object_keys(o.edits) e (field))
  from pg_temp."Lead_verdict_d11258e8" v
  join sync.outbox o on o.person_id = v.person and o.edits <> '{}'
  join marketing.person p on p.id = v.person
 where v.is_gone and not v.is_merged and (v.state = 'live' or v.linked_by is not null) and o.person_id = any (array(select person from pg_temp."Lead_verdict_d11258e8" where is_gone)) and p.id = any (array(select person from pg_temp."Lead_verdict_d11258e8" where is_gone));

-- held_gone: and nobody is asked about it
-- when gone
delete from sync.conflict k using pg_temp."Lead_verdict_d11258e8" v where k.winner is null and k.person_id = v.person and v.is_gone and not v.is_merged and (v.state = 'live' or v.linked_by is not null) and k.person_id = any (array(select person from pg_temp."Lead_verdict_d11258e8" where is_gone));

-- withdrawn: ID16: no send and no error
-- when gone
delete from sync.outbox o using pg_temp."Lead_verdict_d11258e8" v where o.person_id = v.person and v.is_gone and not v.is_merged and (v.state = 'live' or v.linked_by is not null) and o.person_id = any (array(select person from pg_temp."Lead_verdict_d11258e8" where is_gone));

-- sent_forgotten: and no read of it is awaited
-- when gone
delete from sync.sent x using pg_temp."Lead_verdict_d11258e8" v where x.person_id = v.person and v.is_gone and not v.is_merged and (v.state = 'live' or v.linked_by is not null) and x.person_id = any (array(select person from pg_temp."Lead_verdict_d11258e8" where is_gone));

-- passed_waits: ID15: nothing can be sent to a record that ended in another one; edits wait for the heir
-- when passes
update sync.outbox o set due_at = 'infinity'
  from pg_temp."Lead_verdict_d11258e8" v
 where o.person_id = v.person and (v.is_converted or v.is_gone and v.is_merged) and v.state = 'live' and o.claim_id is null
   and o.person_id = any (array(select person from pg_temp."Lead_verdict_d11258e8" where is_converted or is_merged));

-- mirror_moves: the mirror holds what Salesforce last told us, whoever won
-- when found
update salesforce."Lead" m
   set "IsDeleted" = s."IsDeleted", "MasterRecordId" = s."MasterRecordId", "SystemModstamp" = s."SystemModstamp",
       "LastModifiedDate" = s."LastModifiedDate", "Syncline_Key__c" = s."Syncline_Key__c", "Name" = s."Name",
       "Email" = s."Email", "HasOptedOutOfEmail" = s."HasOptedOutOfEmail", "Interests__c" = s."Interests__c",
       "IsConverted" = s."IsConverted", "ConvertedContactId" = s."ConvertedContactId",
       "_began_at" = (select nullif(current_setting('syncline.began_at', true), '')::timestamptz)
  from pg_temp."Lead_verdict_d11258e8" v
  join pg_temp."Lead_page_d11258e8" s on s."Id" = v.sf_id
 where m."Id" = v.sf_id and not v.is_unmirrored
   and m."Id" = any (array(select sf_id from pg_temp."Lead_verdict_d11258e8" where not is_unmirrored))
   and (s."IsDeleted", s."MasterRecordId", s."SystemModstamp", s."LastModifiedDate", s."Syncline_Key__c", s."Name",
        s."Email", s."HasOptedOutOfEmail", s."Interests__c", s."IsConverted", s."ConvertedContactId")
       is distinct from
       (m."IsDeleted", m."MasterRecordId", m."SystemModstamp", m."LastModifiedDate", m."Syncline_Key__c", m."Name",
        m."Email", m."HasOptedOutOfEmail", m."Interests__c", m."IsConverted", m."ConvertedContactId");

-- mirror_grows: a record never seen has its row
-- when found
insert into salesforce."Lead"
       ("Id", "IsDeleted", "MasterRecordId", "SystemModstamp", "LastModifiedDate", "Syncline_Key__c", "Name", "Email",
       "HasOptedOutOfEmail", "Interests__c", "IsConverted", "ConvertedContactId", "_began_at")
select s."Id", s."IsDeleted", s."MasterRecordId", s."SystemModstamp", s."LastModifiedDate", s."Syncline_Key__c", s."Name",
       s."Email", s."HasOptedOutOfEmail", s."Interests__c", s."IsConverted", s."ConvertedContactId", (select nullif(current_setting('syncline.began_at', true), '')::timestamptz)
  from pg_temp."Lead_verdict_d11258e8" v
  join pg_temp."Lead_page_d11258e8" s on s."Id" = v.sf_id
 where v.is_unmirrored;

-- cursor: IN4: the greatest stamp applied so far
-- when poll
update sync.cursor c set at = p.at
  from (select max("SystemModstamp") as at from pg_temp."Lead_page_d11258e8") p
 where c.object = 'Lead' and p.at > coalesce(c.at, '-infinity');

-- == a page of an initial load ==

create or replace function sync."load_Lead"() returns trigger
  language plpgsql set search_path = '' as $$
declare
  page_secret bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
  page_start bytea := substr(uuid_send(gen_random_uuid()), 1, 2);
  page_run bigint := nullif(current_setting('syncline.run_id', true), '')::bigint;
  page_created bigint;
begin
  with born as (
    insert into marketing.person
           (external_id, salesforce_id, salesforce_type, "email", "has_opted_out_of_email", "interests", "name", "is_converted", "converted_contact_id")
    select encode(page_start || substr(sha256(page_secret || textsend(s."Id")), 1, 14), 'hex'), s."Id", 'Lead', s."Email",
           s."HasOptedOutOfEmail", s."Interests__c", s."Name", s."IsConverted", s."ConvertedContactId"
      from page s
     where case when length(s."Id") <> 18 or s."Syncline_Key__c" <> '' then sync.refuse_known(s."Id") else not coalesce(s."IsDeleted", false) and not coalesce(s."IsConverted", false) end
    returning id, salesforce_id
  ), linked as (
    insert into sync.link (sf_id, object, person_id) select b.salesforce_id, 'Lead', b.id from born b
  )
  insert into sync.journal (object, row_id, sf_id, cause, run_id)
  select 'Lead', b.id, b.salesforce_id, 'load', page_run from born b;
  get diagnostics page_created = row_count;
  perform set_config('syncline.created', page_created::text, true);
  return null;
end $$;

create or replace trigger load after insert on salesforce."Lead" referencing new table as page
  for each statement when (current_setting('syncline.load', true) = 'on') execute function sync."load_Lead"();

do $$ begin
  execute format('alter table %s alter column "_began_at" set default %L::timestamptz', 'salesforce."Lead"', current_setting('syncline.began_at'));
end $$;

copy salesforce."Lead" ("Id", "IsDeleted", "MasterRecordId", "SystemModstamp", "LastModifiedDate", "Syncline_Key__c", "Name", "Email", "HasOptedOutOfEmail", "Interests__c", "IsConverted", "ConvertedContactId") from stdin with (format csv, header match, force_null ("Id", "IsDeleted", "MasterRecordId", "SystemModstamp", "LastModifiedDate", "Syncline_Key__c", "Name", "Email", "HasOptedOutOfEmail", "Interests__c", "IsConverted", "ConvertedContactId"));

alter table salesforce."Lead" alter column "_began_at" drop default;

drop trigger if exists load on salesforce."Lead";

drop function if exists sync."load_Lead"();
