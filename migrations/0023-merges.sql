-- Older code may run after this migration: yes. It does not begin merges, and fails loudly at one that newer code began.
--
-- ID22: what was chosen of the two when a merge was asked for.

alter table sync.action_person
  add column chosen jsonb; -- of a merge, of the person that goes: {record, take: {column: value}, keep: {column: [value, other]}}, values as text
