-- Signed roots of Merkle trees over the rows of domain_event and access_record, each naming the hash of the one before.
-- What a row means is said in docs/audit.md; the signature is over everything in it.

create table audit_seal
(
    number      bigint primary key check (number > 0), -- without holes, by the chain
    kind        text        not null check (kind in ('rows', 'dropped')),
    log         text        not null check (log in ('events', 'accesses')),
    month       text, -- of accesses, YYYY-MM: a seal never covers two partitions
    after_place bigint      not null,
    up_to_place bigint      not null,
    leaves      bigint      not null,
    root        bytea       not null,
    previous    bytea       not null, -- SHA-256 of the seal before; 32 zero bytes for the first
    sealed_at   timestamptz not null,
    key_id      text        not null,
    signature   bytea       not null
);

create index audit_seal_log on audit_seal (log, up_to_place);

create trigger audit_seal_append_only
    before update or delete or truncate
    on audit_seal
    for each statement
execute function refuse_change();

grant select, insert on audit_seal to "${application_role}";
