-- What a company has settled, such as the time zone of its days. A change
-- appends a row; of each name the one with the greatest number holds.

-- +goose Up
create table setting (
    workspace bigint not null,
    name      text   not null,
    n         bigint not null,
    written   bigint not null,
    value     text   not null,
    sum       bigint not null,
    primary key (workspace, name, n)
) without rowid;

alter table tally add column settings bigint not null default 0;

insert into unsealed (name) values ('tally') on conflict do nothing;
