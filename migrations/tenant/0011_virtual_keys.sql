-- Keys for programs: what is sent to the workspace's own doors, never to a provider. Only a keyed hash
-- of a secret is stored; the key of the hash is not in the database.

create table virtual_keys (
    id uuid primary key,
    -- 'person': minted by somebody who is signed in, and gone with their session.
    kind text not null check (kind in ('program', 'person')),
    name text not null,
    environment text not null check (environment in ('development', 'staging', 'production')),
    hash bytea not null check (octet_length(hash) = 32),
    ends_in text not null,
    -- The secret before the last rotation, while both are good.
    previous_hash bytea check (octet_length(previous_hash) = 32),
    previous_until_ms bigint,
    -- A key for one member stays theirs when they are gone: it must not become everybody's.
    for_member boolean not null default false,
    member_id uuid references members (id) on delete set null,
    member_name text,
    session_id uuid references sessions (id) on delete cascade,
    -- A team cannot go while a key is for it.
    team_id uuid references teams (id),
    -- Aliases; null: every one of the environment.
    models text[],
    -- Where it may be used from; null: anywhere.
    networks text[],
    made_by uuid references members (id) on delete set null,
    made_by_name text not null,
    created_ms bigint not null default platform.now_ms(),
    rotated_ms bigint,
    expires_ms bigint,
    last_used_ms bigint,
    -- A revoked key keeps its row, because the ledger names it.
    revoked_ms bigint,
    revoked_by_name text,
    check ((kind = 'person') = (session_id is not null)),
    check (kind = 'program' or (for_member and expires_ms is not null)),
    check (for_member or member_id is null),
    check ((previous_hash is null) = (previous_until_ms is null)),
    check ((revoked_ms is null) = (revoked_by_name is null))
);
create unique index virtual_keys_name on virtual_keys (environment, name)
    where kind = 'program' and revoked_ms is null;
create index virtual_keys_member on virtual_keys (member_id) where member_id is not null;
create index virtual_keys_session on virtual_keys (session_id) where session_id is not null;

-- Limits could be set for ids of keys that never were; they limited nothing.
delete from limits where virtual_key_id is not null;
alter table limits
    add foreign key (virtual_key_id) references virtual_keys (id) on delete cascade;

create index ledger_virtual_key on ledger (virtual_key_id, started_ms)
    where virtual_key_id is not null;
