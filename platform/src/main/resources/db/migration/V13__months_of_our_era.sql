-- A month before our era is written as the one of our era with the same number, and is old enough to be dropped: whoever had
-- the application's login could drop this month's records by it.
create or replace function drop_access_month(any_day date) returns boolean
    language plpgsql security definer set search_path = ${flyway:defaultSchema}, pg_temp set lock_timeout = '200ms' as
$$
declare
    first_day date := date_trunc('month', any_day)::date;
    partition text := 'access_record_' || to_char(first_day, 'YYYY_MM');
begin
    if any_day < date '2000-01-01' then
        raise exception 'There are no access records of that time';
    end if;
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
