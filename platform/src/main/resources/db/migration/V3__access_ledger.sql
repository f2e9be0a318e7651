-- Who saw, found or was refused which patients. Writes are not here: the events tell of them. Nothing of a person is in
-- the clear, and no text that was searched for.

create table access_record
(
    place       bigint generated always as identity, -- in the one final order (see SettledOrder)
    access_id   uuid        not null,
    accessed_at timestamptz not null,
    kind        text        not null check (kind in ('read', 'search', 'refusal')),
    action      text        not null, -- method and route, such as GET /patients/{id}
    reason      text, -- why it was refused: the code of the problem document
    version     bigint, -- of the patient that was shown
    client      text        not null,
    subject     text        not null,
    branch      text, -- those that the token is limited to; null for all
    source      text        not null,
    request_id  text        not null,
    patient_ids uuid[]      not null,
    primary key (accessed_at, access_id)
) partition by range (accessed_at);

create index access_record_place on access_record (place);

-- One row names everybody on a page, and is found for each of them.
create index access_record_patients on access_record using gin (patient_ids) with (fastupdate = on);

create trigger access_record_append_only
    before update or delete or truncate
    on access_record
    for each statement
execute function refuse_change();

-- Makes the partition of a month (UTC) where there is none. A partition has triggers of its own: those of the whole table
-- do not see a statement that names the partition.
create function prepare_access_month(any_day date) returns void
    language plpgsql security definer set search_path = ${flyway:defaultSchema}, pg_temp as
$$
declare
    first_day date := date_trunc('month', any_day)::date;
    partition text := 'access_record_' || to_char(first_day, 'YYYY_MM');
begin
    if any_day not between current_date - 62 and current_date + 124 then
        raise exception 'Partitions are made for the months around today only';
    end if;
    perform pg_advisory_xact_lock(hashtextextended('access_record partitions', 0));
    if to_regclass(partition) is not null then
        return;
    end if;
    execute format('create table %I partition of access_record for values from (%L) to (%L)',
        partition, first_day::timestamp at time zone 'UTC',
        (first_day + interval '1 month')::timestamp at time zone 'UTC');
    execute format('create trigger append_only before update or delete or truncate on %I'
        ' for each statement execute function refuse_change()', partition);
end
$$;

-- The one way in which the application can remove access records: whole months, all of whose records are older than 365
-- days. The rule behind it: DPDP Rules 2025, 6(1)(e), logs are kept for a year.
create function drop_access_month(any_day date) returns boolean
    language plpgsql security definer set search_path = ${flyway:defaultSchema}, pg_temp as
$$
declare
    first_day date := date_trunc('month', any_day)::date;
    partition text := 'access_record_' || to_char(first_day, 'YYYY_MM');
begin
    if (first_day + interval '1 month')::timestamp at time zone 'UTC' > now() - interval '365 days' then
        raise exception 'The access records of this month are not a year old yet'
            using errcode = 'insufficient_privilege';
    end if;
    if to_regclass(partition) is null then
        return false;
    end if;
    execute format('drop table %I', partition);
    return true;
end
$$;

revoke execute on function prepare_access_month(date), drop_access_month(date) from public;

do
$$
    begin
        perform prepare_access_month((current_date + make_interval(months => ahead))::date) from generate_series(-1, 3) as ahead;
    end
$$;

grant select, insert on access_record to "${application_role}";
grant select on sequence access_record_place_seq to "${application_role}";
grant execute on function prepare_access_month(date), drop_access_month(date) to "${application_role}";
