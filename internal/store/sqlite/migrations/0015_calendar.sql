-- On which days something of a deal is due, to ask for a span of days without
-- reading deals; made with the rows of lists, and anew with them. Days are
-- counted since 1970.

-- +goose Up
create table listing_day (
    workspace bigint  not null,
    day       integer not null,
    deal      blob    not null,
    owner     blob    not null,
    sum       bigint  not null,
    primary key (workspace, day, deal)
) without rowid;

create index listing_day_deal on listing_day (workspace, deal);
create index listing_day_owner on listing_day (workspace, owner, day, deal);
