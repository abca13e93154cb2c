-- Older code may run after this migration: no. It would read and send past a brake that waits for an answer.
--
-- The brake (SAFE1, SAFE2): how much changed lately of an object, either way, what stopped because of it, and what was answered.

-- One row an object and direction; moved in the transaction that changes or claims the records, so that a crash and a second process count the same.
create table sync.brake_meter (
  object        text not null,
  direction     text not null check (direction in ('in', 'out')),
  counted       jsonb not null default '{}', -- {bucket: records}; sixty buckets are the window
  granted       bigint not null default 0,  -- records that were answered for beforehand and are not counted; used up first
  granted_until timestamptz,                -- and only until then
  kept_through  timestamptz,                -- in: of what changed there up to this stamp our values are kept, as long as a grant holds
  people        bigint,                     -- rows of the object, when they were last counted
  people_at     timestamptz,
  primary key (object, direction)
) with (fillfactor = 50);

create table sync.brake (
  brake_id    bigint generated always as identity primary key,
  object      text not null,
  direction   text not null check (direction in ('in', 'out')),
  braked_at   timestamptz not null default clock_timestamp(),
  changed     bigint not null,             -- records of the window when it stopped
  most        bigint not null,             -- how many of them go without asking
  people      bigint not null,             -- of how many
  waiting     bigint not null default 0,   -- records behind the brake when last looked at; what an answer answers for
  looked_at   timestamptz,                 -- when that was
  through_at  timestamptz,                 -- in: the newest stamp among them
  watched_at  timestamptz,                 -- in: opt-outs of records that changed up to here were taken all the same
  sample      jsonb not null default '[]', -- the first of them: [{sfId, personId, isGone, by, fields: {name: [before, after]}}]
  answer      text check (answer in ('accept', 'keep', 'send', 'withdraw')),
  answered_at timestamptz,
  answered_by text
);
create unique index brake_open on sync.brake (object, direction) where answer is null;
create index brake_newest on sync.brake (braked_at desc);

-- Entries of a stopped object lie two lanes on (3 normal, 4 backfill), so that those of other objects stay at the head of theirs.
alter table sync.outbox drop constraint outbox_lane_check;
alter table sync.outbox add constraint outbox_lane_check check (lane between 0 and 4);
