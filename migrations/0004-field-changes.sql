-- Older code may run after this migration: yes. It knows no drafts.
--
-- Changes of the map after the start: a draft, what a dry run said of it, and how far its backfill is.

create table sync.field_change (
  change_id    bigint generated always as identity primary key,
  state        text not null default 'draft' check (state in ('draft', 'applied', 'discarded')),
  edits        jsonb not null default '[]',
  made_at      timestamptz not null default clock_timestamp(),
  made_by      text not null,
  dry_run      jsonb,                      -- of these edits; an edit empties it
  fingerprint  text,                       -- of the data that the dry run saw
  map_version  bigint,                     -- of the map that it was run against
  applied_at   timestamptz,
  -- the backfill: fields whose existing values are made the same, person after person
  backfill     jsonb,                      -- [{object, name}]; null: not wanted
  backfill_at  bigint not null default 0,  -- persons up to this id are done
  backfill_done bigint not null default 0,
  backfill_total bigint not null default 0,
  backfilled_at timestamptz                -- when it was through
);
create unique index field_change_draft on sync.field_change ((true)) where state = 'draft'; -- one draft at a time
create index field_change_backfill on sync.field_change (change_id) where backfill is not null and backfilled_at is null;

-- A map from column to anything, with one column called otherwise.
create function sync.renamed(map jsonb, was text, becomes text) returns jsonb
  language sql immutable parallel safe
  return case when map ? was then (map - was) || jsonb_build_object(becomes, map -> was) else map end;
