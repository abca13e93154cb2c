-- Older code may run after this migration: yes. It tries one record a day of a cause, and one of all rules together.
--
-- OUT34: the pause between two tries of a cause grows, and each rule of the org is a cause of its own.

alter table sync.probe
  add column rule text not null default '',      -- Salesforce's text, where it alone tells one rule from another; else empty
  add column tries integer not null default 1,   -- of this cause, since it came
  add column saw_gone boolean not null default false; -- whether the schema showed the cause gone at the last try or look
alter table sync.probe drop constraint probe_pkey;
alter table sync.probe add primary key (object, code, field, rule);
