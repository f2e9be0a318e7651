-- The schema of the write side. Run by the owner role; the application works as ${application_role}, which may do only
-- what is granted at the end. Personal data is in the bytea columns, encrypted with the patient's own key.

create table domain_event
(
    global_index     bigint generated always as identity primary key,
    event_id         uuid        not null unique,
    aggregate_id     uuid        not null,
    sequence_number  bigint      not null,
    aggregate_type   text        not null,
    payload_type     text        not null, -- logical name, such as patient.registered
    payload_revision text        not null,
    occurred_at      timestamptz not null,
    payload          bytea       not null, -- AES-256-GCM of the event's JSON
    metadata         jsonb       not null, -- who, from where, on whose request: nothing about the patient
    tx_id            xid8        not null default pg_current_xact_id(),
    unique (aggregate_id, sequence_number)
);

-- Starting a stream at a point in time is rare; this index costs a few pages.
create index domain_event_occurred_at on domain_event using brin (occurred_at);

-- Whoever holds more rights than the application (the owner, an administrator's psql) is stopped too.
create function refuse_change() returns trigger language plpgsql as
$$
begin
    raise exception '% on % is refused: events are only ever appended', tg_op, tg_table_name
        using errcode = 'insufficient_privilege';
end
$$;

create trigger domain_event_append_only
    before update or delete or truncate
    on domain_event
    for each statement
execute function refuse_change();

create table snapshot_event
(
    event_id         uuid        not null,
    aggregate_id     uuid        not null,
    sequence_number  bigint      not null,
    aggregate_type   text        not null,
    payload_type     text        not null, -- a Java class: snapshots can be thrown away
    payload_revision text,
    occurred_at      timestamptz not null,
    payload          bytea       not null,
    metadata         jsonb       not null,
    primary key (aggregate_id, sequence_number)
);

-- How far each segment of each event processor has come (Axon's token store).
create table token_entry
(
    processor_name text    not null,
    segment        integer not null,
    token          bytea,
    token_type     text,
    claimed_at     text,
    owner          text,
    primary key (processor_name, segment)
) with (fillfactor = 50);

create table patient_key
(
    patient_id     uuid primary key,
    patient_number text        not null unique,
    wrapped_key    bytea, -- null once destroyed
    created_at     timestamptz not null default now(),
    destroyed_at   timestamptz,
    check ((wrapped_key is null) = (destroyed_at is not null))
);

-- Recognises the vault whose keys wrapped the data keys above; one row at most.
create table vault_fingerprint
(
    only_row    boolean     not null default true primary key check (only_row),
    fingerprint bytea       not null,
    created_at  timestamptz not null default now()
);

-- Two people may not hold the same claim: the constraint, not a query, decides who was first.
create table identity_claim
(
    kind       text     not null,
    hash       bytea    not null, -- keyed hash, so that phone and birthday cannot be guessed from it
    rank       smallint not null default 0, -- above 0: registered all the same, by a named override
    patient_id uuid     not null,
    primary key (kind, hash, rank)
);

create index identity_claim_patient on identity_claim (patient_id);

-- What was answered, as a reference only: the body is folded anew from the events.
create table idempotency_record
(
    client       text        not null,
    key          text        not null,
    request_hash bytea       not null, -- keyed hash of method, path and body
    patient_id   uuid        not null,
    version      bigint, -- of the created patient; null where it was refused as a duplicate of patient_id
    matched_on   text, -- the field names that the refusal gave
    created_at   timestamptz not null,
    primary key (client, key)
);

create index idempotency_record_created_at on idempotency_record using brin (created_at);

create sequence patient_number_seq;

-- Patients whose events a processor could not handle: parked, while everybody else's flow on.
create table parked_patient
(
    processor    text        not null,
    patient_id   uuid        not null,
    since        timestamptz not null,
    error        text        not null,
    primary key (processor, patient_id)
);

do
$$
    begin
        if not exists (select from pg_roles where rolname = '${application_role}') then
            create role "${application_role}" nologin;
        end if;
    end
$$;

grant usage on schema ${flyway:defaultSchema} to "${application_role}";
grant select, insert on domain_event, vault_fingerprint to "${application_role}";
grant select, insert, delete on snapshot_event to "${application_role}";
grant select, insert, update (wrapped_key, destroyed_at) on patient_key to "${application_role}";
grant select, insert, update, delete on token_entry, identity_claim, idempotency_record, parked_patient
    to "${application_role}";
grant usage on sequence patient_number_seq to "${application_role}";
