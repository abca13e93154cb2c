-- Older code may run after this migration: yes. It calls a renamed field deleted, and the new name new.
--
-- MAP5: a field that was renamed in Salesforce is the same field under another name.

alter table sync.field add column durable_id text; -- of a custom field, as Salesforce's list of fields says it; empty: the list does not say; null: not asked yet
