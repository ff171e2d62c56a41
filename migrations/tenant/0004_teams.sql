-- Teams, and keys for one team only. A member's teams stand in the member's row, because every
-- request reads that row anyway.

create table teams (
    id uuid primary key,
    name text not null unique,
    created_ms bigint not null default platform.now_ms()
);

alter table members add column teams uuid[] not null default '{}';

alter table provider_keys
    -- A team cannot go while a key is for it: the key would be everybody's, or nobody's.
    add column team_id uuid references teams (id),
    add check (team_id is null or member_id is null);

-- What a member calls a key of their own is nobody else's business.
drop index provider_keys_name;
create unique index provider_keys_name on provider_keys (environment, name)
    where state = 'sealed' and member_id is null;
create unique index provider_keys_own_name on provider_keys (member_id, environment, name)
    where state = 'sealed' and member_id is not null;
