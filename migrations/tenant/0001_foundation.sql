-- One workspace. Runs with the workspace's schema as the only entry of the search path.
-- `sealed` columns hold ciphertext; nothing in the database can open them.

create table members (
    id uuid primary key,
    email text not null unique check (email = lower(email)),
    name text not null,
    role text not null check (role in ('owner', 'admin', 'member', 'auditor')),
    password_hash text,
    created_ms bigint not null default platform.now_ms()
);

create table sessions (
    id uuid primary key,
    token_hash bytea not null unique check (octet_length(token_hash) = 32),
    member_id uuid not null references members (id) on delete cascade,
    user_agent text not null,
    created_ms bigint not null default platform.now_ms(),
    seen_ms bigint not null default platform.now_ms(),
    expires_ms bigint not null
);
create index sessions_member on sessions (member_id);
create index sessions_expiry on sessions (expires_ms);

create table sign_in_throttle (
    subject text primary key,
    failures integer not null,
    window_start_ms bigint not null,
    last_ms bigint not null
);

create table invitations (
    id uuid primary key,
    token_hash bytea not null unique check (octet_length(token_hash) = 32),
    email text not null check (email = lower(email)),
    role text not null check (role in ('owner', 'admin', 'member', 'auditor')),
    invited_by uuid references members (id) on delete set null,
    created_ms bigint not null default platform.now_ms(),
    expires_ms bigint not null,
    accepted_ms bigint,
    revoked_ms bigint
);

create table conversations (
    id uuid primary key,
    member_id uuid not null references members (id) on delete cascade,
    sealed_title bytea not null,
    leaf_id uuid,
    pinned boolean not null default false,
    created_ms bigint not null default platform.now_ms(),
    updated_ms bigint not null default platform.now_ms(),
    deleted_ms bigint
);
create index conversations_member on conversations (member_id, updated_ms desc)
    where deleted_ms is null;
create index conversations_deleted on conversations (deleted_ms) where deleted_ms is not null;

create table messages (
    id uuid primary key,
    conversation_id uuid not null references conversations (id) on delete cascade,
    member_id uuid not null references members (id) on delete cascade,
    parent_id uuid references messages (id) on delete cascade,
    kind text not null check (kind in ('question', 'answer')),
    state text not null
        check (state in ('asked', 'answering', 'done', 'stopped', 'failed', 'interrupted')),
    sealed_body bytea,
    alias text,
    send_token text,
    node_id uuid,
    receipt jsonb,
    failure jsonb,
    created_ms bigint not null default platform.now_ms(),
    updated_ms bigint not null default platform.now_ms(),
    check ((kind = 'question') = (state = 'asked')),
    check (kind = 'answer' or sealed_body is not null)
);
create index messages_conversation on messages (conversation_id, created_ms, id);
create index messages_parent on messages (parent_id);
create unique index messages_send_token on messages (member_id, send_token)
    where send_token is not null;
create index messages_answering on messages (node_id) where state = 'answering';

create table provider_keys (
    id uuid primary key,
    name text not null,
    environment text not null check (environment in ('development', 'staging', 'production')),
    provider text not null,
    base_url text,
    sealed_secret bytea not null,
    created_ms bigint not null default platform.now_ms(),
    disabled_ms bigint
);
create unique index provider_keys_name on provider_keys (environment, name)
    where disabled_ms is null;

create table routes (
    environment text not null check (environment in ('development', 'staging', 'production')),
    alias text not null,
    label text not null,
    strategy text not null,
    targets jsonb not null,
    position integer not null,
    updated_ms bigint not null default platform.now_ms(),
    primary key (environment, alias)
);

create table prompts (
    id uuid primary key,
    version integer not null unique,
    sealed_body bytea not null,
    created_by uuid references members (id) on delete set null,
    created_ms bigint not null default platform.now_ms()
);

create table brand_assets (
    kind text primary key,
    content_type text not null,
    sha256 bytea not null check (octet_length(sha256) = 32),
    content bytea not null check (octet_length(content) <= 4194304),
    created_ms bigint not null default platform.now_ms()
);
create index brand_assets_sha256 on brand_assets (sha256);

-- One row per upstream call. Names are stored beside ids so that a row reads the same years later.
create table ledger (
    attempt_id uuid primary key,
    turn_id uuid not null,
    member_id uuid not null,
    node_id uuid not null,
    attempt_number integer not null,
    alias text not null,
    key_id uuid,
    key_name text not null,
    provider text not null,
    model text not null,
    environment text not null,
    demo boolean not null,
    price_input_nano bigint,
    price_output_nano bigint,
    reserved_nano bigint not null,
    estimated_input_tokens bigint not null,
    prompt_bytes bigint not null,
    started_ms bigint not null,
    state text not null
        check (state in ('open', 'settled', 'estimated', 'stopped', 'failed', 'interrupted')),
    estimated boolean not null,
    recovered boolean not null,
    fresh_input_tokens bigint,
    cached_input_tokens bigint,
    cache_write_tokens bigint,
    reasoning_tokens bigint,
    output_tokens bigint,
    cost_nano bigint,
    completion_bytes bigint,
    first_text_ms bigint,
    total_ms bigint,
    settled_ms bigint
);
create index ledger_started on ledger (started_ms);
create index ledger_open on ledger (node_id) where state = 'open';

create table audit (
    seq bigint generated always as identity primary key,
    at_ms bigint not null default platform.now_ms(),
    actor_id uuid,
    actor_name text not null,
    action text not null,
    object text not null,
    detail jsonb not null default '{}'
);
