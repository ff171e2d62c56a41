-- Limits for the workspace, a team, a member or a virtual key: what may be spent in a calendar month,
-- and how fast may be asked, of all models together or of one alias. What the workspace as a whole may
-- spend stands in `platform.workspaces`: that limit is the operator's.

create table limits (
    id uuid primary key,
    scope text not null check (scope in ('workspace', 'team', 'member', 'virtual_key')),
    team_id uuid references teams (id) on delete cascade,
    member_id uuid references members (id) on delete cascade,
    virtual_key_id uuid,
    -- Empty: all models together.
    model text not null default '',
    month_nano bigint check (month_nano >= 0),
    requests_per_minute bigint check (requests_per_minute > 0),
    tokens_per_minute bigint check (tokens_per_minute > 0),
    concurrent bigint check (concurrent > 0),
    set_by text not null,
    updated_ms bigint not null default platform.now_ms(),
    check ((scope = 'team') = (team_id is not null)),
    check ((scope = 'member') = (member_id is not null)),
    check ((scope = 'virtual_key') = (virtual_key_id is not null)),
    -- Money has a limit of its own per person, not per model.
    check (month_nano is null or (model = '' and scope <> 'workspace'))
);
create unique index limits_one on limits
    (scope, coalesce(team_id, member_id, virtual_key_id, '00000000-0000-0000-0000-000000000000'), model);

-- Who the asker counted as at that time: what was spent stays there, whoever changes teams later.
alter table ledger
    add column team_ids uuid[] not null default '{}',
    add column virtual_key_id uuid;
create index ledger_member on ledger (member_id, started_ms);
