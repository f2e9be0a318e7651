-- Places are counted from 1, and so are the seals over them. What is there already is not held against this: it would all have to be
-- read, and a row that somebody has smuggled in must not keep the service from starting. The verifier names it.
alter table domain_event add constraint domain_event_global_index_check check (global_index >= 1) not valid;
alter table access_record add constraint access_record_place_check check (place >= 1) not valid;
