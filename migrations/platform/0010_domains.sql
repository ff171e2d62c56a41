-- Names of clients: who says that one is theirs, what was found when it was looked at, and what stays
-- for a while of one that was removed. What serves stands in platform.domains alone; a row of it is made
-- by a claim that proved the name, by the operator, or with the workspace.

-- Whether other hosts of the workspace send readers on to the one that links are written with.
alter table platform.workspaces add column redirect_hosts boolean not null default false;

create table platform.domain_claims (
    id uuid primary key,
    workspace_id uuid not null references platform.workspaces (id) on delete cascade,
    host text not null
        check (host = lower(host) and host !~ '[^a-z0-9.-]' and host ~ '\.' and length(host) <= 253),
    -- What the name's owner publishes; of this claim alone.
    token text not null unique check (length(token) >= 32),
    -- First label of the name that the host points at; of this claim alone.
    label text not null unique check (label ~ '^[a-z0-9]{16,}$'),
    begun_by text not null,
    begun_ms bigint not null default platform.now_ms(),
    -- Since when the name is proven; null: not yet, or not any more.
    proven_ms bigint,
    -- Since when a proven name's record is missing.
    missing_ms bigint,
    -- Records that stand in the way, as they were found last.
    conflicts jsonb not null default '[]',
    checked_ms bigint,
    -- When somebody asked for a look.
    asked_ms bigint,
    next_check_ms bigint not null default platform.now_ms(),
    -- Looks in a row that changed nothing.
    quiet_checks integer not null default 0,
    -- Reminders that were given while it waited.
    reminders integer not null default 0,
    unique (workspace_id, host)
);
create index domain_claims_due on platform.domain_claims (next_check_ms);
create index domain_claims_host on platform.domain_claims (host);
-- A name is proven by one claim at a time, whoever comes first.
create unique index domain_claims_one_proof on platform.domain_claims (host) where proven_ms is not null;

create table platform.domain_facts (
    claim_id uuid not null references platform.domain_claims (id) on delete cascade,
    fact text not null check (fact in ('ownership', 'routing', 'certificate', 'serving')),
    state text not null
        check (state in ('waiting', 'confirmed', 'wrong', 'unknown', 'not_needed')),
    since_ms bigint not null,
    checked_ms bigint not null,
    evidence text not null,
    primary key (claim_id, fact)
);

-- What happened to a name, for the people of its workspace.
create table platform.domain_history (
    id bigint generated always as identity primary key,
    workspace_id uuid not null references platform.workspaces (id) on delete cascade,
    host text not null,
    at_ms bigint not null default platform.now_ms(),
    what text not null
);
create index domain_history_order on platform.domain_history (workspace_id, id);

-- Names that were removed, however that came about. Nobody else may prove one until it points here no
-- longer, or the quarantine is over. Outlives the workspace.
create table platform.domain_tombstones (
    host text primary key,
    workspace_id uuid not null,
    removed_ms bigint not null default platform.now_ms(),
    next_check_ms bigint not null default platform.now_ms()
);
create index domain_tombstones_due on platform.domain_tombstones (next_check_ms);

create function platform.bury_domain() returns trigger
    language plpgsql as $$
begin
    insert into platform.domain_tombstones (host, workspace_id) values (old.host, old.workspace_id)
    on conflict (host) do update set workspace_id = excluded.workspace_id,
        removed_ms = platform.now_ms(), next_check_ms = platform.now_ms();
    return null;
end $$;
create trigger bury_domain after delete on platform.domains
    for each row execute function platform.bury_domain();

-- Suffixes of agencies: <slug of a workspace of theirs>.<suffix> leads to it.
create table platform.base_domains (
    suffix text primary key
        check (suffix = lower(suffix) and suffix !~ '[^a-z0-9.-]' and length(suffix) <= 189),
    agency_id uuid not null references platform.agencies (id) on delete cascade,
    created_ms bigint not null default platform.now_ms()
);
create index base_domains_agency on platform.base_domains (agency_id);
