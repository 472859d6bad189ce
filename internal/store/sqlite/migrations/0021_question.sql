-- Counts know at which question the customers of open deals are, and what those
-- deals are worth: a board asks for ten. Lists that were made without are made anew.

-- +goose Up
delete from listing;
delete from listing_count;
delete from listing_word;
delete from listing_until;
delete from listing_day;
delete from listing_state;
