package org.patientsapi.platform.eventstore;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;
import static org.axonframework.modelling.command.AggregateLifecycle.markDeleted;

import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.axonframework.spring.stereotype.Aggregate;
import org.patientsapi.api.PatientEvent;
import org.patientsapi.api.PatientEvent.ContactChanged;
import org.patientsapi.api.PatientEvent.PatientForgotten;
import org.patientsapi.api.PatientEvent.PatientRegistered;
import org.patientsapi.api.PatientEvent.StatusChanged;
import org.patientsapi.platform.vault.PatientKeys;

/** The smallest aggregate that does with the event store what the real one does. */
@Aggregate(snapshotTriggerDefinition = EventStoreAutoConfiguration.SNAPSHOT_TRIGGER)
class NotedPatient {

    record Register(@TargetAggregateIdentifier String patientId, PatientRegistered event) {}

    record ChangePhone(@TargetAggregateIdentifier String patientId, String phone) {}

    /** Succeeds only when the state holds this phone. */
    record ConfirmPhone(@TargetAggregateIdentifier String patientId, String phone) {}

    record State(String phone, String status) {}

    @AggregateIdentifier
    private String patientId;

    private State state;

    NotedPatient() {}

    @CommandHandler
    public NotedPatient(Register command, PatientKeys keys) {
        keys.create(command.patientId(), command.event().identifiers().patientId());
        apply(command.event());
    }

    @CommandHandler
    void handle(ChangePhone command) {
        apply(new ContactChanged(patientId, Samples.contact(command.phone())));
    }

    @CommandHandler
    void handle(ConfirmPhone command) {
        if (!state.phone().equals(command.phone())) {
            throw new IllegalStateException("It is " + state.phone());
        }
    }

    @EventSourcingHandler
    void on(PatientEvent event) {
        switch (event) {
            case PatientRegistered e -> {
                patientId = e.patientId();
                state = new State(e.contact().phone(), e.status());
            }
            case ContactChanged e -> state = new State(e.contact().phone(), state.status());
            case StatusChanged e -> state = new State(state.phone(), e.status());
            case PatientForgotten e -> {
                patientId = e.patientId();
                markDeleted();
            }
            default -> {}
        }
    }
}
