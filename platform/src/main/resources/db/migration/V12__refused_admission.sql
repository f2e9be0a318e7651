-- Where an admission was refused because the patient lies in a bed already: the visit that the refusal named. Then patient_id is that
-- patient, and version and matched_on are null.
alter table idempotency_record add column open_visit_id uuid;
