-- A version of the instructions says who wrote it, and which older one it says again.
alter table prompts
    add column author_name text not null default '',
    add column restores integer;

-- Calls that failed are few among many, and counted by day.
create index ledger_failed on ledger (started_ms) where state in ('failed', 'interrupted');
