-- A program that is nobody's asks for itself: what it used belongs to its virtual key, and to no person.
alter table ledger alter column member_id drop not null;
