-- Who was erased, when, why and by whom, and nothing about the person. What is entered here stays.

create table erasure
(
    patient_id     uuid primary key,
    patient_number text        not null unique,
    branch_id      text        not null,
    reason         text        not null,
    erased_at      timestamptz not null,
    hold_until     timestamptz, -- so long the law keeps the patient's key; null where it does not
    client         text        not null,
    subject        text        not null,
    request_id     text        not null
);

create trigger erasure_append_only
    before update or delete or truncate
    on erasure
    for each statement
execute function refuse_change();

grant select, insert on erasure to "${application_role}";

-- A destroyed key is never made anew, and none is destroyed before it may be. The row itself stays, so that neither the
-- id nor the number on the card is given out again.
create function guard_patient_key() returns trigger language plpgsql as
$$
begin
    if tg_op <> 'UPDATE' then
        raise exception '% on patient_key is refused: whoever had a key is remembered', tg_op
            using errcode = 'insufficient_privilege';
    end if;
    if old.wrapped_key is null and new.wrapped_key is not null then
        raise exception 'The key of patient % was destroyed, and is never made anew', old.patient_id
            using errcode = 'insufficient_privilege';
    end if;
    if old.wrapped_key is not null and new.wrapped_key is null
        and not exists (select from erasure where patient_id = old.patient_id
                        and (hold_until is null or hold_until <= clock_timestamp())) then
        raise exception 'The key of patient % is not to be destroyed: not erased, or held by law', old.patient_id
            using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;

create trigger patient_key_guard before update on patient_key for each row execute function guard_patient_key();
create trigger patient_key_stays before delete or truncate on patient_key for each statement
    execute function guard_patient_key();

-- The aggregate refuses commands on an erased patient; this refuses whatever did not ask it.
create function refuse_event_of_erased() returns trigger language plpgsql as
$$
begin
    if exists (select from erasure where patient_id = new.aggregate_id) then
        raise exception 'Patient % was erased: nothing happens to it any more', new.aggregate_id
            using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;

create trigger domain_event_not_of_erased
    before insert
    on domain_event
    for each row
    when (new.payload_type <> 'patient.erased')
execute function refuse_event_of_erased();
