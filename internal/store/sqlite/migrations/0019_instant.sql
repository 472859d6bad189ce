-- When each transaction was written, so that a copy can be brought back to an
-- instant; 0 where an older program wrote it.

-- +goose Up
alter table written add column at bigint not null default 0;
