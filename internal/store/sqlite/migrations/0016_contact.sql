-- What is kept of how somebody is reached beside their e-mail address, and whom
-- they are told as where two names are one human; a row for a version of a person
-- that says any of it, or whose version before did.

-- +goose Up
create table contact (
    workspace bigint  not null,
    id        blob    not null,
    version   integer not null,
    phone     text,
    elsewhere text,
    same      blob,
    sum       bigint  not null,
    primary key (workspace, id, version)
) without rowid;

create index contact_same on contact (workspace, same);

alter table tally add column contacts bigint not null default 0;

insert into unsealed (name) values ('tally') on conflict do nothing;
