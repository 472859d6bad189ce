-- Who of ours may come in: users with their roles, sessions and tokens by the
-- hash of their secret. Lines are appended; a secret itself stands nowhere.

-- +goose Up
create table register (
    workspace bigint not null,
    room      text   not null,
    subject   blob   not null,
    n         bigint not null,
    kind      text   not null,
    written   bigint not null,
    body      blob   not null,
    sum       bigint not null,
    primary key (workspace, room, subject, n)
) without rowid;

alter table tally add column entries bigint not null default 0;

insert into unsealed (name) values ('tally') on conflict do nothing;
