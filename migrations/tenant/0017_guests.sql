-- Stays of the agency's or the operator's people, who opened the workspace as an administrator. A stay
-- is its session: it is kept when it is over, so that owners can read who was here. Its token is not.

create table guests (
    id uuid primary key,
    token_hash bytea unique check (octet_length(token_hash) = 32),
    staff_id uuid not null,
    name text not null,
    email text not null,
    -- On whose behalf; empty: the operator.
    house text not null,
    reason text not null,
    begun_ms bigint not null default platform.now_ms(),
    expires_ms bigint not null,
    ended_ms bigint,
    -- An owner has read that it was.
    noted_ms bigint
);
create index guests_begun on guests (begun_ms desc);
