-- Older code may run after this migration: yes. It does nothing for actions; what was begun waits for newer code.
--
-- What somebody asked to be done with people (ACT): one row an action, one a person of it, moved step by step, so that a request that comes
-- twice and a process that dies at any step do nothing twice (ACT2).

create table sync.action (
  action_id    bigint generated always as identity primary key,
  kind         text not null,
  asked_by     text not null,              -- a user's or a program's name
  request_key  text not null,              -- Idempotency-Key of the request, else a random one
  wish         jsonb not null,             -- the whole request, as it was checked
  asked_at     timestamptz not null default clock_timestamp(),
  worked_at    timestamptz,                -- its last turn; actions take turns, so that a long one delays no other
  holder       bigint,                     -- of `sync.process`; null: nobody works at it
  leased_until timestamptz,
  ended_at     timestamptz,
  unique (asked_by, request_key)
);
create index action_open on sync.action (action_id) where ended_at is null;

create table sync.action_person (
  action_id bigint not null references sync.action on delete cascade,
  person_id bigint not null,
  place     integer not null,              -- in the request
  step      text not null default 'waiting' check (step in ('waiting', 'syncing', 'sending', 'linking', 'done', 'refused')),
  object    text,                          -- of the record that it is done to, written down before the first request
  sf_id     text collate "C",
  due_at    timestamptz not null default clock_timestamp(),
  tries     integer not null default 0,    -- requests that failed, or whose answer was lost
  problem   jsonb,                         -- {code, detail} of one that was refused
  made      jsonb,                         -- {accountId, contactId, opportunityId} of a conversion
  primary key (action_id, person_id)
);
create index action_person_due on sync.action_person (action_id, due_at) where step not in ('done', 'refused');
create index action_person_person on sync.action_person (person_id);

alter table sync.reread add column is_asked boolean not null default false; -- an action wants it: it is read while the sync is disabled, too (ACT1)
