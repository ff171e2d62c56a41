-- Where each workspace's audit log stood, signed, outside the workspace's own schema: a log that was
-- cut, rolled back or removed no longer reaches its anchors. Anchors outlive their workspace.

create table platform.audit_anchors (
    tenant_id uuid not null,
    seq bigint not null,
    hash bytea not null check (octet_length(hash) = 32),
    at_ms bigint not null,
    signature bytea not null check (octet_length(signature) = 32),
    primary key (tenant_id, seq)
);
