-- How often something was tried (a password, a code), for all processes together:
-- when what was tried has all its tries back. Names are digests. They are no facts:
-- what has them back is dropped.

-- +goose Up
create table tried (
    workspace bigint not null,
    name      blob   not null,
    back      bigint not null,
    sum       bigint not null,
    primary key (workspace, name)
) without rowid;

create index tried_back on tried (workspace, back);

alter table tally add column tries bigint not null default 0;

insert into unsealed (name) values ('tally') on conflict do nothing;
