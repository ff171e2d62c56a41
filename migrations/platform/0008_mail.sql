-- What administrators are told by mail. A trouble begins and ends once, whoever notices it, and each
-- letter is for one person. Neither holds a word of it: a letter is written when it is sent, from
-- what is true then, and only to somebody who is still to be told.

-- What is wrong now: `sealing`, or the id of a provider key.
create table platform.troubles (
    workspace_id uuid not null references platform.workspaces (id) on delete cascade,
    subject text not null check (length(subject) <= 64),
    since_ms bigint not null default platform.now_ms(),
    primary key (workspace_id, subject)
);

-- Letters that wait. Whoever takes one puts it off, so that it is tried again if they die.
create table platform.letters (
    id uuid primary key,
    workspace_id uuid not null references platform.workspaces (id) on delete cascade,
    member_id uuid not null,
    subject text not null check (length(subject) <= 64),
    over boolean not null,
    since_ms bigint not null,
    attempts integer not null default 0,
    due_ms bigint not null default platform.now_ms(),
    created_ms bigint not null default platform.now_ms()
);
create index letters_due on platform.letters (due_ms);
create index letters_workspace on platform.letters (workspace_id);
