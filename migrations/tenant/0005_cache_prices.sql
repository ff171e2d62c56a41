-- The prices of the provider's prompt cache that were applied; see platform 0005.

alter table ledger
    add column price_cached_nano bigint,
    add column price_cache_write_nano bigint;
