-- Under which key everything of a workspace is sealed. A workspace without a row in
-- `workspace_sealing` is sealed under the installation's keyring.

-- A client's own key at a key service. `settings` says where, `sealed_access` how to get in; the
-- signature is made by the keyring over both, so that a changed row is not followed anywhere.
create table platform.key_services (
    id uuid primary key,
    workspace_id uuid not null references platform.workspaces (id) on delete cascade,
    settings text not null,
    sealed_access bytea not null,
    label text not null,
    attached_by text not null,
    attached_ms bigint not null default platform.now_ms(),
    signature bytea not null check (octet_length(signature) = 32)
);
create index key_services_workspace on platform.key_services (workspace_id);

-- The workspace's key in each of its versions, wrapped by the service.
create table platform.workspace_keys (
    service_id uuid not null references platform.key_services (id) on delete cascade,
    version integer not null check (version > 0),
    wrapped bytea not null,
    created_ms bigint not null default platform.now_ms(),
    signature bytea not null check (octet_length(signature) = 32),
    primary key (service_id, version)
);

-- Where a workspace is, or is going. `spreading`: every process learns to open with the new key;
-- `moving`: everything is sealed anew under it, and the one it comes from still opens; `settled`:
-- only this key opens. A missing service is the keyring.
create table platform.workspace_sealing (
    workspace_id uuid primary key references platform.workspaces (id) on delete cascade,
    service_id uuid references platform.key_services (id),
    version integer,
    from_service_id uuid references platform.key_services (id),
    from_version integer,
    phase text not null check (phase in ('spreading', 'moving', 'settled')),
    phase_ms bigint not null default platform.now_ms(),
    -- Found by the last move: values that no key opens, from an old backup say.
    unreadable bigint not null default 0,
    check ((service_id is null) = (version is null)),
    check ((from_service_id is null) = (from_version is null))
);
create index workspace_sealing_under_way on platform.workspace_sealing (workspace_id)
    where phase <> 'settled';
