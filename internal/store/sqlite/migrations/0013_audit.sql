-- Who saw or changed what: ids and words of closed lists, each line with a hash
-- of itself and of the one before. Lines are appended, and nothing is ever taken
-- out: what erasing a person takes away stands in none of them.

-- +goose Up
create table audit (
    workspace bigint not null,
    n         bigint not null,
    written   bigint not null,
    person    blob   not null,
    via       text   not null,
    did       text   not null,
    about     text   not null,
    object    blob   not null,
    detail    text   not null,
    outcome   text   not null,
    hash      blob   not null,
    sum       bigint not null,
    primary key (workspace, n)
) without rowid;

alter table tally add column audits bigint not null default 0;

insert into unsealed (name) values ('tally') on conflict do nothing;
