-- Older code may run after this migration: yes.
--
-- IN2: where more lies in the overlap than one answer holds, a poll begins where the pass before it asked.

alter table sync.cursor
  add column asked_at      timestamptz,     -- Salesforce's time before the last complete pass asked; null: not known, or it went back
  add column deep_asked_at timestamptz,     -- the same of the last deep pass
  add column dense_through timestamptz;     -- the cursor after the last pass that read more than `denseFrom` rows
