-- Certificates of hosts, and what it takes to get them. Private keys and account keys are sealed under
-- the installation's keyring; nothing here opens without it. All processes share these rows: whoever
-- takes a host works on it until the claim is over.

-- Whether browsers are told to come back over TLS alone.
alter table platform.domains add column hsts boolean not null default true;

-- One row per host that has a certificate or is to get one. The platform's own host has one too, so
-- a host here is not always one of `domains`.
create table platform.certificates (
    host text primary key check (host = lower(host) and host !~ '[[:space:]:/]' and host !~ '\.$'),
    -- Chain and private key. Null until the first one is issued.
    sealed bytea,
    issuer text,
    -- How the authority was convinced the last time; tried first the next time.
    method text check (method in ('http-01', 'tls-alpn-01')),
    -- What the authority calls it (RFC 9773, section 4.1).
    ari_id text,
    not_before_ms bigint,
    not_after_ms bigint,
    -- When the authority suggests to renew, when it was asked, and the moment that was chosen.
    window_from_ms bigint,
    window_until_ms bigint,
    window_checked_ms bigint,
    renew_ms bigint,
    -- When somebody looks at it next.
    due_ms bigint not null default platform.now_ms(),
    -- Why it waits, when no attempt was made: a limit of the authority, say.
    waits_for text,
    failures integer not null default 0,
    error_class text,
    error_words text,
    failed_ms bigint,
    claimed_by uuid,
    claimed_until_ms bigint not null default 0,
    -- The last time somebody was shown it.
    served_ms bigint,
    created_ms bigint not null default platform.now_ms(),
    check ((sealed is null) = (not_after_ms is null)),
    check ((error_class is null) = (error_words is null))
);
create index certificates_due on platform.certificates (due_ms);

-- One account at each authority, the same for every process. The key is here before the authority knows
-- it, so that two processes that begin at once have one account.
create table platform.acme_accounts (
    directory text primary key,
    sealed_key bytea not null,
    -- What the authority calls it; null until it said so.
    url text,
    created_ms bigint not null default platform.now_ms()
);

-- Every order of the last days, also the record from which limits are counted.
create table platform.acme_orders (
    id uuid primary key,
    directory text not null,
    host text not null,
    registered_domain text not null,
    -- A renewal in the authority's own window: exempt from its limits.
    exempt boolean not null,
    node_id uuid not null,
    state text not null default 'open' check (state in ('open', 'issued', 'failed', 'dropped')),
    created_ms bigint not null,
    ended_ms bigint
);
create index acme_orders_account on platform.acme_orders (directory, created_ms);
create index acme_orders_domain on platform.acme_orders (registered_domain, created_ms);
create index acme_orders_host on platform.acme_orders (host, created_ms);

-- What whoever is asked has to answer, on any process. Neither is a secret.
create table platform.acme_challenges (
    host text not null,
    kind text not null check (kind in ('http-01', 'tls-alpn-01')),
    token text not null,
    answer text not null,
    expires_ms bigint not null,
    primary key (host, kind)
);
