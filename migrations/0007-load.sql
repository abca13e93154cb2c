-- A page of an initial load that holds somebody who may be known is refused whole, by the first such record.
create function sync.refuse_known(sf_id text) returns boolean
  language plpgsql set search_path = '' as $$
begin
  raise exception 'record % may be of somebody who is known', sf_id using errcode = 'SL007';
end $$;
