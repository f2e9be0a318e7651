-- Places are given out before transactions commit, so that an event may appear behind a later one. Up to which place that can no
-- longer happen is read off the sequence and the locks of those who insert (see SettledOrder).
grant select on sequence domain_event_global_index_seq to "${application_role}";

alter table domain_event drop column tx_id;
