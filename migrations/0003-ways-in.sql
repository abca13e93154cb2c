-- Older code may run after this migration: yes, until a web sign-in or JWT is chosen; then it says that secrets are missing and waits.
--
-- Two more ways of signing in: in a window of Salesforce (authorization code with PKCE, and the refresh token that it gives), and by JWT bearer.

alter table sync.connection drop constraint connection_method_check;
alter table sync.connection
  add constraint connection_method_check check (method in ('client_credentials', 'web', 'jwt', 'password')),
  -- of a web sign-in, sealed (SEC1). Its use may give the next one, so it is beside `secrets`, which change only when somebody types or signs in
  add column refresh_token bytea;

-- Web sign-ins of the last minutes (SEC7): begun by a user of ours in one browser, good once.
create table sync.web_sign_in (
  state_hash    bytea primary key,         -- sha256 of the state; the state itself goes through the address alone
  browser_hash  bytea not null,            -- sha256 of the cookie of the browser that began it
  user_id       bigint not null references sync.app_user on delete cascade,
  host          text not null,
  is_sandbox    boolean not null,
  client_id     text not null,
  callback_url  text not null,
  sealed        bytea,                     -- {verifier, clientSecret?}, then {refreshToken, clientSecret?} of one that waits; null: nothing is left to do
  state         text not null default 'begun' check (state in ('begun', 'kept', 'waits', 'failed')),
  problem       jsonb,                     -- {code, detail} of one that failed
  lost          jsonb not null default '[]', -- what its user does not see of the map, of one that waits
  begun_at      timestamptz not null default clock_timestamp()
);
create index web_sign_in_user on sync.web_sign_in (user_id);
