-- To create a partition takes an ACCESS EXCLUSIVE lock on the whole table: behind somebody who verifies for an hour it would
-- wait, and every recorded read behind it. To attach a table takes a lock that readers and writers do not mind.
create or replace function prepare_access_month(any_day date) returns void
    language plpgsql security definer set search_path = ${flyway:defaultSchema}, pg_temp set lock_timeout = '200ms' as
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
    execute format('create table %I (like access_record including all excluding identity)', partition);
    execute format('create trigger append_only before update or delete or truncate on %I'
        ' for each statement execute function refuse_change()', partition);
    -- It is empty, so that there is nothing to be read through before it is attached.
    execute format('alter table access_record attach partition %I for values from (%L) to (%L)',
        partition, first_day::timestamp at time zone 'UTC',
        (first_day + interval '1 month')::timestamp at time zone 'UTC');
end
$$;

-- To drop one does take that lock: it is had at once, or the month is dropped another time.
alter function drop_access_month(date) set lock_timeout = '200ms';
