-- Sign-on through the workspace's own identity providers, and people who may not come in any more.

-- No secret stands in `settings`; the one there is, is sealed.
create table sign_on_connections (
    id uuid primary key,
    kind text not null check (kind in ('oidc', 'saml')),
    name text not null check (length(name) between 1 and 80),
    state text not null default 'draft' check (state in ('draft', 'on', 'off')),
    settings jsonb not null,
    sealed_secret bytea,
    -- Whether people who were never here are taken in, and as what.
    jit boolean not null default false,
    role_map jsonb not null default '{}',
    -- People the workspace may have before nobody is taken in any more; null: any number.
    seats integer check (seats >= 0),
    -- Domains of addresses whose people are led here from the e-mail field, once they are proven.
    home_domains text[] not null default '{}',
    -- Everybody but the owners signs in through a connection.
    enforced boolean not null default false,
    -- Counts every change of what is trusted. A test is of one of them.
    version integer not null default 1,
    tested_version integer,
    tested_ms bigint,
    -- Since when what is trusted has changed and nobody has said that the people are the same.
    frozen_ms bigint,
    created_ms bigint not null default platform.now_ms(),
    updated_ms bigint not null default platform.now_ms()
);
create unique index sign_on_connections_name on sign_on_connections (lower(name));

-- Whom a connection means by a subject. An address is never a key.
create table identities (
    connection_id uuid not null references sign_on_connections (id) on delete cascade,
    subject text not null check (length(subject) between 1 and 1024),
    member_id uuid not null references members (id) on delete cascade,
    linked_ms bigint not null default platform.now_ms(),
    primary key (connection_id, subject),
    -- One person has one subject at a connection.
    unique (connection_id, member_id)
);
create index identities_member on identities (member_id);

-- What was begun and is waited for, and what was spent and must not come again. A row is taken by
-- deleting it.
create table sign_on_requests (
    id_hash bytea primary key check (octet_length(id_hash) = 32),
    connection_id uuid not null references sign_on_connections (id) on delete cascade,
    -- Of the browser that began; null: nobody waits, the row only remembers.
    browser_hash bytea check (octet_length(browser_hash) = 32),
    payload jsonb not null default '{}',
    expires_ms bigint not null
);
create index sign_on_requests_expiry on sign_on_requests (expires_ms);

-- How a session began: through which connection, what it is called there, and how strongly the person
-- proved who they are.
alter table sessions
    add column connection_id uuid references sign_on_connections (id) on delete cascade,
    add column idp_session text,
    add column strength text[] not null default '{}';
create index sessions_connection on sessions (connection_id) where connection_id is not null;

-- Somebody who left stays in the records, and comes in by no way.
alter table members add column deactivated_ms bigint;
