-- Older code may run after this migration: yes. It asks nobody for an e-mail address and makes leads as before.
--
-- ID7: which choices of a person are open is asked at every create while link-by-email is on.
create index link_choice_person on sync.link_choice (person_id);
