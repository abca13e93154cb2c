-- Older code may run after this migration: yes. It neither reads nor writes any of this.
--
-- SET6: what the org says of its schema is compared with the map regularly and whenever an answer hints at a change. What is otherwise stands
-- here as long as it is otherwise.

alter table sync.field add column picklist text[]; -- the active values that the map was told of, in their order; null: no picklist, or never told

create table sync.schema_change (
  object     text not null,
  name       text not null,                -- the field; '*': the object
  kind       text not null,                -- as in `mapping/plan-differences.ts`
  label      text not null,
  was        text,
  "is"       text,
  fits       boolean,                      -- of `retyped`: the column holds what comes now
  removed    text[] not null default '{}', -- of `picklist`
  added      text[] not null default '{}',
  allowed    text[],                       -- values that Salesforce takes now; null: any
  length_max integer,                      -- characters that it takes now; null: not known to be fewer
  since      timestamptz not null default clock_timestamp(), -- when it was first seen
  primary key (object, name, kind)
);

create table sync.schema_look (
  is_only  boolean primary key default true check (is_only),
  began_at timestamptz                     -- when the last complete look began; what happened since may not be known yet
);
insert into sync.schema_look default values;
