-- Up to which place of the event log a Kafka topic has been fed.
create table published_place
(
    topic text        not null primary key,
    place bigint      not null,
    at    timestamptz not null default now()
);

grant select, insert, update on published_place to "${application_role}";

comment on column domain_event.metadata is
    'who, from where, on whose request, and in which branch the patient was at home: nothing else about the patient';
