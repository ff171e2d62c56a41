-- Whether the members of a workspace may bring provider keys of their own.

alter table platform.workspaces add column member_keys boolean not null default false;
