-- Lists are summed, bounded by day and amount, and ordered by the question the
-- customer is at. Counts know what deals are worth and in which stages they are:
-- what was made without that is made anew.

-- +goose Up
drop index listing_kind;
create index listing_kind on listing (workspace, outcome, stage, word, process, class, frontier, owner, weight, since, acted, open, due, currency, cents);
create index listing_question on listing (workspace, open desc, frontier desc, since, deal);

delete from listing;
delete from listing_count;
delete from listing_word;
delete from listing_until;
delete from listing_state;
