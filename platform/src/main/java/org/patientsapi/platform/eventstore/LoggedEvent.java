package org.patientsapi.platform.eventstore;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
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

    /** Without reading the event; empty for one that only a newer version knows. */
    public Optional<Class<? extends PatientEvent>> type() {
        Class<?> type = message.getPayloadType();
        return type == PatientEvent.class ? Optional.empty() : Optional.of(type.asSubclass(PatientEvent.class));
    }

    /** Empty for an event that was stored before this was kept. */
    public Optional<HomeBranch> homeBranch() {
        return Optional.ofNullable(HomeBranch.in(metadata()));
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
