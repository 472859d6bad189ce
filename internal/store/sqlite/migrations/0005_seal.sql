-- Every row carries a checksum of what it says, and the tally counts the rows
-- of every table, so that a flipped bit and a lost row are seen. Rows of an
-- older program get theirs when the file is opened; "unsealed" names the tables
-- where that is not done yet.

-- +goose Up
alter table deal add column sum bigint;
alter table fact add column sum bigint;
alter table summary add column sum bigint;
alter table head add column sum bigint;
alter table person add column sum bigint;
alter table account add column sum bigint;
alter table record add column sum bigint;
alter table import_run add column sum bigint;
alter table forecast_shown add column sum bigint;
alter table playbook_version add column sum bigint;

alter table tally add column bundles bigint not null default 0;
alter table tally add column people bigint not null default 0;
alter table tally add column accounts bigint not null default 0;
alter table tally add column records bigint not null default 0;
alter table tally add column imports bigint not null default 0;
alter table tally add column forecasts bigint not null default 0;
alter table tally add column playbooks bigint not null default 0;
alter table tally add column forms bigint not null default 0;
alter table tally add column sum bigint;

-- Which forms were sent: a token's key, and a digest of the words that came with it.
create table form (
    workspace bigint not null,
    token     blob   not null,
    digest    blob   not null,
    sum       bigint not null,
    primary key (workspace, token)
) without rowid;

-- In a copy: what it held when it was made. Empty in the ledger itself.
create table copied (
    workspace bigint not null primary key,
    deals     bigint not null,
    facts     bigint not null,
    digest    blob   not null,
    sum       bigint not null
);

create table unsealed (
    name text not null primary key
);

insert into unsealed (name) values
    ('deal'), ('fact'), ('summary'), ('head'), ('person'), ('account'), ('record'), ('import_run'), ('forecast_shown'), ('playbook_version'), ('tally');
