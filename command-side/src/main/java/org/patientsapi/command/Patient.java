package org.patientsapi.command;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Objects;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventhandling.Timestamp;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.Contact;
import org.patientsapi.api.Demographics;
import org.patientsapi.api.Identifiers;
import org.patientsapi.api.MedicalSummary;
import org.patientsapi.api.PatientChanges;
import org.patientsapi.api.PatientCommand.RegisterPatient;
import org.patientsapi.api.PatientCommand.UpdatePatient;
import org.patientsapi.api.PatientEvent;
import org.patientsapi.api.PatientEvent.ContactChanged;
import org.patientsapi.api.PatientEvent.DemographicsCorrected;
import org.patientsapi.api.PatientEvent.IdentifiersChanged;
import org.patientsapi.api.PatientEvent.MedicalSummaryChanged;
import org.patientsapi.api.PatientEvent.PatientRegistered;
import org.patientsapi.api.PatientEvent.PatientTransferred;
import org.patientsapi.api.PatientEvent.StatusChanged;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.api.Refusal.BranchNotGranted;
import org.patientsapi.api.Refusal.PatientNotFound;
import org.patientsapi.api.Refusal.StaleVersion;
import org.patientsapi.command.Identities.Identity;

/**
 * One patient's record: decides each command against what has happened so far. Its state is the profile itself, so the
 * answer to a command is what the events say, not what a read model has got round to.
 */
@Aggregate(type = "patient", snapshotTriggerDefinition = "patientSnapshots")
class Patient {

    private static final String ACTIVE = "active";

    @AggregateIdentifier
    @JsonProperty
    private @Nullable String id;

    @JsonProperty
    private @Nullable PatientProfile profile;

    /** For Axon and for snapshots: without the annotation the serialiser would take a command handler for the creator. */
    @JsonCreator
    Patient() {}

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.ALWAYS)
    PatientProfile register(RegisterPatient command, Identities identities) {
        if (!command.scope().covers(command.branchId())) {
            throw new BranchNotGranted();
        }
        PatientChanges details = command.details();
        Demographics demographics = details.demographics(null);
        Contact contact = details.contact(null);
        Identifiers identifiers = details.identifiers(command.patientNumber(), null);
        identities.enrol(command.patientId(), command.patientNumber());
        // Before the event, so that a refused duplicate takes no place in the event sequence.
        identities.claim(
                command.patientId(),
                null,
                Identity.of(demographics, contact, identifiers),
                command.duplicateOverride());
        apply(new PatientRegistered(
                command.patientId(),
                command.branchId(),
                Objects.requireNonNullElse(details.status().value(), ACTIVE),
                demographics,
                contact,
                identifiers,
                details.medicalSummary(MedicalSummary.NONE),
                command.duplicateOverride()));
        return profile();
    }

    @CommandHandler
    PatientProfile update(UpdatePatient command, Identities identities) {
        PatientProfile before = profile();
        if (!command.scope().covers(before.branchId())) {
            throw new PatientNotFound();
        }
        if (!command.expects(before.version())) {
            throw new StaleVersion(before.version());
        }
        PatientChanges changes = command.changes();
        Demographics demographics = changes.demographics(before.demographics());
        Contact contact = changes.contact(before.contact());
        Identifiers identifiers = changes.identifiers(before.patientId(), before.identifiers());
        MedicalSummary medicalSummary = changes.medicalSummary(before.medicalSummary());
        String status = Objects.requireNonNullElse(changes.status().value(), before.status());
        String branchId = Objects.requireNonNullElse(changes.branchId().value(), before.branchId());
        if (!command.scope().covers(branchId)) {
            throw new BranchNotGranted();
        }
        identities.claim(
                command.patientId(), Identity.of(before), Identity.of(demographics, contact, identifiers), null);

        applyIfChanged(before.demographics(), demographics, new DemographicsCorrected(command.patientId(), demographics));
        applyIfChanged(before.contact(), contact, new ContactChanged(command.patientId(), contact));
        applyIfChanged(before.identifiers(), identifiers, new IdentifiersChanged(command.patientId(), identifiers));
        applyIfChanged(
                before.medicalSummary(), medicalSummary, new MedicalSummaryChanged(command.patientId(), medicalSummary));
        applyIfChanged(before.status(), status, new StatusChanged(command.patientId(), status));
        applyIfChanged(before.branchId(), branchId, new PatientTransferred(command.patientId(), branchId));
        return profile();
    }

    private static void applyIfChanged(Object before, Object after, PatientEvent event) {
        if (!before.equals(after)) {
            apply(event);
        }
    }

    @EventSourcingHandler
    void on(PatientEvent event, @Timestamp Instant at) {
        id = event.patientId();
        profile = PatientProfile.after(profile, event, at);
    }

    private PatientProfile profile() {
        return Objects.requireNonNull(profile, "a command comes after the registration");
    }
}
