package org.patientsapi.platform.eventstore;

import java.time.Instant;
import java.util.Map;
import org.patientsapi.api.PatientEvent;

/**
 * An event as it was recorded.
 *
 * @param eventId UUIDv7
 * @param version the patient's version after it: sequence number + 1
 * @param at when it happened
 * @param metadata who caused it, from where, on whose request
 */
public record RecordedEvent(String eventId, PatientEvent event, long version, Instant at, Map<String, ?> metadata) {}
