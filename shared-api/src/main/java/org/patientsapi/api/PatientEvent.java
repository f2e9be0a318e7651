package org.patientsapi.api;

import org.jspecify.annotations.Nullable;

/**
 * What happened to a patient's record, in the hospital's words. This file is the product's most durable interface: events
 * carry plain, already normalised values, are never edited once stored, and each has one golden JSON file per revision.
 *
 * <p>A changed group is carried whole, so that an event can be read without the ones before it.
 */
public sealed interface PatientEvent {

    /** The patient's {@code id} (UUIDv7), which is also the aggregate's. */
    String patientId();

    /** The visit as it is from this event on; {@code null} for an event that is about no visit. */
    default @Nullable Visit visit() {
        return null;
    }

    /**
     * A person was registered and given the number in {@code identifiers}.
     *
     * @param registrationType {@code standard}, {@code newborn} or {@code emergency}
     */
    @EventType(name = "patient.registered", revision = "1")
    record PatientRegistered(
            String patientId,
            String registrationType,
            @Nullable Newborn newborn,
            String branchId,
            String status,
            Demographics demographics,
            Contact contact,
            Identifiers identifiers,
            MedicalSummary medicalSummary,
            @Nullable DuplicateOverride duplicateOverride)
            implements PatientEvent {}

    /** Name, date of birth, gender or blood group was corrected. */
    @EventType(name = "patient.demographics-corrected", revision = "1")
    record DemographicsCorrected(String patientId, Demographics demographics) implements PatientEvent {}

    /** Phone, e-mail or address changed. */
    @EventType(name = "patient.contact-changed", revision = "1")
    record ContactChanged(String patientId, Contact contact) implements PatientEvent {}

    /** ABHA, Aadhaar or insurance details changed. */
    @EventType(name = "patient.identifiers-changed", revision = "1")
    record IdentifiersChanged(String patientId, Identifiers identifiers) implements PatientEvent {}

    /** Diagnoses, allergies or medications changed. */
    @EventType(name = "patient.medical-summary-changed", revision = "1")
    record MedicalSummaryChanged(String patientId, MedicalSummary medicalSummary) implements PatientEvent {}

    /** The record's status became {@code active}, {@code inactive} or {@code deceased}. */
    @EventType(name = "patient.status-changed", revision = "1")
    record StatusChanged(String patientId, String status) implements PatientEvent {}

    /** Another branch became the patient's home branch. */
    @EventType(name = "patient.transferred", revision = "1")
    record PatientTransferred(String patientId, String branchId) implements PatientEvent {}

    /** An emergency patient now has a phone and a date of birth, and is somebody. */
    @EventType(name = "patient.identified", revision = "1")
    record PatientIdentified(String patientId) implements PatientEvent {}

    /**
     * Somebody with the same phone and date of birth is known to be another person: who was just registered, or, on that
     * newcomer's own record, who was there before.
     */
    @EventType(name = "patient.known-distinct", revision = "1")
    record KnownDistinct(String patientId, DistinctPerson from) implements PatientEvent {}

    /** An outpatient visit took place or is about to. */
    @EventType(name = "patient.visit-recorded", revision = "1")
    record VisitRecorded(String patientId, Visit visit) implements PatientEvent {}

    @EventType(name = "patient.admitted", revision = "1")
    record PatientAdmitted(String patientId, Visit visit) implements PatientEvent {}

    @EventType(name = "patient.discharged", revision = "1")
    record PatientDischarged(String patientId, Visit visit) implements PatientEvent {}

    /** What was recorded of a visit was wrong and is now as the event says. */
    @EventType(name = "patient.visit-corrected", revision = "1")
    record VisitCorrected(String patientId, Visit visit) implements PatientEvent {}

    /** The visit did not take place; it stays in the history. */
    @EventType(name = "patient.visit-cancelled", revision = "1")
    record VisitCancelled(String patientId, Visit visit) implements PatientEvent {}

    /**
     * The patient's last event: from now on there is no such patient. It says nothing about the person, and is the one
     * event that can still be read when the patient's key is destroyed.
     *
     * @param reason the code of an {@link org.patientsapi.values.ErasureReason}
     */
    @EventType(name = "patient.erased", revision = "1")
    record PatientErased(String patientId, String reason) implements PatientEvent {}

    /**
     * Stands in for every other event of a patient whose data key was destroyed: never stored, and all that can still be
     * said. Whoever meets one treats the patient as gone.
     */
    @EventType(name = "patient.forgotten", revision = "1")
    record PatientForgotten(String patientId) implements PatientEvent {}
}
