-- What an agency's workspaces look like where they say nothing of their own.
alter table platform.agencies add column brand jsonb not null default '{}';

-- The neutral colour was written down although nobody had chosen it; left out, it can come from the agency.
update platform.workspaces set brand = brand - 'colour' where brand ->> 'colour' = '#3d5a6c';
