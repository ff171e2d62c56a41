-- What the keys page shows and changes. The secret is bound to `secret_id`, not to the key, so that
-- a rotation moves the old one aside without opening it.

alter table provider_keys
    add column state text not null default 'sealed' check (state in ('checking', 'sealed', 'deleted')),
    add column secret_id uuid,
    add column ends_in text not null default '',
    add column place jsonb not null default '{}',
    add column account text,
    add column member_id uuid references members (id) on delete cascade,
    add column added_by uuid references members (id) on delete set null,
    add column added_by_name text not null default 'operator',
    add column replaces uuid references provider_keys (id) on delete cascade,
    add column previous jsonb,
    add column sealed_previous bytea,
    add column previous_until_ms bigint,
    add column history jsonb not null default '[]',
    add column models jsonb not null default '[]',
    add column check_after_ms bigint,
    add column expires_ms bigint,
    add column rotate_by_ms bigint;

update provider_keys set secret_id = id;
alter table provider_keys
    alter column secret_id set not null,
    -- A deleted key keeps its row, because the ledger names it, but no secret.
    alter column sealed_secret drop not null,
    add check ((state = 'deleted') = (sealed_secret is null));

drop index provider_keys_name;
create unique index provider_keys_name on provider_keys (environment, name)
    where state = 'sealed';
create index provider_keys_checking on provider_keys (created_ms) where state = 'checking';
create index audit_terms on audit (seq) where action = 'key_terms.accepted';
create index ledger_key on ledger (key_id, started_ms);
