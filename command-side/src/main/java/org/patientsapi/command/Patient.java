package org.patientsapi.command;

import static java.util.stream.Collectors.toSet;
import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventhandling.Timestamp;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.messaging.MetaData;
import org.axonframework.messaging.annotation.MetaDataValue;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.BranchScope;
import org.patientsapi.api.Contact;
import org.patientsapi.api.Demographics;
import org.patientsapi.api.DistinctPerson;
import org.patientsapi.api.DuplicateOverride;
import org.patientsapi.api.Erasure;
import org.patientsapi.api.Identifiers;
import org.patientsapi.api.MedicalSummary;
import org.patientsapi.api.Newborn;
import org.patientsapi.api.PatientChanges;
import org.patientsapi.api.PatientCommand.AmendVisit;
import org.patientsapi.api.PatientCommand.ErasePatient;
import org.patientsapi.api.PatientCommand.RecordVisit;
import org.patientsapi.api.PatientCommand.RegisterPatient;
import org.patientsapi.api.PatientCommand.UpdatePatient;
import org.patientsapi.api.PatientEvent;
import org.patientsapi.api.PatientEvent.ContactChanged;
import org.patientsapi.api.PatientEvent.DemographicsCorrected;
import org.patientsapi.api.PatientEvent.IdentifiersChanged;
import org.patientsapi.api.PatientEvent.KnownDistinct;
import org.patientsapi.api.PatientEvent.MedicalSummaryChanged;
import org.patientsapi.api.PatientEvent.PatientAdmitted;
import org.patientsapi.api.PatientEvent.PatientDischarged;
import org.patientsapi.api.PatientEvent.PatientErased;
import org.patientsapi.api.PatientEvent.PatientIdentified;
import org.patientsapi.api.PatientEvent.PatientRegistered;
import org.patientsapi.api.PatientEvent.PatientTransferred;
import org.patientsapi.api.PatientEvent.StatusChanged;
import org.patientsapi.api.PatientEvent.VisitCancelled;
import org.patientsapi.api.PatientEvent.VisitCorrected;
import org.patientsapi.api.PatientEvent.VisitRecorded;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.api.Refusal.DuplicatePatient;
import org.patientsapi.api.Refusal.PatientNotFound;
import org.patientsapi.api.Refusal.StaleVersion;
import org.patientsapi.api.Refusal.VisitConflict;
import org.patientsapi.api.Refusal.VisitNotFound;
import org.patientsapi.api.Visit;
import org.patientsapi.command.Identities.Identity;
import org.patientsapi.command.Identities.Kind;
import org.patientsapi.platform.erasure.Erasures;
import org.patientsapi.platform.eventstore.EventStoreAutoConfiguration;
import org.patientsapi.platform.eventstore.HomeBranch;
import org.patientsapi.platform.security.Caller;
import org.patientsapi.values.Gender;
import org.patientsapi.values.Problems;

/**
 * One patient's record: decides each command against what has happened so far. It answers from its own state and events, not
 * from what a read model has got round to.
 */
@Aggregate(type = "patient", snapshotTriggerDefinition = EventStoreAutoConfiguration.SNAPSHOT_TRIGGER)
class Patient {

    private static final String ACTIVE = "active";

    @AggregateIdentifier
    @SuppressWarnings("UnusedVariable") // read by Axon
    private @Nullable String id;

    private @Nullable PatientState state;

    /** For Axon, which folds the events or a snapshot into it. */
    Patient() {}

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.ALWAYS)
    PatientProfile register(
            RegisterPatient command,
            Identities identities,
            KnownDistinctPeople distinct,
            Mothers mothers,
            @MetaDataValue(Disclosures.CALLER) Caller caller) {
        command.scope().require(command.branchId());
        Newborn newborn = command.newborn();
        String unlessNamed = newborn == null
                ? TemporaryNames.ofUnknown(command.patientNumber())
                : TemporaryNames.ofNewborn(newborn, mothers.show(newborn.motherId(), caller));
        PatientChanges details = command.details();
        Demographics demographics =
                details.demographics(new Demographics(unlessNamed, null, null, Gender.UNKNOWN.code(), null));
        Problems problems = new Problems();
        Contact contact = details.contact(null, problems);
        Identifiers identifiers = details.identifiers(command.patientNumber(), null, problems);
        problems.throwIfAny();
        Identity identity = Identity.of(demographics, contact, identifiers, newborn);
        DuplicateOverride override = command.duplicateOverride();
        List<String> sharing = List.of();
        if (override != null) {
            List<String> found = identities.requireShared(identity, override.of());
            // Before the claim, in the order in which a command on one of them takes both.
            List<PatientProfile> people =
                    found.stream().map(distinct::lock).flatMap(Optional::stream).toList();
            sharing = identities.requireSharedAmong(found, identity, override.of());
            if (newborn == null) {
                requireNoNamesake(demographics, people, sharing, override);
            }
        }
        identities.enrol(command.patientId(), command.patientNumber());
        // Before the event, so that a refused duplicate takes no place in the event sequence.
        identities.claim(command.patientId(), null, identity, Set.copyOf(sharing));
        happened(new PatientRegistered(
                command.patientId(),
                command.registrationType(),
                newborn,
                command.branchId(),
                Objects.requireNonNullElse(details.status().value(), ACTIVE),
                demographics,
                contact,
                identifiers,
                details.medicalSummary(MedicalSummary.NONE),
                override));
        if (override != null) {
            for (String other : sharing) {
                if (!other.equals(override.of())) {
                    isDistinctFrom(new DistinctPerson(other, override.reason()));
                }
                distinct.tell(other, new DistinctPerson(command.patientId(), override.reason()));
            }
        }
        return state().profile();
    }

    /** An override that is sent once more would register the same twin once more. Newborns of one mother often have no name yet. */
    private static void requireNoNamesake(
            Demographics newcomer, List<PatientProfile> people, List<String> sharing, DuplicateOverride override) {
        people.stream()
                .filter(person -> sharing.contains(person.id()) && !person.id().equals(override.of()))
                .filter(person -> person.name().equalsIgnoreCase(newcomer.name()))
                .findFirst()
                .ifPresent(person -> {
                    throw new DuplicatePatient(person.id(), person.patientId(), Kind.PHONE_AND_BIRTH.fields);
                });
    }

    /** What a registration does not say itself: of two who share, each record names the other. */
    void isDistinctFrom(DistinctPerson other) {
        happened(new KnownDistinct(state().profile().id(), other));
    }

    @CommandHandler
    PatientProfile update(
            UpdatePatient command,
            Identities identities,
            RecordedVisits recorded,
            Disclosures disclosures,
            @MetaDataValue(Disclosures.CALLER) Caller caller) {
        PatientState current = seenBy(command.scope());
        PatientProfile before = current.profile();
        expect(command.expectedVersions(), before.version());
        PatientChanges changes = command.changes();
        Demographics demographics = changes.demographics(before.demographics());
        Problems problems = new Problems();
        Contact contact = changes.contact(before.contact(), problems);
        checkCleared(before, demographics, contact, problems);
        Identifiers identifiers = changes.identifiers(before.patientId(), before.identifiers(), problems);
        if (!Objects.equals(demographics.dateOfBirth(), before.demographics().dateOfBirth())) {
            VisitRules.checkBirth(demographics.dateOfBirth(), current.visits(), problems);
        }
        problems.throwIfAny();
        MedicalSummary medicalSummary = changes.medicalSummary(before.medicalSummary());
        String status = Objects.requireNonNullElse(changes.status().value(), before.status());
        String branchId = Objects.requireNonNullElse(changes.branchId().value(), before.branchId());
        command.scope().require(branchId);
        identities.claim(
                before.id(),
                Identity.of(before),
                Identity.of(demographics, contact, identifiers, before.newborn()),
                before.knownDistinct().stream().map(DistinctPerson::id).collect(toSet()));

        applyIfChanged(before.demographics(), demographics, new DemographicsCorrected(before.id(), demographics));
        applyIfChanged(before.contact(), contact, new ContactChanged(before.id(), contact));
        applyIfChanged(before.identifiers(), identifiers, new IdentifiersChanged(before.id(), identifiers));
        applyIfChanged(before.medicalSummary(), medicalSummary, new MedicalSummaryChanged(before.id(), medicalSummary));
        applyIfChanged(before.status(), status, new StatusChanged(before.id(), status));
        applyIfChanged(before.branchId(), branchId, new PatientTransferred(before.id(), branchId));
        if (state().profile().version() == before.version()) {
            disclosures.unchanged(before.id(), before.version(), caller);
        } else if (before.registrationType().equals(PatientProfile.EMERGENCY)
                && contact.phone() != null
                && demographics.dateOfBirth() != null) {
            happened(new PatientIdentified(before.id()));
        }
        return state().answered(recorded);
    }

    @CommandHandler
    Visit record(RecordVisit command, VisitRules rules) {
        PatientState before = seenBy(command.scope());
        PatientProfile patient = before.profile();
        String branchId =
                Objects.requireNonNullElse(command.details().branchId().value(), patient.branchId());
        command.scope().require(branchId);
        Visit visit = command.details().visit(command.visitId(), patient.version() + 1, command.type(), branchId);
        rules.check(visit, before);
        happened(
                visit.type().equals(Visit.OPD)
                        ? new VisitRecorded(patient.id(), visit)
                        : new PatientAdmitted(patient.id(), visit));
        return visit;
    }

    @CommandHandler
    Visit amend(
            AmendVisit command,
            VisitRules rules,
            RecordedVisits recorded,
            Disclosures disclosures,
            @MetaDataValue(Disclosures.CALLER) Caller caller) {
        PatientState before = seenBy(command.scope());
        PatientProfile patient = before.profile();
        VisitBook.Entry entry = before.visits().find(command.visitId()).orElseThrow(VisitNotFound::new);
        expect(command.expectedVersions(), entry.version());
        Visit visit = recorded.at(patient.id(), List.of(entry.version())).stream()
                .findFirst()
                .orElseThrow(PatientNotFound::new);
        if (command.changes().on(visit, visit.version()).equals(visit)) {
            disclosures.unchanged(patient.id(), visit.version(), caller);
            return visit;
        }
        Visit after = command.changes().on(visit, patient.version() + 1);
        // Also where it was: whoever may not change it may not take it away either.
        command.scope().require(visit.branchId());
        command.scope().require(after.branchId());
        if (visit.isCancelled()) {
            throw VisitConflict.cancelled(visit.visitId());
        }
        rules.check(after, before);
        if (after.isCancelled()) {
            happened(new VisitCancelled(patient.id(), after));
        } else if (visit.isOpenAdmission() && !after.isOpenAdmission()) {
            happened(new PatientDischarged(patient.id(), after));
        } else {
            happened(new VisitCorrected(patient.id(), after));
        }
        return after;
    }

    /** Its last event. An erased patient is answered like one who never was, also to a second command of this kind. */
    @CommandHandler
    Erasure erase(ErasePatient command, Erasures erasures, MetaData caller) {
        PatientProfile before = seenBy(command.scope()).profile();
        expect(command.expectedVersions(), before.version());
        Erasure erasure = erasures.enter(before, command.reason(), command.immediate(), caller);
        happened(new PatientErased(before.id(), command.reason().code()));
        return erasure;
    }

    @EventSourcingHandler
    void on(PatientEvent event, @Timestamp Instant at) {
        id = event.patientId();
        state = PatientState.after(state, event, at);
    }

    private void happened(PatientEvent event) {
        String before = state == null ? null : state.profile().branchId();
        apply(event, MetaData.from(HomeBranch.at(event, before).metadata()));
    }

    private void applyIfChanged(Object before, Object after, PatientEvent event) {
        if (!before.equals(after)) {
            happened(event);
        }
    }

    private PatientState seenBy(BranchScope scope) {
        PatientState current = state();
        if (!scope.covers(current.profile().branchId())) {
            throw new PatientNotFound();
        }
        return current;
    }

    /** Of what may be cleared for some patients only, which the body of a patch does not tell. */
    private static void checkCleared(
            PatientProfile before, Demographics demographics, Contact contact, Problems problems) {
        String type = before.registrationType();
        if (PatientBody.requiresPhone(type) && before.contact().phone() != null && contact.phone() == null) {
            problems.add("phone", "cannot_be_cleared", "This patient cannot be without a phone.");
        }
        if (PatientBody.requiresDateOfBirth(type)
                && before.demographics().dateOfBirth() != null
                && demographics.dateOfBirth() == null) {
            problems.add("date_of_birth", "cannot_be_cleared", "This patient cannot be without a date of birth.");
        }
    }

    private static void expect(@Nullable Set<Long> versions, long current) {
        if (versions != null && !versions.contains(current)) {
            throw new StaleVersion(current);
        }
    }

    Optional<PatientProfile> profile() {
        return Optional.ofNullable(state).map(PatientState::profile);
    }

    PatientState state() {
        if (state == null) {
            // Erased or forgotten: what is left of such a patient is that there was one.
            throw new PatientNotFound();
        }
        return state;
    }
}
