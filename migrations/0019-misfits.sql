-- Older code may run after this migration: yes. A value that does not fit stops its object there.
--
-- IN25: a value that came from Salesforce and that its column does not hold waits alone: one open row a record and field.

alter table sync.error drop constraint error_level_check;
alter table sync.error add constraint error_level_check check (level in ('record', 'job', 'value'));
alter table sync.error add column value text; -- of level 'value': as it came; null: of another level
create index error_misfit on sync.error (object, sf_id) where level = 'value' and resolved_at is null;
