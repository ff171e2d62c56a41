-- What each workspace wants of the cache of answers. `cache_ttl_s`: how long an answer is good; null is
-- as the installation is set, zero keeps none. `cache_epoch` counts purges, and `cache_purged` says what
-- was purged at which count: {"everything": n, "models": {name: n}, "prompts": {version: n}}.

alter table platform.workspaces
    add column cache_ttl_s bigint check (cache_ttl_s >= 0),
    add column cache_epoch bigint not null default 0,
    add column cache_purged jsonb not null default '{}';
