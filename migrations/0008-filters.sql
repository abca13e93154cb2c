-- Older code may run after this migration: yes, as long as no object has a filter; it would read what a filter leaves out, and send to it.
--
-- N117: which records of an object are in the sync. An object without a row is read whole.

create table sync.filter (
  object     text primary key,
  match      text not null check (match in ('all', 'any')),
  conditions jsonb not null                -- [{field, operator, value}], as they were checked against `sync.field`
);

-- The map's version since which an object has to be read from its beginning, because its filter is another one; null: it has not to be.
alter table sync.cursor add column rescan_version bigint;

-- A sender looks here whether a person's record is outside the filter; where there is no filter it is empty.
create index link_out_of_scope on sync.link (sf_id) where state = 'out_of_scope';
