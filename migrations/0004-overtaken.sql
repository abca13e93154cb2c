-- Older code may run after this migration: yes. An urgent edit that meets its bulk jobs waits for their end, as it always did.
--
-- OUT18: urgent edits that went ahead of a bulk job which carries the same record. When the job ends, what it carried is sent again.

create table sync.overtaken (
  claim_id  bigint not null,               -- the bulk claim that the person left; the row goes when the claim ends
  person_id bigint not null,
  fields    jsonb not null,                -- {column: when it was edited} of what the job carries
  primary key (claim_id, person_id)
);
create index outbox_overtaking on sync.outbox (person_id) where lane = 0 and claim_id is not null;
