-- Older code may run after this migration: yes. It folds nobody, and asks for nothing of the redirects.
--
-- ID8 to ID15: a record that was converted or merged away ends in another one, its heir, and its person in the heir's.

-- Records whose person is not yet their heir's. A row leaves when the two are one.
create table sync.heir (
  sf_id       text collate "C" primary key, -- the record that ended
  object      text not null,
  heir_id     text collate "C" not null,    -- the end of the chain, as far as it is known
  heir_object text not null,
  reason      text not null check (reason in ('conversion', 'merge')),
  passed_at   timestamptz not null,         -- SystemModstamp of the row that said so
  asked_id    text collate "C"              -- the heir that was asked for last; another one is asked for anew
);
create index heir_heir on sync.heir (heir_id);

-- ID23: persons that are another one now, for ever. The survivor is never itself among those that left: chains are flat.
create table sync.person_redirect (
  person_id   bigint primary key,
  survivor_id bigint not null,
  external_id text collate "C" not null,   -- the one that the person had
  reason      text not null check (reason in ('conversion', 'merge')),
  at          timestamptz not null default now()
);
create index person_redirect_survivor on sync.person_redirect (survivor_id);
create index person_redirect_external on sync.person_redirect (external_id);

-- Of two persons one leaves: what names it by foreign key names the other one first. `final` is whose id remains; where it is the loser's,
-- the survivor's values go over to that row. A row of others that cannot follow (its table is not ours to write, or it would be there
-- twice) does what its key says on delete; where that forbids the delete, the person stays as a row that is no record's.
create function sync.fold_person(loser bigint, survivor bigint, final bigint) returns void
  language plpgsql as $$
declare
  leaves bigint := case when final = loser then survivor else loser end;
  reference record;
begin
  if final = loser then
    execute (
      select format('update marketing.person p set (%1$s) = (select %1$s from marketing.person k where k.id = $1) where p.id = $2',
                    string_agg(quote_ident(a.attname), ', ' order by a.attnum))
        from pg_attribute a
       where a.attrelid = 'marketing.person'::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
         and a.attname not in ('id', 'external_id', 'created_at'))
      using survivor, loser;
  end if;
  for reference in
    select c.conrelid::regclass as child, a.attname as by_column
      from pg_constraint c
      join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
      join pg_attribute k on k.attrelid = c.confrelid and k.attnum = c.confkey[1]
     where c.contype = 'f' and c.confrelid = 'marketing.person'::regclass and c.conparentid = 0 and cardinality(c.conkey) = 1 and k.attname = 'id'
  loop
    begin
      execute format('update %s set %I = $1 where %2$I = $2', reference.child, reference.by_column) using final, leaves;
    exception when integrity_constraint_violation or insufficient_privilege then null; -- does what its key says on delete
    end;
  end loop;
  begin
    delete from marketing.person p where p.id = leaves;
  exception when foreign_key_violation then
    update marketing.person p set salesforce_id = null, salesforce_type = null, is_deleted = true where p.id = leaves;
  end;
end $$;

-- What ended before this migration is asked for once more, and folded when it is read.
do $$ begin
  if to_regclass('salesforce."Lead"') is not null
     and exists (select from pg_attribute where attrelid = to_regclass('salesforce."Lead"') and attname = 'ConvertedContactId' and not attisdropped) then
    execute $lead$
      insert into sync.heir (sf_id, object, heir_id, heir_object, reason, passed_at)
      select l.sf_id, 'Lead', m."ConvertedContactId", 'Contact', 'conversion', m."SystemModstamp"
        from sync.link l
        join salesforce."Lead" m on m."Id" = l.sf_id
        join marketing.person p on p.id = l.person_id and p.salesforce_id = l.sf_id
       where l.state = 'converted' and m."ConvertedContactId" is not null $lead$;
  end if;
end $$;
do $$
declare
  kind text;
begin
  foreach kind in array array['Lead', 'Contact'] loop
    if exists (select from pg_attribute where attrelid = to_regclass(format('salesforce.%I', kind)) and attname = 'MasterRecordId' and not attisdropped) then
      execute format($merged$
        insert into sync.heir (sf_id, object, heir_id, heir_object, reason, passed_at)
        select l.sf_id, l.object, m."MasterRecordId", l.object, 'merge', m."SystemModstamp"
          from sync.link l
          join salesforce.%1$I m on m."Id" = l.sf_id
          join marketing.person p on p.id = l.person_id and p.salesforce_id = l.sf_id
         where l.object = %1$L and l.state = 'merged' and m."MasterRecordId" is not null $merged$, kind);
    end if;
  end loop;
end $$;
insert into sync.reread (object, sf_id, reason)
select distinct heir_object, heir_id, 'heir' from sync.heir
    on conflict do nothing;
update sync.heir set asked_id = heir_id;
