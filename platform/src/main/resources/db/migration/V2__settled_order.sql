-- Makes it knowable up to which place the order of events is final. Places are given out before transactions commit, so that an
-- event may appear behind a later one; but whoever holds a place has a transaction id from now on, and a snapshot tells
-- which of those are still under way (see SettledOrder).

create function take_transaction_id() returns trigger language plpgsql as
$$
begin
    perform pg_current_xact_id();
    return null;
end
$$;

-- Per statement, and so before the first row gets its place.
create trigger domain_event_transaction_id
    before insert
    on domain_event
    for each statement
execute function take_transaction_id();

alter table domain_event drop column tx_id;

grant select on sequence domain_event_global_index_seq to "${application_role}";
