-- Limits on spending that hold over all processes together. Each process spends by itself only what
-- was set aside for it here.

-- What a scope (a workspace, or a team, member or virtual key in it) spent in a month, without what
-- the processes below have spent: counted from the ledger, and from slices that were handed back.
create table platform.spend_accounts (
    workspace_id uuid not null references platform.workspaces (id) on delete cascade,
    scope text not null check (scope in ('workspace', 'team', 'member', 'virtual_key')),
    -- Zero for the workspace as a whole.
    scope_id uuid not null,
    -- The first moment of the month.
    month_ms bigint not null,
    spent_nano bigint not null default 0,
    -- When it was last counted from the ledger; missing: never.
    counted_ms bigint,
    primary key (workspace_id, scope, scope_id, month_ms)
);
create index spend_accounts_month on platform.spend_accounts (month_ms);

-- What is set aside for a process: `granted` covers what it has spent since it holds the slice and
-- has promised to spend; `base` is what it had spent before.
create table platform.spend_slices (
    workspace_id uuid not null,
    scope text not null,
    scope_id uuid not null,
    month_ms bigint not null,
    node_id uuid not null,
    base_nano bigint not null,
    granted_nano bigint not null check (granted_nano >= 0),
    spent_nano bigint not null,
    -- Counts the exchanges of this process: one that arrives late changes nothing.
    exchange bigint not null,
    primary key (workspace_id, scope, scope_id, month_ms, node_id),
    foreign key (workspace_id, scope, scope_id, month_ms)
        references platform.spend_accounts on delete cascade
);
create index spend_slices_node on platform.spend_slices (node_id);

-- When a process was first seen to be gone. Its slices come back a little later: it may only have
-- been cut off, and needs a moment to notice.
alter table platform.nodes add column lost_ms bigint;
