-- How answers came about and what was saved, by day (UTC), model and kind. Numbers only: what an upstream
-- call used and cost, the provider's prompt cache included, is in the ledger.

create table savings (
    day date not null,
    provider text not null,
    model text not null,
    kind text not null
        check (kind in ('exact', 'shared', 'similar', 'miss', 'bypassed', 'off')),
    answers bigint not null,
    -- Answers among them of which nobody knows what they had cost.
    unpriced bigint not null,
    saved_input_tokens bigint not null,
    saved_output_tokens bigint not null,
    saved_nano bigint not null,
    primary key (day, provider, model, kind)
);
