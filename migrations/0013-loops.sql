-- Older code may run after this migration: yes. It breaks no loops, and asks about a held one without naming anybody.
--
-- SAFE8: who a field goes back and forth with.

alter table sync.conflict add column theirs_by text collate "C"; -- of a loop: the user of Salesforce who changed the record last
