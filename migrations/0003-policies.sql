-- Older code may run after this migration: no. It would send what is held, and take `newest` and `hold` for `marketing`.
--
-- Two more policies, fields that Salesforce may fill once, and conflicts that wait for a person.

alter table sync.field drop constraint field_policy_check;
alter table sync.field add constraint field_policy_check check (policy in ('salesforce', 'marketing', 'newest', 'hold'));
alter table sync.field add column is_write_once boolean not null default false; -- MRG18: with `to_salesforce`, the first value into an empty field

-- MRG13: without a winner a conflict is held: neither side's value goes over until somebody decides, and there is one a field at most.
-- Of a held one `theirs` and `ours` are those of the last read that met it; what stands there now is asked of mirror and person.
alter table sync.conflict alter column winner drop not null;
alter table sync.conflict add column decided_at timestamptz; -- when somebody decided a held one
alter table sync.conflict add column decided_by text;
create unique index conflict_held on sync.conflict (person_id, field) where winner is null;

-- MRG14: Salesforce's clock less the database's, in milliseconds, and how far that may be off; one row, measured again while it is needed
create table sync.clock (
  is_only     boolean primary key default true check (is_only),
  offset_ms   double precision not null,
  doubt_ms    double precision not null,
  measured_at timestamptz not null default clock_timestamp()
);
