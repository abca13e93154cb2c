-- Older code may run after this migration: no. It would send from a database that was restored before it knows what changed since.
--
-- Which life of the database this is (SAFE12), and what follows when it turns out to be another one: sends wait until what changed since is read.

create table sync.life (
  is_only   boolean primary key default true check (is_only),
  life_id   uuid not null default gen_random_uuid(), -- of this line of history; another one after each recovery that was noticed
  system_id text not null,                 -- of the cluster it was last seen in
  timeline  text not null,                 -- of its log, as hexadecimal digits
  beat      bigint not null default 0,     -- grows while a process runs; the home folder of each process remembers the last it saw
  beat_at   timestamptz not null default clock_timestamp()
);

create table sync.recovery (
  recovery_id  bigint generated always as identity primary key,
  recovered_at timestamptz not null default clock_timestamp(), -- when a process noticed: what is read from now on knows what is there
  ended_life   uuid not null,              -- the life that it ended: a folder that remembers it is only late
  why          text not null check (why in ('system', 'timeline', 'beat', 'life')),
  caught_up_at timestamptz,                -- null: sends wait
  held         bigint                      -- fields that somebody is asked about, because their record changed after the edit
);
create unique index recovery_open on sync.recovery ((true)) where caught_up_at is null;
