-- Runs over all patients: an index built anew beside the live one, or the index held against the events. One row each; of
-- each kind at most one that is not finished. Any node may go on with it from where the last one got to.
create table index_run
(
    id                bigint generated always as identity primary key,
    kind              text        not null check (kind in ('rebuild', 'check')),
    reason            text        not null, -- asked_for, definition_changed, index_missing
    asked_at          timestamptz not null,
    started_at        timestamptz,
    finished_at       timestamptz,
    generation        integer,              -- of a rebuild: the N of patients-N and visits-N; the projection writes there too
    done_through      uuid,                 -- every patient up to this id is done
    total             bigint      not null default 0, -- patients, when it started
    patients          bigint      not null default 0,
    events            bigint      not null default 0,
    unreadable        bigint      not null default 0, -- patients whose events cannot be read; they are parked
    events_per_second real        not null default 0,
    missing           bigint      not null default 0, -- documents, patients' and visits', from here on
    outdated          bigint      not null default 0,
    different         bigint      not null default 0,
    surplus           bigint      not null default 0,
    repaired          bigint      not null default 0
);

create unique index index_run_unfinished on index_run (kind) where finished_at is null;

-- A parked patient is tried again by itself, after pauses that grow.
alter table parked_patient
    add column attempts      integer     not null default 1,
    add column next_retry_at timestamptz not null default now();

grant select, insert, update on index_run to "${application_role}";
grant usage on sequence index_run_id_seq to "${application_role}";
