-- Published versions of the playbook: never changed, since open deals stay on
-- theirs until somebody moves them. "files" is a zip archive of the folder.

-- +goose Up
create table playbook_version (
    workspace bigint not null,
    hash      text   not null,
    name      text   not null,
    published bigint not null,
    files     blob   not null,
    primary key (workspace, hash)
);
