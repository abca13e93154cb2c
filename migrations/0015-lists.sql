-- Older code may run after this migration: yes.
--
-- The People list asks who changed lately. The journal is written in the order of time, so the bounds of its blocks serve: some kilobytes for
-- a million rows, and next to nothing for each row that is written, where a tree would cost every change 40 bytes.
create index journal_at on sync.journal using brin (at) with (pages_per_range = 32, autosummarize = on);
