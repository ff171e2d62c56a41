-- What was learned of answers that were shared among similar questions: how many were right and how many wrong, by
-- how alike the questions were. Counts and nothing else. A scope (key, model, instructions, parameters, encoder) is
-- named by a value that is made with the installation's key, so that it confirms no guess at the instructions.

create table learned (
    scope bytea primary key check (octet_length(scope) = 32),
    right_answers int[] not null,
    wrong_answers int[] not null,
    updated_ms bigint not null default platform.now_ms()
);

-- What came of comparing, by day: questions that were compared, those that the guard told apart, and answers that
-- turned out wrong. Those that were shared are answers of the kind `similar` and are counted there.
alter table savings drop constraint savings_kind_check;
alter table savings add constraint savings_kind_check
    check (kind in ('exact', 'shared', 'similar', 'miss', 'bypassed', 'off',
                    'compared', 'told-apart', 'turned-out-wrong'));
