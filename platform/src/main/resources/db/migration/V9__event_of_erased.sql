-- The same refusal under a name of its own: who was erased by another node in the middle of a request is not there for
-- it any more, which is no error.
create or replace function refuse_event_of_erased() returns trigger language plpgsql as
$$
begin
    if exists (select from erasure where patient_id = new.aggregate_id) then
        raise exception 'Patient % was erased: nothing happens to it any more', new.aggregate_id
            using errcode = 'PA404';
    end if;
    return new;
end
$$;
