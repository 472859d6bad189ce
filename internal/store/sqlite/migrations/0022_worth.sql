-- An order by amount goes along each currency by itself and puts them together by
-- the rates that hold when it is asked for, so that a new rate rewrites no row.

-- +goose Up
drop index listing_amount;
create index listing_amount on listing (workspace, currency, cents desc, deal);
