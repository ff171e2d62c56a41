-- People of the platform host: who runs the installation, and who sells workspaces. Nobody here is a
-- member of a workspace, and no member is here. Tokens are kept as hashes.

create table platform.staff (
    id uuid primary key,
    email text not null unique check (email = lower(email)),
    -- Empty until they accept their invitation.
    name text not null default '',
    password_hash text,
    created_ms bigint not null default platform.now_ms()
);

-- What they may do. Without an agency: the operator, everything.
create table platform.staff_grants (
    staff_id uuid not null references platform.staff (id) on delete cascade,
    agency_id uuid references platform.agencies (id),
    -- Brings in others and makes clients; the rest looks after clients.
    owner boolean not null default false,
    -- Looks after these clients only; missing: all of the agency.
    only_workspaces uuid[],
    -- May open a client's workspace as an administrator, for half an hour.
    may_open boolean not null default false,
    created_ms bigint not null default platform.now_ms(),
    check (not owner or only_workspaces is null)
);
create unique index staff_grants_one on platform.staff_grants
    (staff_id, coalesce(agency_id, '00000000-0000-0000-0000-000000000000'));
create index staff_grants_agency on platform.staff_grants (agency_id);

create table platform.staff_sessions (
    id uuid primary key,
    token_hash bytea not null unique check (octet_length(token_hash) = 32),
    staff_id uuid not null references platform.staff (id) on delete cascade,
    user_agent text not null,
    created_ms bigint not null default platform.now_ms(),
    seen_ms bigint not null default platform.now_ms(),
    expires_ms bigint not null
);
create index staff_sessions_staff on platform.staff_sessions (staff_id);
create index staff_sessions_expiry on platform.staff_sessions (expires_ms);

create table platform.staff_throttle (
    subject text primary key,
    failures integer not null,
    window_start_ms bigint not null,
    last_ms bigint not null
);

-- Links with which somebody chooses their password, once.
create table platform.staff_invitations (
    token_hash bytea primary key check (octet_length(token_hash) = 32),
    staff_id uuid not null unique references platform.staff (id) on delete cascade,
    invited_by text not null,
    created_ms bigint not null default platform.now_ms(),
    expires_ms bigint not null
);

-- Who did what on the platform host. The chain is the one that workspaces' logs have: every record
-- names the one before it by its hash, and whoever adds one holds the head until the deed is committed.
create table platform.staff_log (
    seq bigint primary key,
    at_ms bigint not null,
    actor_id uuid,
    actor_name text not null,
    action text not null,
    object text not null,
    detail jsonb not null,
    prev_hash bytea not null check (octet_length(prev_hash) = 32),
    hash bytea not null check (octet_length(hash) = 32)
);
create table platform.staff_log_head (
    one boolean primary key default true check (one),
    seq bigint not null,
    hash bytea not null check (octet_length(hash) = 32)
);
insert into platform.staff_log_head (seq, hash) values (0, decode(repeat('00', 32), 'hex'));

-- Why and since when a workspace is closed, and whether staff may open it as an administrator.
alter table platform.workspaces
    add column suspended_ms bigint,
    add column suspended_by text,
    add column suspended_reason text,
    add column guests_allowed boolean not null default true,
    -- Somebody who opened it may be there until then; missing: nobody is.
    add column guest_until_ms bigint;
create index workspaces_name on platform.workspaces (lower(name), id);

-- What staff write down about a client; the client does not read it.
create table platform.client_notes (
    id uuid primary key,
    workspace_id uuid not null references platform.workspaces (id) on delete cascade,
    written_by text not null,
    body text not null check (length(body) between 1 and 2000),
    created_ms bigint not null default platform.now_ms()
);
create index client_notes_workspace on platform.client_notes (workspace_id, created_ms desc);

-- Codes that carry somebody from the platform host into one workspace, once, within a minute.
create table platform.guest_codes (
    code_hash bytea primary key check (octet_length(code_hash) = 32),
    workspace_id uuid not null references platform.workspaces (id) on delete cascade,
    staff_id uuid not null references platform.staff (id) on delete cascade,
    -- On whose behalf: the agency's name, or empty for the operator.
    house text not null,
    reason text not null check (length(reason) between 1 and 300),
    expires_ms bigint not null
);
