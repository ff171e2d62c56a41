-- Every record of the audit log names the one before it by its hash. `audit_head` is where the chain
-- ends; whoever adds a record holds its row until the deed is committed, so the chain never forks
-- and an abandoned deed leaves no gap. Records from before the chain are kept as they are.

alter table audit alter column seq drop identity;
alter table audit
    add column prev_hash bytea check (octet_length(prev_hash) = 32),
    add column hash bytea check (octet_length(hash) = 32);

create table audit_head (
    one boolean primary key default true check (one),
    seq bigint not null,
    hash bytea not null check (octet_length(hash) = 32),
    -- Records up to this one were written before the chain began.
    begins_after bigint not null
);
insert into audit_head (seq, hash, begins_after)
    select coalesce(max(seq), 0), decode(repeat('00', 32), 'hex'), coalesce(max(seq), 0) from audit;
