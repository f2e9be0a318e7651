package org.patientsapi.platform.eventstore;

import java.time.Instant;
import java.util.Map;
import org.axonframework.eventhandling.DomainEventMessage;
import org.patientsapi.api.PatientEvent;

/** An event of one patient as it was recorded. */
public class RecordedEvent {

    final DomainEventMessage<?> message;

    RecordedEvent(DomainEventMessage<?> message) {
        this.message = message;
    }

    /** UUIDv7; the same however often the event is read. */
    public String eventId() {
        return message.getIdentifier();
    }

    /**
     * What happened; {@link PatientEvent.PatientForgotten} where that can no longer be read.
     *
     * @throws org.axonframework.serialization.SerializationException for an event that is damaged or that a newer version
     *     wrote: this one only, not those around it
     */
    public PatientEvent event() {
        return (PatientEvent) message.getPayload();
    }

    /** The patient's version after it: sequence number + 1. */
    public long version() {
        return message.getSequenceNumber() + 1;
    }

    public Instant at() {
        return message.getTimestamp();
    }

    /** Who caused it, from where, on whose request. */
    public Map<String, ?> metadata() {
        return message.getMetaData();
    }
}
