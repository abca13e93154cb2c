-- Older code may run after this migration: yes. What it has parked waits until somebody acts or newer code looks.
--
-- OUT34: the one record of a cause that is tried again, to see whether the cause went away. One row a cause; success frees the rest.

create table sync.probe (
  object    text not null,                 -- Lead or Contact
  code      text not null,                 -- as in `sync.outbox.parked`
  field     text not null,                 -- the column of ours that is parked; '*': the record
  person_id bigint not null,               -- who is tried
  at        timestamptz not null default clock_timestamp(), -- moves with each try
  answered  boolean not null default false, -- whether what became of it is known
  primary key (object, code, field)
);
create index outbox_parked on sync.outbox (person_id) where parked <> '{}';
