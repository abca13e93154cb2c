-- Older code may run after this migration: yes. It shows what is hidden.
--
-- MAP2: a field is never dropped, and may be hidden while nothing uses it: no screen of people shows it. The column and its values stay.

alter table sync.field add column is_hidden boolean not null default false;
