-- What lists filter, count and order by: a row for each deal, made by whoever
-- knows the playbooks and the day, and made anew where it is missing. "open" is
-- 1 for open deals; days are counted since 1970, and 2147483647 is none;
-- "called" is what the deal is found by where that is not its title; "weight" is that of the reasons to look at it, 0 where there is none; "usage"
-- is what the deal adds to what is usual.

-- +goose Up
create table listing (
    workspace bigint   not null,
    seq       bigint   not null,
    deal      blob     not null,
    title     text     not null,
    called    text     not null,
    account   blob     not null,
    owner     blob     not null,
    outcome   text     not null,
    open      smallint not null,
    stage     text     not null,
    word      text     not null,
    process   text     not null,
    class     text     not null,
    frontier  smallint not null,
    cents     bigint   not null,
    currency  text     not null,
    opened    bigint   not null,
    closed    bigint   not null,
    latest    bigint   not null,
    due       integer  not null,
    since     integer  not null,
    acted     smallint not null,
    weight    integer  not null,
    usage     blob     not null,
    sum       bigint   not null,
    primary key (workspace, seq)
) without rowid;

create index listing_recent on listing (workspace, open desc, latest desc, deal);
create index listing_attention on listing (workspace, weight desc, since, deal, open, acted);
create index listing_quiet on listing (workspace, open desc, since, deal, acted, weight);
create index listing_title on listing (workspace, title, deal);
create index listing_amount on listing (workspace, cents desc, deal);
create index listing_opened on listing (workspace, opened desc, deal);
create index listing_closed on listing (workspace, closed desc, deal);
create index listing_due on listing (workspace, open desc, due, deal);
create index listing_owner on listing (workspace, owner);
create index listing_account on listing (workspace, account);
create index listing_kind on listing (workspace, outcome, stage, word, process, class, frontier, owner, weight, since, acted, open);

-- How many rows say what, of each seller's and of all ("owner" is one zero byte).
create table listing_count (
    workspace bigint  not null,
    kind      text    not null,
    owner     blob    not null,
    word      text    not null,
    day       integer not null,
    n         bigint  not null,
    sum       bigint  not null,
    primary key (workspace, kind, owner, word, day)
) without rowid;

-- The titles of 256 deals with the names of their customers, to look words up in.
create table listing_word (
    workspace bigint not null,
    chunk     bigint not null,
    words     blob   not null,
    sum       bigint not null,
    primary key (workspace, chunk)
) without rowid;

-- Deals whose rows, or the lack of one, hold until an instant.
create table listing_until (
    workspace bigint not null,
    deal      blob   not null,
    until     bigint not null,
    sum       bigint not null,
    primary key (workspace, deal)
) without rowid;

-- Of what the rows speak: facts up to which number, which day, whose rules.
create table listing_state (
    workspace bigint  not null primary key,
    number    bigint  not null,
    form      text    not null,
    making    text    not null,
    reached   blob    not null,
    day       integer not null,
    weighed   text    not null,
    usual     text    not null,
    gaps      blob    not null,
    cycles    blob    not null,
    won       blob    not null,
    sum       bigint  not null
);
