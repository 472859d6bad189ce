-- What lists filter, count and order by: the head of each summary once more,
-- so that a list of all deals reads a quarter of the bytes.

-- +goose Up
create table head (
    workspace bigint  not null,
    seq       bigint  not null,
    counted   integer not null,
    head      blob    not null,
    primary key (workspace, seq)
) without rowid;
