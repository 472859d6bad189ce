-- Playbooks that are being worked on. Each change appends a revision; of each
-- draft the one with the greatest number holds.

-- +goose Up
create table draft (
    workspace bigint not null,
    id        blob   not null,
    revision  bigint not null,
    name      text   not null,
    base      text   not null,
    author    blob   not null,
    written   bigint not null,
    did       text   not null,
    gone      bigint not null,
    beside    blob   not null,
    files     blob   not null,
    sum       bigint not null,
    primary key (workspace, id, revision)
);

alter table tally add column drafts bigint not null default 0;

insert into unsealed (name) values ('tally') on conflict do nothing;
