-- Older code may run after this migration: yes. It reads and writes none of this, and what it does is tallied by whoever runs newer code.
--
-- What the second day needs beside the sync itself: tokens for programs, samples of what waits and of API calls, totals of runs that outlive
-- the runs, and notices.

-- ---------------------------------------------------------------------------------------------------------------------
-- programs that ask with a bearer token

create table sync.api_token (
  token_id     bigint generated always as identity primary key,
  name         text not null,
  role         text not null check (role in ('monitor', 'viewer', 'operator', 'admin')),
  token_hash   bytea not null unique,      -- sha256 of the token; the token itself is nowhere stored
  hint         text not null,              -- its last four characters
  created_at   timestamptz not null default clock_timestamp(),
  created_by   text not null,
  last_used_at timestamptz,                -- to the minute
  expires_at   timestamptz,
  revoked_at   timestamptz                 -- a revoked one stays listed
);

-- ---------------------------------------------------------------------------------------------------------------------
-- samples: one row a bucket, changed in place, whoever samples

create table sync.backlog_sample (
  object     text not null,
  bucket     timestamptz not null,         -- the beginning of its four hours, UTC
  out_max    integer not null default 0,   -- people that waited to be sent, at most
  in_max     integer not null default 0,   -- records of Salesforce that waited to be read, at most
  in_last    integer not null default 0,
  sampled_at timestamptz not null default clock_timestamp(),
  counted_at timestamptz,                  -- when the org was last asked to count; null: never in this bucket
  primary key (object, bucket)
);

create table sync.api_usage (
  quarter_at  timestamptz primary key,     -- the beginning of its quarter of an hour, UTC
  our_calls   integer not null default 0,  -- of all processes
  used_calls  integer,                     -- of everybody, by the newest answer of the quarter
  limit_calls integer,
  read_at     timestamptz
);

-- ---------------------------------------------------------------------------------------------------------------------
-- totals of finished runs: they only grow, while runs themselves are kept `historyDays` (ERR5)

alter table sync.run add column is_tallied boolean not null default false;
create index run_untallied on sync.run (run_id) where ended_at is not null and not is_tallied;

create table sync.run_tally (
  object    text not null,
  operation text not null,
  status    text not null,
  runs      bigint not null default 0,
  created   bigint not null default 0,
  updated   bigint not null default 0,
  deleted   bigint not null default 0,
  failed    bigint not null default 0,
  skipped   bigint not null default 0,
  calls     bigint not null default 0,
  primary key (object, operation, status)
);

-- Adds finished runs to their totals, each once; called by whoever is about to read them. Two callers at once share the runs.
create function sync.tally_runs() returns void
  language sql set search_path = '' as $$
  with done as (
    select run_id from sync.run where ended_at is not null and not is_tallied order by run_id limit 20000 for update skip locked),
  tallied as (
    update sync.run r set is_tallied = true from done where r.run_id = done.run_id
    returning r.object, r.operation, r.status, r.created, r.updated, r.deleted, r.failed, r.skipped, r.calls)
  insert into sync.run_tally as t (object, operation, status, runs, created, updated, deleted, failed, skipped, calls)
  select object, operation, status, count(*), sum(created), sum(updated), sum(deleted), sum(failed), sum(skipped), sum(calls)
    from tallied group by object, operation, status
   order by object, operation, status -- one lock order for everybody
  on conflict (object, operation, status) do update
    set runs = t.runs + excluded.runs, created = t.created + excluded.created, updated = t.updated + excluded.updated,
        deleted = t.deleted + excluded.deleted, failed = t.failed + excluded.failed, skipped = t.skipped + excluded.skipped,
        calls = t.calls + excluded.calls
$$;

create index error_resolved on sync.error (resolved_at) where resolved_at is not null;

-- ---------------------------------------------------------------------------------------------------------------------
-- notices: one a cause a day (ERR7)

create table sync.notice (
  notice_id bigint generated always as identity primary key,
  type      text not null,
  cause     text not null,                 -- what makes two the same: a problem's code, or an errors group
  day       date not null default (clock_timestamp() at time zone 'UTC')::date,
  problem   jsonb,                         -- {code, detail}; null: records were refused, and `cause` names their group
  count     integer not null default 0,
  at        timestamptz not null default clock_timestamp(), -- when it was last true
  solved_at timestamptz,
  posted_at timestamptz,                   -- to the webhook; null: not, or not wanted
  unique (type, cause, day)
);
create index notice_newest on sync.notice (at desc);

create table sync.notice_read (
  user_id   bigint not null references sync.app_user on delete cascade,
  notice_id bigint not null references sync.notice on delete cascade,
  at        timestamptz not null default clock_timestamp(),
  primary key (user_id, notice_id)
);

-- ---------------------------------------------------------------------------------------------------------------------
-- OUT34: somebody presses retry. Columns parked for `cause` (null: for whatever cause) wait no more, and the entry is due at once. The
-- answer holds who was freed. An entry on its way keeps its claim, and what was parked of it goes the next time.

create function sync.retry_parked(persons bigint[], cause text default null) returns setof bigint
  language plpgsql set search_path = '' as $$
begin
  perform from sync.outbox where person_id = any(persons) order by person_id for update;
  return query
    update sync.outbox o
       set parked = case when cause is null then '{}'
                         else coalesce((select jsonb_object_agg(e.key, e.value) from jsonb_each(o.parked) e where e.value <> to_jsonb(cause)), '{}') end,
           lock_tries = 0, fault_tries = 0,
           due_at = case when o.claim_id is null then clock_timestamp() else o.due_at end
     where o.person_id = any(persons) and o.parked <> '{}'
       and (cause is null or exists (select from jsonb_each(o.parked) e where e.value = to_jsonb(cause)))
    returning o.person_id;
  if found then perform pg_notify('syncline_outbox', ''); end if;
end $$;
