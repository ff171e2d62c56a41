-- Whether answers of an alias are shared among questions that ask the same in other words, and how:
-- {"wrong_at_most": wrong answers among a million, "verify": ask the model where likeness proves nothing}.
-- Null: they are not.

alter table routes add column sharing jsonb;
