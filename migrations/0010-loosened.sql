-- Older code may run after this migration: no. It would send an opt-out that is loosened here without a reason, and without looking first.
--
-- MRG16: consent loosens only on purpose.

alter table sync.outbox
  add column reasons jsonb not null default '{}'; -- {column: why}, of edits made while syncline.reason was set; the next edit of the column ends it
alter table sync.journal
  add column evidence text;                -- of an opt-out that was loosened: who did it in Salesforce, or the reason that was given here
