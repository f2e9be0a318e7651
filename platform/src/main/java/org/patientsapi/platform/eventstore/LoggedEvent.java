package org.patientsapi.platform.eventstore;

import java.util.Optional;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.patientsapi.api.PatientEvent;

/** An event at its place in the order of all patients' events. */
public final class LoggedEvent extends RecordedEvent {

    private final long place;
    private final int bytes;

    LoggedEvent(TrackedEventMessage<?> message, int bytes) {
        super((DomainEventMessage<?>) message);
        this.place = message.trackingToken().position().orElseThrow();
        this.bytes = bytes;
    }

    /** Grows from event to event, with holes where a transaction was rolled back. */
    public long place() {
        return place;
    }

    /** Of its payload, as it is stored. */
    public int bytes() {
        return bytes;
    }

    public String patientId() {
        return message.getAggregateIdentifier();
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
}
