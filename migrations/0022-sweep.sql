-- Older code may run after this migration: yes.
--
-- IN13: records that the running read of a whole object has seen, when nobody read for longer than the recycle bin keeps. A crash empties it, and the
-- read begins anew.

create unlogged table sync.sweep_seen (
  object text not null,
  sf_id  text collate "C" not null
);
