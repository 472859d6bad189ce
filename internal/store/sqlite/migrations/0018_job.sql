-- Work behind the servers: each row a piece of it, asked for once, held by one
-- process at a time, which says from time to time that it goes on. Instants are
-- microseconds. What a try said when it failed, and what came of a job, is emptied
-- when somebody is erased. They are no facts: old ones are dropped.

-- +goose Up
create table job (
    workspace bigint  not null,
    id        blob    not null,
    kind      text    not null,
    topic     text    not null,
    once      text    not null,
    asker     blob    not null,
    input     blob    not null,
    asked     bigint  not null,
    most      bigint  not null,
    state     bigint  not null,
    due       bigint  not null,
    tries     bigint  not null,
    holder    blob    not null,
    beat      bigint  not null,
    ended     bigint  not null,
    done      bigint  not null,
    total     bigint  not null,
    doing     text    not null,
    why       text    not null,
    said      text    not null,
    answer    text    not null,
    sum       bigint  not null,
    primary key (workspace, id)
) without rowid;

create index job_state on job (workspace, state, due);

alter table tally add column jobs bigint not null default 0;

insert into unsealed (name) values ('tally') on conflict do nothing;
