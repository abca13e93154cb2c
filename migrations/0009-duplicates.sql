-- Older code may run after this migration: yes. It keeps no matches, links nobody by choice, and saves nothing that a rule blocks.
--
-- OUT32: what a duplicate rule of the org found, and what somebody chose to do about it.

alter table sync.error
  add column duplicate jsonb;              -- {rule, allowSave, matches: [{object, id, name, email, company}]}; null: no such block
alter table sync.outbox
  add column saves_duplicate boolean not null default false; -- somebody chose to save it although records like it exist; an answer ends it

-- Unknown records that somebody said are a person of ours. The next read of the record makes the link, and the row goes with it.
create table sync.link_choice (
  sf_id     text collate "C" primary key,
  person_id bigint not null,
  chosen_by text not null,
  at        timestamptz not null default clock_timestamp()
);
