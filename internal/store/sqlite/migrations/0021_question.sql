-- Counts know at which question the customers of open deals are, and what those
-- deals are worth: a board asks for ten. Lists that were made without are made anew.
-- The newest that is known of a seller's deals is looked up, not looked for.

-- +goose Up
drop index listing_owner;
create index listing_owner on listing (workspace, owner, latest);

delete from listing;
delete from listing_count;
delete from listing_word;
delete from listing_until;
delete from listing_day;
delete from listing_state;
