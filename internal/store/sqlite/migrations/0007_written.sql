-- Every transaction that writes anything has a number in its workspace, the
-- tally's "writes": facts carry it, and "written" says what else it touched, so
-- that whoever keeps something asks what came since. What an older program
-- wrote has no numbers; one row stands for all of it, and says that everything
-- may be new.

-- +goose Up
alter table fact add column batch bigint not null default 0;

create table written (
    workspace bigint not null,
    number    bigint not null,
    what      blob   not null,
    sum       bigint,
    primary key (workspace, number)
) without rowid;

alter table tally add column written bigint not null default 0;

update tally set writes = writes + 1;

-- The form of store.EncodeWritten, with nothing in it but "everything".
insert into written (workspace, number, what) select workspace, writes, x'0101000000000000000000' from tally;

insert into unsealed (name) values ('written'), ('tally') on conflict do nothing;
