-- What a workspace looked like: every version that was published, and one draft that is none yet.
create table brand_versions (
    id uuid primary key,
    version integer unique check (version > 0),
    brand jsonb not null,
    restored_from integer,
    changed_by uuid references members (id) on delete set null,
    changed_by_name text not null,
    changed_ms bigint not null default platform.now_ms()
);
create unique index brand_versions_one_draft on brand_versions ((true)) where version is null;

-- An invitation that is mailed has a link of its own, made when the letter is written: no letter that
-- waits holds a way in.
alter table invitations
    add column mailed_hash bytea unique check (octet_length(mailed_hash) = 32);
