-- Answers that a program wants to go on from by their id. What was said is sealed; a program finds only
-- what was kept for its own key.
create table stored_responses (
    id uuid primary key,
    virtual_key_id uuid not null references virtual_keys (id) on delete cascade,
    sealed_body bytea not null,
    created_ms bigint not null default platform.now_ms(),
    expires_ms bigint not null
);
create index stored_responses_expires on stored_responses (expires_ms);
