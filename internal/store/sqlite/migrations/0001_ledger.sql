-- Every table is led by the workspace. Ids are sixteen bytes, instants are
-- microseconds since 1970, words that are searched are kept folded as well.

-- +goose Up

-- Deals in the order of their ids, which is no order of arrival: rows are kept
-- narrow, and what is wide hangs on the running number "seq", so that an import
-- writes most pages once.
create table deal (
    workspace bigint not null,
    deal      blob   not null,
    seq       bigint not null,
    title     text   not null,
    account   blob,
    primary key (workspace, deal)
) without rowid;

-- What was appended for one deal by one transaction; never changed. "first"
-- and "last" are the lowest and the highest id of the facts in the bundle.
create table fact (
    workspace bigint  not null,
    seq       bigint  not null,
    first     blob    not null,
    last      blob    not null,
    facts     integer not null,
    bundle    blob    not null,
    primary key (workspace, seq, first)
);

-- The fold of a deal's facts, for lists. "kept" counts all facts of the deal,
-- "counted" those no correction took back; "corrected" says that there are corrections.
create table summary (
    workspace  bigint   not null,
    seq        bigint   not null,
    deal       blob     not null,
    kept       integer  not null,
    counted    integer  not null,
    corrected  smallint not null,
    summary    blob     not null,
    attributes blob     not null,
    primary key (workspace, seq)
) without rowid;

-- Personal fields stand here and nowhere else. Erasing sets those of every
-- version to null and leaves the rows as a tombstone.
create table person (
    workspace bigint   not null,
    id        blob     not null,
    version   integer  not null,
    recorded  bigint   not null,
    ours      smallint not null,
    name      text,
    title     text,
    email     text,
    account   blob,
    erased    bigint,
    primary key (workspace, id, version)
) without rowid;

create table account (
    workspace  bigint  not null,
    id         blob    not null,
    version    integer not null,
    recorded   bigint  not null,
    name       text    not null,
    folded     text    not null,
    attributes text    not null,
    primary key (workspace, id, version)
) without rowid;

create index account_folded on account (workspace, folded);

-- Where things came from: the id of a foreign system, and ours.
create table record (
    workspace  bigint not null,
    system     text   not null,
    kind       text   not null,
    foreign_id text   not null,
    id         blob   not null,
    primary key (workspace, kind, foreign_id, system)
) without rowid;

create index record_id on record (workspace, id);

create table import_run (
    workspace bigint  not null,
    id        blob    not null,
    system    text    not null,
    started   bigint  not null,
    finished  bigint,
    horizon   text    not null,
    files     text    not null,
    rows_read integer not null,
    facts     integer not null,
    rejected  integer not null,
    primary key (workspace, id)
) without rowid;

-- How often it was written to, the last running number, how much there is; "codec" is the form of
-- the summaries in this workspace.
create table tally (
    workspace bigint  not null primary key,
    writes    bigint  not null,
    seq       bigint  not null,
    deals     bigint  not null,
    facts     bigint  not null,
    codec     integer not null
);
