-- What a provider charges for tokens from its own prompt cache, and for putting them there. Missing:
-- as for any token read.

alter table platform.price_book
    add column cached_nano_per_million bigint check (cached_nano_per_million >= 0),
    add column cache_write_nano_per_million bigint check (cache_write_nano_per_million >= 0);
