-- The first five bytes of a wrapped key say which version of the key-encryption key wrapped it. Looked for every hour: whether any
-- but the newest still wraps something.
create index patient_key_mark on patient_key (substring(wrapped_key from 1 for 5), patient_id) where wrapped_key is not null;

-- When somebody who had been erased long before was found in the index, as after an old state of it was put back: the engine's files
-- have to be rid of the erased once more.
create table index_purge_due
(
    since timestamptz primary key
);

grant select, insert on index_purge_due to "${application_role}";
