-- How often something of the product was used on a day, and nothing of whose
-- deal it was, by whom, or at what hour. These are counts and no facts: what they
-- say of a day grows while it lasts, and old days are dropped.

-- +goose Up
create table use_count (
    workspace bigint  not null,
    day       integer not null,
    kind      text    not null,
    what      text    not null,
    n         bigint  not null,
    sum       bigint  not null,
    primary key (workspace, day, kind, what)
) without rowid;

alter table tally add column uses bigint not null default 0;

insert into unsealed (name) values ('tally') on conflict do nothing;
