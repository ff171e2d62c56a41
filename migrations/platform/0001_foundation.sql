-- What the installation knows about its workspaces. No content of any workspace lives here.
-- All times are milliseconds since 1970-01-01 UTC by the database's clock; all money is nano-USD.

create function platform.now_ms() returns bigint
    language sql stable
    return floor(extract(epoch from statement_timestamp()) * 1000)::bigint;

create table platform.agencies (
    id uuid primary key,
    slug text not null unique check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    name text not null,
    demo boolean not null default false,
    created_ms bigint not null default platform.now_ms()
);

create table platform.workspaces (
    id uuid primary key,
    slug text not null unique check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    name text not null,
    agency_id uuid references platform.agencies (id),
    state text not null default 'active' check (state in ('active', 'suspended', 'deleting')),
    brand jsonb not null default '{}',
    budget_nano bigint check (budget_nano >= 0),
    environment text not null default 'production'
        check (environment in ('development', 'staging', 'production')),
    demo boolean not null default false,
    tenant_version integer not null default 0,
    migration_error text,
    created_ms bigint not null default platform.now_ms()
);
create index workspaces_agency on platform.workspaces (agency_id);

create table platform.domains (
    host text primary key check (host = lower(host) and host !~ '[[:space:]:/]' and host !~ '\.$'),
    workspace_id uuid not null references platform.workspaces (id) on delete cascade,
    is_primary boolean not null default false,
    created_ms bigint not null default platform.now_ms()
);
create index domains_workspace on platform.domains (workspace_id);
create unique index domains_one_primary on platform.domains (workspace_id) where is_primary;

create table platform.price_book (
    provider text not null,
    model text not null,
    input_nano_per_million bigint not null check (input_nano_per_million >= 0),
    output_nano_per_million bigint not null check (output_nano_per_million >= 0),
    updated_ms bigint not null default platform.now_ms(),
    primary key (provider, model)
);

-- Numbers and ids of attempts, on their way into the workspaces' ledgers.
-- An event is named by its attempt and kind: the same one twice is one.
create table platform.ledger_inbox (
    attempt_id uuid not null,
    kind text not null check (kind in ('intent', 'settlement')),
    seq bigint generated always as identity,
    tenant_id uuid not null references platform.workspaces (id) on delete cascade,
    payload jsonb not null,
    at_ms bigint not null default platform.now_ms(),
    primary key (attempt_id, kind)
);
create index ledger_inbox_order on platform.ledger_inbox (tenant_id, seq);

-- Processes that are, or were, running. Alive is whoever holds the advisory lock of its id.
create table platform.nodes (
    id uuid primary key,
    started_ms bigint not null default platform.now_ms()
);

-- All that stays of a deleted workspace.
create table platform.deletions (
    id uuid primary key,
    slug text not null,
    deleted_by text not null,
    deleted_ms bigint not null default platform.now_ms()
);

-- Texts of tenant migrations as first applied here, so that an edited one is noticed.
create table platform.tenant_migrations (
    version integer primary key,
    name text not null,
    checksum bytea not null,
    first_applied_ms bigint not null default platform.now_ms()
);
