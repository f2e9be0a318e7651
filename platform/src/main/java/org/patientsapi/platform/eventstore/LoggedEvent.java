package org.patientsapi.platform.eventstore;

import java.time.Instant;
import java.util.Map;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.patientsapi.api.PatientEvent;

/** An event at its place in the order of all patients' events. */
public final class LoggedEvent {

    private final TrackedEventMessage<?> message;
    private final DomainEventMessage<?> ofPatient;

    LoggedEvent(TrackedEventMessage<?> message) {
        this.message = message;
        this.ofPatient = (DomainEventMessage<?>) message;
    }

    /** Grows from event to event, with holes where a transaction was rolled back. */
    public long place() {
        return message.trackingToken().position().orElseThrow();
    }

    /** UUIDv7; the same however often the event is read. */
    public String eventId() {
        return message.getIdentifier();
    }

    public String patientId() {
        return ofPatient.getAggregateIdentifier();
    }

    /** The patient's version after the event. */
    public long version() {
        return ofPatient.getSequenceNumber() + 1;
    }

    public Instant at() {
        return message.getTimestamp();
    }

    /** Who caused it, from where, on whose request. */
    public Map<String, ?> metadata() {
        return message.getMetaData();
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
}
