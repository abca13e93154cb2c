-- Older code may run after this migration: no. It would make people of records that were erased.
--
-- What is remembered of people who were deleted here: enough to tell an echo from a change (ID20), and of those who were erased no more than
-- what recognises their records (ID21).

create table sync.deleted_person (
  external_id text collate "C" primary key,
  person_id   bigint not null,
  deleted_at  timestamptz not null default clock_timestamp(),
  owes        boolean not null             -- a write of ours was under way or unanswered: what it does to the record is no change of Salesforce's
);
create index deleted_person_person on sync.deleted_person (person_id);

create table sync.erasure (
  is_only boolean primary key default true check (is_only),
  key     bytea not null                   -- of the marks; `syncline_engineer` may not read it
);
insert into sync.erasure (key) values (uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));

create table sync.erased (
  mark bytea primary key,                  -- of a Salesforce id or an external id
  at   timestamptz not null default clock_timestamp()
);

-- A keyed hash: without the key nobody can ask it whether an id was erased.
create function sync.mark_of(known_id text) returns bytea
  language sql stable set search_path = ''
  as $$ select sha256(k.key || sha256(k.key || convert_to(known_id, 'UTF8'))) from sync.erasure k $$;

-- Of people who were deleted here, in the same transaction. What is kept beside the marks names nobody: numbers of ours, counts, codes.
create function sync.erase_deleted(persons bigint[]) returns void
  language plpgsql set search_path = '' as $$
declare
  known text[] := array(select sf_id from sync.link where person_id = any(persons));
  keys text[] := array(select external_id from sync.deleted_person where person_id = any(persons)
                       union select external_id from sync.person_redirect where survivor_id = any(persons));
  mirror text;
begin
  insert into sync.erased (mark)
  select distinct sync.mark_of(i) from unnest(known || keys) i
      on conflict do nothing;
  foreach mirror in array array['Lead', 'Contact'] loop
    if to_regclass(format('salesforce.%I', mirror)) is not null then
      execute format('delete from salesforce.%I where "Id" = any($1)', mirror) using known;
    end if;
  end loop;
  delete from sync.journal where row_id = any(persons) and object in ('Lead', 'Contact');
  delete from sync.conflict where person_id = any(persons);
  delete from sync.error where person_id = any(persons);
  delete from sync.probe where person_id = any(persons);
  delete from sync.overtaken where person_id = any(persons);
  delete from sync.outbox where person_id = any(persons);
  delete from sync.sent where person_id = any(persons);
  delete from sync.link_choice where person_id = any(persons);
  delete from sync.reread where object in ('Lead', 'Contact') and sf_id = any(known);
  delete from sync.difference where object in ('Lead', 'Contact') and sf_id = any(known);
  delete from sync.heir where sf_id = any(known) or heir_id = any(known);
  delete from sync.person_redirect where survivor_id = any(persons);
  delete from sync.link where person_id = any(persons);
  delete from sync.deleted_person where person_id = any(persons);
  update sync.action_person set object = null, sf_id = null, made = null, problem = jsonb_build_object('code', problem -> 'code', 'detail', '{}'::jsonb)
   where person_id = any(persons) and (sf_id is not null or problem is not null);
end $$;
