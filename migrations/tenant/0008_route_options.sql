-- What a route allows beside its targets; nothing that is not said.

alter table routes
    add column options jsonb not null default '{}'::jsonb;
