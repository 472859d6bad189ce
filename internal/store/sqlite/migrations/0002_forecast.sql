-- What forecasts said, as they were shown. "body" is gzipped JSON that names
-- deals and people by id alone.

-- +goose Up
create table forecast_shown (
    workspace bigint not null,
    kind      text   not null,
    shown     bigint not null,
    id        blob   not null,
    as_of     text   not null,
    hash      text   not null,
    body      blob   not null,
    primary key (workspace, kind, shown, id)
);
