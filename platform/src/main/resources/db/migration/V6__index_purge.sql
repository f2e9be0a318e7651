-- When the search engine's files were rid of what had been replaced or deleted in them until then.
create table index_purge
(
    started_at  timestamptz primary key,
    finished_at timestamptz not null default now()
);

grant select, insert on index_purge to "${application_role}";
