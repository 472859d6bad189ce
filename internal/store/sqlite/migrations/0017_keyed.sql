-- What is kept of requests that came with a key of their caller's own, so that each
-- is carried out once: a digest of what was asked, the token under which it is
-- written, how far it has come, and the answer, sealed by the key. They are no
-- facts: old ones are dropped.

-- +goose Up
create table keyed (
    workspace bigint  not null,
    token     blob    not null,
    digest    blob    not null,
    once      blob    not null,
    written   bigint  not null,
    state     integer not null,
    answer    blob    not null,
    sum       bigint  not null,
    primary key (workspace, token)
) without rowid;

create index keyed_written on keyed (workspace, written);

alter table tally add column keys bigint not null default 0;

insert into unsealed (name) values ('tally') on conflict do nothing;
