-- Older code may run after this migration: no (there is none).
--
-- Three schemas: `marketing` is people and what belongs to them (the engineer's, read and write), `salesforce` is the
-- mirrors (readable), `sync` is ours. The role that runs this file owns all three and is `syncline_sync`.
-- Field columns are not here: Confirm Credentials adds them from the field map (docs/concepts.md, "map").

create schema marketing;
create schema salesforce;
create schema if not exists sync; -- the migration runner has made it, for its own list

-- ---------------------------------------------------------------------------------------------------------------------
-- people and what belongs to them

create sequence sync.person_id cache 100;

create table marketing.person (
  id              bigint primary key default nextval('sync.person_id'),
  external_id     text collate "C" not null default replace(gen_random_uuid()::text, '-', ''), -- OUT21: from birth, never changed
  salesforce_id   text collate "C",        -- the record the person is now; moved only by the sync
  salesforce_type text check (salesforce_type in ('Lead', 'Contact')),
  is_deleted      boolean not null default false, -- deleted in Salesforce (N90); the person stays
  created_at      timestamptz not null default now()
) with (fillfactor = 90, toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.02);
create unique index person_external_id on marketing.person (external_id);

create table marketing.company (
  id bigint generated always as identity primary key,
  salesforce_id text collate "C" not null unique,
  is_deleted boolean not null default false,
  created_at timestamptz not null default now()
) with (fillfactor = 90, toast_tuple_target = 8160);

create table marketing.opportunity (like marketing.company including all);
create table marketing.opportunity_role (like marketing.company including all);
create table marketing.owner (like marketing.company including all);

-- ---------------------------------------------------------------------------------------------------------------------
-- links: every Salesforce id a person ever had (ID1: at most one of them is live, and the database says so)

create table sync.link (
  sf_id     text collate "C" primary key,
  object    text not null,                 -- Lead or Contact
  person_id bigint not null,               -- kept when the person is deleted here: the tombstone of ID20
  state     text not null default 'live'
            check (state in ('live', 'converted', 'merged', 'deleted', 'out_of_sight', 'out_of_scope', 'deleted_here')),
  since     timestamptz not null default now(),
  ended_at  timestamptz                    -- when it stopped being live
);
create unique index link_live on sync.link (person_id) where state = 'live';
create index link_past on sync.link (person_id) where state <> 'live';

-- ---------------------------------------------------------------------------------------------------------------------
-- outbox: what waits to be sent, one row a person, each field with the version of its last edit

create sequence sync.edit_version cache 1;

create table sync.outbox (
  person_id   bigint primary key,
  edits       jsonb not null default '{}', -- {column: version}; a key leaves when that version is settled or withdrawn
  edited_at   jsonb not null default '{}', -- {column: time of the last edit, the database's clock}
  create_lead boolean not null default false, -- Sync person asked for a lead (ACT4); left by the create's settlement
  lane        smallint not null default 1 check (lane in (0, 1, 2)), -- urgent, normal, backfill
  due_at      timestamptz not null default now(), -- 'infinity': waits for something other than time
  claim_id    bigint,                      -- in a live claim; null: waiting
  lock_tries  integer not null default 0,  -- judged attempts answered UNABLE_TO_LOCK_ROW (OUT29)
  fault_tries integer not null default 0,  -- judged attempts answered by a fault
  parked      jsonb not null default '{}'  -- {column or '*': code}; an edit here empties it
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
create index outbox_due on sync.outbox (lane, due_at) where claim_id is null;
create index outbox_claimed on sync.outbox (claim_id) where claim_id is not null;

-- a claim is the unit of leasing and fencing (OUT8, OUT11 to OUT13): whoever holds it may write its outcomes
create table sync.claim (
  claim_id     bigint generated always as identity primary key,
  mode         text not null check (mode in ('collections', 'create', 'bulk')),
  object       text not null,
  holder       bigint not null,            -- sync.process; changes when an heir takes the claim
  leased_until timestamptz not null,       -- the database's clock
  bulk_job_id  text,                       -- stored before data is uploaded
  bulk_state   text check (bulk_state in ('created', 'uploaded')),
  began_at     timestamptz                 -- when its request began; null: nothing has been sent
);

-- processes that share this database; each holds advisory lock (7201, process_id) while it lives
create table sync.process (
  process_id bigint generated always as identity primary key,
  started_at timestamptz not null default now(),
  label      text not null
);

-- what became of values we sent, one row a person, until a fresh read of the record settles it (MRG5 to MRG7, MRG10)
create table sync.sent (
  person_id    bigint primary key,
  claim_id     bigint,                      -- the claim whose values are in_flight
  sf_id        text collate "C",            -- the record they go to; null: a create
  in_flight    jsonb not null default '{}', -- {column: value} sent, no answer yet
  versions     jsonb not null default '{}', -- {column: version} of in_flight
  acknowledged jsonb not null default '{}', -- {column: value} answered with success, not yet seen by a fresh read
  unanswered   jsonb not null default '{}', -- {column: value} whose answer was lost, until late_until (lateLanding)
  late_until   timestamptz,
  base         jsonb not null default '{}', -- {column: base} at the claim, for in_flight, acknowledged, and what failed with seen
  past         jsonb not null default '{}', -- {column: [values]} that stood there before our sends and that a slow read may still show
  seen         jsonb not null default '{}', -- {column: theirs} read while in_flight, undecided until the outcome is in
  answered_at  timestamptz                  -- the last answer; a read begun at or after it is fresh
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
create index sent_late on sync.sent (late_until) where late_until is not null;
create index sent_claim on sync.sent (claim_id) where claim_id is not null;

-- records to be read by id, because a read was stale or identity is in doubt (MRG6, ID3, OUT26)
create table sync.reread (
  object   text not null,
  sf_id    text collate "C" not null,
  asked_at timestamptz not null default clock_timestamp(), -- served by a read begun after it
  due_at   timestamptz not null default now(),
  reason   text not null,
  primary key (object, sf_id)
);

-- ---------------------------------------------------------------------------------------------------------------------
-- capture

create table sync.cursor (
  object          text primary key,
  at              timestamptz,             -- the greatest SystemModstamp applied (IN4); only a load sets it otherwise
  deep_from       timestamptz,             -- where `at` stood at the previous deep poll (IN3)
  last_deep_at    timestamptz,
  last_began_at   timestamptz,             -- when the last complete pass began, the database's clock (OUT20)
  last_fetched_at timestamptz,             -- when it ended
  next_fetch_at   timestamptz,
  quiet_cycles    bigint not null default 0 -- passes that found nothing; the only trace of an empty cycle (SAFE7)
);

create table sync.load (
  object      text primary key,
  generation  integer not null default 1,
  job_id      text,                        -- a bulk query job; null: not yet created
  api_version text,                        -- pages are read with the job's version (IN16)
  cursor_from timestamptz,                 -- Salesforce's time before the job was created (IN15)
  job_began_at timestamptz,                -- our time before the job was created: when its rows were read (IN8)
  total_rows  bigint,                      -- expected, by a count at the start; then what the job processed
  read_rows   bigint not null default 0,
  calls       integer not null default 0,
  phase       text not null default 'waiting' check (phase in ('waiting', 'preparing', 'reading', 'done', 'failed')),
  problem     jsonb,
  started_at  timestamptz,
  reading_at  timestamptz,
  ended_at    timestamptz
);

create table sync.load_page (
  object       text not null,
  generation   integer not null,
  locator      text not null,              -- '' is the first page
  next_locator text,                       -- null: the last page
  rows         integer not null,
  at           timestamptz not null default clock_timestamp(),
  primary key (object, generation, locator)
);

-- ---------------------------------------------------------------------------------------------------------------------
-- what happened

create table sync.run (
  run_id     bigint generated always as identity primary key,
  object     text not null,
  operation  text not null,                -- N107: 'Pull updates', 'Pull deletes', 'Push new', 'Push updates', 'Initial sync', 'Sync schema'
  status     text not null default 'in_process' check (status in ('in_process', 'succeeded', 'failed', 'incomplete', 'cleaned_up')),
  started_at timestamptz not null default clock_timestamp(),
  ended_at   timestamptz,
  created    bigint not null default 0,
  updated    bigint not null default 0,
  deleted    bigint not null default 0,
  failed     bigint not null default 0,
  skipped    bigint not null default 0,    -- nothing changed in the fields that are synced (IN9)
  calls      integer not null default 0,
  problem    jsonb                         -- {code, detail} of a run that failed
);
create index run_started on sync.run (started_at desc);
create index run_object on sync.run (object, started_at desc);

create table sync.journal (
  journal_id bigint generated always as identity,
  at         timestamptz not null default now(),
  object     text not null,                -- Lead, Contact: row_id is a person; Account: a company; and so on
  row_id     bigint not null,
  sf_id      text collate "C",
  cause      text not null,                -- load, salesforce, conflict, sent, withdrawn, agreed, undone, action, deleted, undeleted, linked, converted
  run_id     bigint,
  fields     jsonb                         -- {column: [before, after]}
);
create index journal_row on sync.journal (row_id, at desc) where cause <> 'load';

create table sync.conflict (
  conflict_id bigint generated always as identity primary key,
  at          timestamptz not null default now(),
  object      text not null,
  person_id   bigint not null,
  sf_id       text collate "C" not null,
  field       text not null,               -- the column of ours
  base        jsonb,
  theirs      jsonb,
  ours        jsonb,
  policy      text not null,               -- salesforce, marketing, opt_out
  winner      text not null check (winner in ('salesforce', 'marketing')),
  ours_at     timestamptz,                 -- when it was edited here
  theirs_at   timestamptz,                 -- LastModifiedDate of their row
  reversed_at timestamptz
);
create index conflict_person on sync.conflict (person_id, at desc);
create index conflict_at on sync.conflict (at desc);

create table sync.error (
  error_id    bigint generated always as identity primary key,
  at          timestamptz not null default now(),
  level       text not null check (level in ('record', 'job')),
  object      text not null,
  person_id   bigint,
  sf_id       text collate "C",
  code        text not null,               -- Salesforce's word, or ours
  fields      text[] not null default '{}', -- Salesforce's names
  message     text not null,               -- Salesforce's text, as text
  disposition text not null,               -- what happens next: retry, park, pause, release, refuse, bug
  run_id      bigint,
  resolved_at timestamptz
);
create index error_open on sync.error (at desc) where resolved_at is null;
create index error_person on sync.error (person_id, at desc);

-- ---------------------------------------------------------------------------------------------------------------------
-- choices (SET5): what somebody decided; never progress

create table sync.connection (
  is_only       boolean primary key default true check (is_only), -- one instance serves one org
  method        text not null check (method in ('client_credentials', 'password')),
  host          text not null,             -- https://acme.my.salesforce.com, or login/test.salesforce.com, or an operator's host
  is_sandbox    boolean not null default false,
  username      text,
  client_id     text,
  secrets       bytea,                     -- sealed (SEC1): {clientSecret} or {password, securityToken}
  secrets_set_at timestamptz,
  secrets_set_by text,
  org_id        text,                      -- from Confirm Credentials, 18 characters; never changes after it (SET9)
  org_name      text,
  confirmed_at  timestamptz,
  started_at    timestamptz,               -- Start Sync was pressed
  enabled       boolean not null default true, -- N17
  enabled_changed_at timestamptz,
  paused        jsonb                      -- {code, detail, at}: the connection waits for a person
);

create table sync.setting (
  name  text primary key,                  -- pollEvery, overlap, … (docs/rules/bounds.md)
  value jsonb not null
);

-- the map: what each Salesforce field is here. A row is added by Confirm Credentials and never removed (N6).
create table sync.field (
  object      text not null,
  name        text not null,               -- Salesforce's API name, verbatim
  position    integer not null,            -- order of the describe; columns are made in this order
  label       text not null,
  type        text not null,               -- Salesforce's type
  length      integer not null default 0,
  precision   integer not null default 0,
  scale       integer not null default 0,
  is_custom   boolean not null default false,
  is_createable boolean not null default false,
  is_updateable boolean not null default false,
  is_calculated boolean not null default false,
  is_nillable boolean not null default true,
  mirror_type text not null,               -- Postgres type of the mirror's column, which has Salesforce's name
  column_name text,                        -- the column in `marketing`; null: mirrored only
  direction   text not null default 'none' check (direction in ('both', 'to_salesforce', 'from_salesforce', 'none')),
  policy      text check (policy in ('salesforce', 'marketing')), -- null: the object's (MRG9)
  is_opt_out  boolean not null default false, -- MRG15
  joined      text check (joined in ('standard', 'automatic', 'by_hand')), -- how Lead and Contact met in one column
  primary key (object, name)
);
create unique index field_column on sync.field (object, column_name) where column_name is not null; -- MAP11
create table sync.map_version (version bigint generated always as identity primary key, at timestamptz not null default now(), why text not null);

-- ---------------------------------------------------------------------------------------------------------------------
-- users of the app

create table sync.app_user (
  user_id       bigint generated always as identity primary key,
  email         text not null,
  name          text not null,
  password_hash text not null,
  role          text not null default 'admin' check (role in ('viewer', 'operator', 'admin')),
  language      text not null default 'en' check (language in ('en', 'es')),
  created_at    timestamptz not null default now()
);
create unique index app_user_email on sync.app_user (lower(email));

create table sync.session (
  token_hash bytea primary key,            -- sha256 of the cookie's value; the value itself is nowhere stored
  user_id    bigint not null references sync.app_user on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);

create table sync.sign_in_code (             -- the one-time code of the first sign-in (SEC8)
  is_only   boolean primary key default true check (is_only),
  code_hash bytea not null,
  made_at   timestamptz not null default now(),
  used_at   timestamptz
);

-- ---------------------------------------------------------------------------------------------------------------------
-- equality of text as MRG4 means it: empty is null, line ends count as equal

create function sync.plain(value text) returns text
  language sql immutable parallel safe
  return nullif(replace(replace(value, E'\r\n', E'\n'), E'\r', E'\n'), '');

-- a multi-picklist as the set it is: its values once each, in one order
create function sync.value_set(value text) returns text
  language sql immutable parallel safe
  return (select string_agg(v, ';' order by v collate "C") from (select distinct unnest(string_to_array(value, ';')) as v) as parts);

-- one value of a field as it compares (MRG4); kind: text, set, value. Null, JSON's null and empty text are all null.
create function sync.comparable(value jsonb, kind text) returns jsonb
  language sql immutable parallel safe
  return case when value is null or jsonb_typeof(value) = 'null' then null
              when kind = 'text' then to_jsonb(sync.plain(value #>> '{}'))
              when kind = 'set' then to_jsonb(sync.value_set(nullif(value #>> '{}', '')))
              else value end;

-- ID2: an id in 18 characters. 15 gain their checksum; 18 with a wrong checksum are refused (22023).
create function sync.id18(id text) returns text
  language plpgsql immutable strict parallel safe set search_path = '' as $$
declare
  suffix text := '';
  bits integer;
begin
  if id !~ '^[0-9A-Za-z]{15}([0-9A-Za-z]{3})?$' then
    raise exception 'not a Salesforce id: %', id using errcode = '22023';
  end if;
  for part in 0..2 loop
    bits := 0;
    for place in 0..4 loop
      if ascii(substr(id, part * 5 + place + 1, 1)) between 65 and 90 then bits := bits + (1 << place); end if;
    end loop;
    suffix := suffix || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', bits + 1, 1);
  end loop;
  if length(id) = 18 and upper(right(id, 3)) <> suffix then
    raise exception 'the checksum of this Salesforce id is wrong: %', id using errcode = '22023';
  end if;
  return left(id, 15) || suffix;
end $$;

-- whether this transaction is the sync's own (OUT2, OUT3): its database role says so, the mark alone does not
create function sync.is_own_write() returns boolean
  language sql stable
  return session_user = 'syncline_sync' and current_setting('syncline.origin', true) = 'sync';
