-- Older code may run after this migration: yes. It goes on with no undo, and what it sends cannot be told by the edit it came from.
--
-- SAFE6: what somebody asked to be put back, person after person, so that a process that dies leaves the rest to the next one.

-- Of a line that somebody here caused. An edit's field has the number of the edit as a third value, `[before, after, version]`, once it was sent:
-- one statement has one number, however many people it edits.
alter table sync.journal
  add column said_by text,                 -- the user or program that edited or put back; null: SQL, or nobody here
  add column undo_id bigint;               -- of `sync.undo`: this line put something back

create table sync.undo (
  undo_id     bigint generated always as identity primary key,
  kind        text not null check (kind in ('run', 'edit', 'mass_edit', 'undo')),
  target      bigint not null,             -- a run, a line of the journal, an undo
  lane        smallint not null check (lane in (0, 1)), -- how its edits go: urgent where one person's edit is put back by somebody who looks
  asked_by    text not null,
  request_key text not null,               -- Idempotency-Key of the request, else a random one
  asked_at    timestamptz not null default clock_timestamp(),
  worked_at   timestamptz,                 -- its last turn; undos take turns, so that one that fails delays no other
  ended_at    timestamptz,
  people      bigint not null default 0,   -- of whom something was to be put back, when it was asked
  gone        bigint not null default 0,   -- and who was not here any more by then
  unique (asked_by, request_key)
);
create unique index undo_open on sync.undo (kind, target) where ended_at is null; -- nothing is put back by two at once

-- Without a key of its person, so that two rows may become those of one person who was folded; the foreign key makes them follow.
create table sync.undo_person (
  undo_person_id bigint generated always as identity primary key,
  undo_id   bigint not null references sync.undo on delete cascade,
  person_id bigint not null references marketing.person on delete cascade,
  wanted    jsonb not null,                -- {column: [what it holds if nobody changed it since, what it goes back to, line of the journal]}
  done_at   timestamptz,                   -- when it was decided
  line      bigint,                        -- of the journal: what went back; null: nothing did
  stays     jsonb not null default '{}'    -- {column: why it stays}
);
create index undo_person_undo on sync.undo_person (undo_id, person_id);
create index undo_person_open on sync.undo_person (undo_id, person_id) where done_at is null;
create index undo_person_person on sync.undo_person (person_id);

-- Of a line of the journal, the fields whose values a person had before and after it. What was sent is there only where it was an edit: a create, and what
-- older code sent, has no number.
create function sync.undoable(cause text, fields jsonb) returns jsonb
  language sql immutable parallel safe
  return case when jsonb_typeof(fields) is distinct from 'object' then '{}'
              when cause in ('salesforce', 'conflict', 'linked', 'undeleted', 'in_scope', 'edited', 'undo') then fields
              when cause = 'sent' then coalesce((select jsonb_object_agg(e.key, e.value) from jsonb_each(fields) e where jsonb_typeof(e.value -> 2) = 'number'), '{}')
              else '{}' end;
