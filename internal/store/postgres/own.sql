-- What only PostgreSQL has. It may be run again at any time, and is, when it has
-- changed; columns of a view are only ever added, at the end.

-- Who writes to a workspace holds its row.
create table if not exists turn (
    workspace bigint not null primary key
);

-- Every fact as a row, beside the bundle that holds it.
create table if not exists fact_row (
    workspace    bigint      not null,
    seq          bigint      not null,
    fact         uuid        not null,
    batch        bigint      not null,
    kind         text        not null,
    happened     timestamptz,
    happened_day date,
    learned      timestamptz not null,
    recorded     timestamptz,
    turn         bigint      not null,
    author       uuid,
    grade        bigint      not null,
    system       text        not null,
    record       text        not null,
    body         jsonb       not null,
    primary key (workspace, seq, fact)
);
