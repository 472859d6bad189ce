-- What only PostgreSQL has. It may be run again at any time, and is, when it has
-- changed; columns of a view are only ever added, at the end.

-- Who writes to a workspace holds its row.
create table if not exists write_lock (
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

-- On whose side who is named in "author" acted, and by which way; null in rows
-- from before it was kept, of which the views tell it by author and source.
alter table fact_row add column if not exists side text;
alter table fact_row add column if not exists via text;

-- What is wide is packed by the quicker of the server's two ways, where it was
-- built with it: the other one takes longer than everything else of an import.
do $$
begin
    alter table fact alter column bundle set compression lz4;
    alter table summary alter column summary set compression lz4;
    alter table draft alter column files set compression lz4;
    alter table listing_word alter column words set compression lz4;
exception when feature_not_supported then
    null;
end
$$;

-- And stays in its row as long as a page holds it.
alter table fact set (toast_tuple_target = 8160);
alter table summary set (toast_tuple_target = 8160);
