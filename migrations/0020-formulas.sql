-- Older code may run after this migration: yes. It sweeps no formulas.
--
-- IN24: when the formula fields of an object were last read without their records having changed.

create table sync.formula_sweep (
  object   text primary key,
  swept_at timestamptz,                    -- when the last sweep that came to its end began; null: none did
  retry_at timestamptz                     -- after one that did not: not before
);
