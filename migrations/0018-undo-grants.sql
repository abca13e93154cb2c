-- Older code may run after this migration: yes.
--
-- How far an undo is can be asked by SQL in a database that was laid out before there were undos as well: the layout grants what is there when it is applied.
do $$ begin
  if exists (select from pg_roles where rolname = 'syncline_engineer') then
    grant select on sync.undo, sync.undo_person to syncline_engineer;
  end if;
end $$;
