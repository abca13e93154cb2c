-- Older code may run after this migration: yes. It reads beside the one that has the place, and what two have read is applied once.
--
-- Who reads Salesforce: one process of all (IN26). Each page's transaction holds this row for as long as it lasts, so that whoever takes the
-- place over waits for the page under way, and a page of the one before fails whole.

create table sync.reader (
  is_only    boolean primary key default true check (is_only),
  process_id bigint,                       -- of `sync.process`; null: nobody has read yet
  since      timestamptz not null default clock_timestamp() -- moves when the place is taken over
);
insert into sync.reader default values;
