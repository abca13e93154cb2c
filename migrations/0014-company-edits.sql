-- Older code may run after this migration: yes. It does not pass a contact's company field on, and calls a company that was edited here different.
--
-- MRG20: a company that was edited here through one of its people. Nothing of it is sent; Salesforce's next change of the account overwrites it (MRG21).

create table sync.company_edit (
  company_id bigint primary key,
  fields     text[] not null,              -- columns of marketing.company that hold a value of ours; the row goes when theirs overwrites them
  at         timestamptz not null default clock_timestamp()
);
