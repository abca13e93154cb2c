-- Older code may run after this migration: yes.
--
-- ID23: for whoever asks by SQL: who a person is now, that was folded into another one.

create view marketing.person_redirect as
select person_id, external_id, survivor_id, at from sync.person_redirect;
comment on view marketing.person_redirect is 'Persons that were folded into another one, and who they are now';
