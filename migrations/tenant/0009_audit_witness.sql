-- What was signed about the key of the workspace is looked up whenever that key is fetched, and the
-- page of the records reads them by kind.

create index audit_sealing on audit (seq) where detail ? 'sealing';
create index audit_action on audit (action, seq);
