-- Whoever had the application's login could insert an event of an infinite time, which no reader of the events gets past. Of the rows
-- that are there nothing is asked: to read through them all would take long, and nobody could change one.
-- The lock is had at once or the start fails, to be tried again: behind whoever reads for an hour, such as a backup by pg_dump, it
-- would wait, and every write behind it. An autovacuum in its way is ended after deadlock_timeout, which is a second.
set local lock_timeout = '3s';
alter table domain_event add constraint domain_event_has_a_time check (isfinite(occurred_at)) not valid;
