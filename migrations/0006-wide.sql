-- Older code may run after this migration: yes, as long as no object is wide; it does not know where the fields of a wide one are.
--
-- MAP14: where the fields of an object are more than a row of Postgres holds, the later ones share one column of JSON: `_more` of the mirror,
-- by Salesforce's names, and `more` of the table of ours, by the names of columns. A field never moves.

alter table sync.field
  add column is_in_mirror_more boolean not null default false,
  add column is_in_more boolean not null default false;
