-- What is kept of a plan's sharing beside the facts: links by the hash of their
-- secret, what was opened, and what a customer keeps to themselves, sealed with
-- a key that stands nowhere here. Lines are appended.

-- +goose Up
create table shared (
    workspace bigint not null,
    plan      blob   not null,
    n         bigint not null,
    kind      text   not null,
    written   bigint not null,
    body      blob   not null,
    sum       bigint not null,
    primary key (workspace, plan, n)
) without rowid;

alter table tally add column shares bigint not null default 0;

insert into unsealed (name) values ('tally') on conflict do nothing;
