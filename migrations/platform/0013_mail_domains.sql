-- Domains of e-mail addresses: which workspace has proven that the addresses below one are its own. One
-- decides nothing until its record was seen.
create table platform.mail_domains (
    id uuid primary key,
    workspace_id uuid not null references platform.workspaces (id) on delete cascade,
    domain text not null
        check (domain = lower(domain) and domain !~ '[^a-z0-9.-]' and domain ~ '\.'
               and length(domain) <= 253),
    -- What the domain's owner publishes; of this workspace alone.
    token text not null unique check (length(token) >= 32),
    begun_by text not null,
    begun_ms bigint not null default platform.now_ms(),
    proven_ms bigint,
    -- When somebody asked for a look, so that name servers are not asked without end.
    asked_ms bigint,
    -- When it was looked at last, and what was found.
    checked_ms bigint,
    found text not null default '',
    -- Since when a proven domain's record is missing.
    missing_ms bigint,
    unique (workspace_id, domain)
);
create unique index mail_domains_one_proof on platform.mail_domains (domain)
    where proven_ms is not null;

-- Proven domains that were given up. Nobody else may prove one until its quarantine is over. Outlives the
-- workspace.
create table platform.mail_domain_tombstones (
    domain text primary key,
    workspace_id uuid not null,
    removed_ms bigint not null default platform.now_ms()
);

create function platform.bury_mail_domain() returns trigger
    language plpgsql as $$
begin
    insert into platform.mail_domain_tombstones (domain, workspace_id)
    values (old.domain, old.workspace_id)
    on conflict (domain) do update set workspace_id = excluded.workspace_id,
        removed_ms = platform.now_ms();
    return null;
end $$;
create trigger bury_mail_domain after delete on platform.mail_domains
    for each row when (old.proven_ms is not null) execute function platform.bury_mail_domain();
