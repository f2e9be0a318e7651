package org.patientsapi.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.PatientEvent.ContactChanged;
import org.patientsapi.api.PatientEvent.DemographicsCorrected;
import org.patientsapi.api.PatientEvent.IdentifiersChanged;
import org.patientsapi.api.PatientEvent.MedicalSummaryChanged;
import org.patientsapi.api.PatientEvent.PatientForgotten;
import org.patientsapi.api.PatientEvent.PatientForgotten;
import org.patientsapi.api.PatientEvent.PatientRegistered;
import org.patientsapi.api.PatientEvent.PatientTransferred;
import org.patientsapi.api.PatientEvent.StatusChanged;
import org.patientsapi.values.DateOfBirth;
import org.patientsapi.values.PersonName;

/**
 * A patient as the events tell it: at once the aggregate's state, the document in the index, and the JSON that a client
 * reads. One shape for all three leaves no mapping to get wrong.
 *
 * @param id UUIDv7
 * @param patientId the human-readable number on the card
 * @param version how many events made it; the {@code ETag} of every answer
 * @param branchId the home branch
 * @param name what the desk reads out
 * @param age whole years, present only in an answer: it is computed on read, never stored
 * @param status {@code active}, {@code inactive} or {@code deceased}
 * @param lastVisitDate the newest visit that was not cancelled
 */
public record PatientProfile(
        String id,
        String patientId,
        long version,
        String branchId,
        Instant registeredAt,
        Instant updatedAt,
        String name,
        @JsonUnwrapped Demographics demographics,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer age,
        @JsonUnwrapped Contact contact,
        String status,
        Identifiers identifiers,
        MedicalSummary medicalSummary,
        List<Visit> visitHistory,
        @Nullable LocalDate lastVisitDate) {

    /**
     * The profile after one more event; {@code null} for a patient who was forgotten.
     *
     * @param before {@code null} before the registration
     * @param at when the event happened
     */
    public static @Nullable PatientProfile after(@Nullable PatientProfile before, PatientEvent event, Instant at) {
        if (event instanceof PatientRegistered registered) {
            return registered(registered, at);
        }
        if (event instanceof PatientForgotten) {
            return null;
        }
        if (before == null) {
            throw new IllegalStateException("The first event of a patient is its registration");
        }
        return before.and(event, at);
    }

    private static PatientProfile registered(PatientRegistered event, Instant at) {
        return new PatientProfile(
                event.patientId(),
                event.identifiers().patientId(),
                1,
                event.branchId(),
                at,
                at,
                nameOf(event.demographics()),
                event.demographics(),
                null,
                event.contact(),
                event.status(),
                event.identifiers(),
                event.medicalSummary(),
                List.of(),
                null);
    }

    private PatientProfile and(PatientEvent event, Instant at) {
        return switch (event) {
            case PatientRegistered _, PatientForgotten _ -> throw new IllegalStateException("Nothing goes on from these");
            case DemographicsCorrected e -> next(at, branchId, status, e.demographics(), contact, identifiers, medicalSummary);
            case ContactChanged e -> next(at, branchId, status, demographics, e.contact(), identifiers, medicalSummary);
            case IdentifiersChanged e -> next(at, branchId, status, demographics, contact, e.identifiers(), medicalSummary);
            case MedicalSummaryChanged e -> next(at, branchId, status, demographics, contact, identifiers, e.medicalSummary());
            case StatusChanged e -> next(at, branchId, e.status(), demographics, contact, identifiers, medicalSummary);
            case PatientTransferred e -> next(at, e.branchId(), status, demographics, contact, identifiers, medicalSummary);
        };
    }

    private PatientProfile next(
            Instant at,
            String branchId,
            String status,
            Demographics demographics,
            Contact contact,
            Identifiers identifiers,
            MedicalSummary medicalSummary) {
        return new PatientProfile(
                id,
                patientId,
                version + 1,
                branchId,
                registeredAt,
                at,
                nameOf(demographics),
                demographics,
                null,
                contact,
                status,
                identifiers,
                medicalSummary,
                visitHistory,
                lastVisitDate);
    }

    private static String nameOf(Demographics demographics) {
        return PersonName.full(demographics.firstName(), demographics.lastName());
    }

    /** The profile as it is answered on a day: with the age, where a date of birth is known. */
    public PatientProfile on(LocalDate today) {
        String born = demographics.dateOfBirth();
        Integer age = born == null ? null : Integer.valueOf(DateOfBirth.of(born).ageOn(today));
        return new PatientProfile(
                id, patientId, version, branchId, registeredAt, updatedAt, name, demographics, age, contact, status,
                identifiers, medicalSummary, visitHistory, lastVisitDate);
    }
}
