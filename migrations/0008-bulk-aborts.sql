-- Older code may run after this migration: yes. It counts no aborts and sends by bulk as before.
--
-- OUT35: bulk jobs that somebody stopped in Salesforce since the last one that came to an end; emptied by such an end and by an admin's retry.

create table sync.bulk_abort (
  job_id text primary key,
  object text not null,
  at     timestamptz not null default clock_timestamp()
);
