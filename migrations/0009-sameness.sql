-- The sameness check (SAFE3): what was compared of an object, when, and what differed.

create table sync.sameness (
  object     text primary key,
  wanted_at  timestamptz,                  -- somebody asked; null: at the next time by itself
  began_at   timestamptz,                  -- of the check that runs; null: none does
  checked_at timestamptz,                  -- when the last whole check began
  equal_at   timestamptz,                  -- when the last check that found no difference began
  compared   integer not null default 0,   -- records of the last whole check that were compared
  waiting    integer not null default 0,   -- left out of it: something of ours is not settled
  young      integer not null default 0,   -- left out of it: changed in Salesforce too lately to be known
  problem    jsonb                         -- why the last try did not come to its end
);

create table sync.difference (
  object   text not null,
  sf_id    text collate "C" not null,
  row_id   bigint,                         -- a person, a company and so on; null: the record is not here
  kind     text not null check (kind in ('values', 'not_here', 'not_there')),
  fields   text[] not null default '{}',   -- columns of ours that differ
  found_at timestamptz not null default now(),
  primary key (object, sf_id)
);

-- Records that the running check has seen. A crash empties it, and the check begins anew.
create unlogged table sync.sameness_seen (
  object text not null,
  sf_id  text collate "C" not null
);
