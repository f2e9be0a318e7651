package org.patientsapi.api;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.PatientEvent.ContactChanged;
import org.patientsapi.api.PatientEvent.DemographicsCorrected;
import org.patientsapi.api.PatientEvent.IdentifiersChanged;
import org.patientsapi.api.PatientEvent.KnownDistinct;
import org.patientsapi.api.PatientEvent.MedicalSummaryChanged;
import org.patientsapi.api.PatientEvent.PatientAdmitted;
import org.patientsapi.api.PatientEvent.PatientDischarged;
import org.patientsapi.api.PatientEvent.PatientErased;
import org.patientsapi.api.PatientEvent.PatientForgotten;
import org.patientsapi.api.PatientEvent.PatientIdentified;
import org.patientsapi.api.PatientEvent.PatientRegistered;
import org.patientsapi.api.PatientEvent.PatientTransferred;
import org.patientsapi.api.PatientEvent.StatusChanged;
import org.patientsapi.api.PatientEvent.VisitCancelled;
import org.patientsapi.api.PatientEvent.VisitCorrected;
import org.patientsapi.api.PatientEvent.VisitRecorded;
import org.patientsapi.values.DateOfBirth;

/**
 * A patient as the events tell it: at once what commands are decided on, the document in the index, and the JSON that a
 * client reads. One shape for all three leaves no mapping to get wrong.
 *
 * @param id UUIDv7
 * @param patientId the human-readable number on the card
 * @param version how many events made it; the {@code ETag} of every answer
 * @param branchId the home branch
 * @param registrationType {@code standard}, {@code newborn} or {@code emergency}
 * @param newborn whose child this is, for somebody registered at birth
 * @param name what the desk reads out
 * @param age whole years, present only in an answer: it is computed on read, never stored
 * @param status {@code active}, {@code inactive} or {@code deceased}
 * @param knownDistinct those who look like duplicates and are not
 * @param visitHistory newest first: all visits where the events were folded, the latest {@value #RECENT_VISITS} in the index
 *     and in answers
 * @param visitCount of all visits, cancelled ones too
 * @param lastVisitDate {@code YYYY-MM-DD} of the newest visit that was not cancelled
 */
public record PatientProfile(
        String id,
        String patientId,
        long version,
        String branchId,
        Instant registeredAt,
        Instant updatedAt,
        String registrationType,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Newborn newborn,
        String name,
        @JsonUnwrapped Demographics demographics,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer age,
        @JsonUnwrapped Contact contact,
        String status,
        Identifiers identifiers,
        MedicalSummary medicalSummary,
        List<DistinctPerson> knownDistinct,
        List<Visit> visitHistory,
        int visitCount,
        @Nullable String lastVisitDate) {

    public static final int RECENT_VISITS = 20;

    public static final String STANDARD = "standard";
    public static final String NEWBORN = "newborn";
    public static final String EMERGENCY = "emergency";

    /**
     * The profile after one more event; {@code null} for a patient who was erased or forgotten.
     *
     * @param before {@code null} before the registration
     * @param at when the event happened
     */
    public static @Nullable PatientProfile after(@Nullable PatientProfile before, PatientEvent event, Instant at) {
        if (event instanceof PatientRegistered registered) {
            return registered(registered, at);
        }
        if (event instanceof PatientErased || event instanceof PatientForgotten) {
            return null;
        }
        if (before == null) {
            throw new IllegalStateException("The first event of a patient is its registration");
        }
        Draft draft = new Draft(before);
        draft.apply(event);
        draft.version++;
        draft.updatedAt = at;
        return draft.profile();
    }

    private static PatientProfile registered(PatientRegistered event, Instant at) {
        DuplicateOverride override = event.duplicateOverride();
        return new PatientProfile(
                event.patientId(),
                event.identifiers().patientId(),
                1,
                event.branchId(),
                at,
                at,
                event.registrationType(),
                event.newborn(),
                event.demographics().name(),
                event.demographics(),
                null,
                event.contact(),
                event.status(),
                event.identifiers(),
                event.medicalSummary(),
                override == null ? List.of() : List.of(new DistinctPerson(override.of(), override.reason())),
                List.of(),
                0,
                null);
    }

    /** Whether all visits are here, rather than the latest only. */
    @JsonIgnore
    public boolean hasAllVisits() {
        return visitHistory.size() == visitCount;
    }

    public Optional<Visit> visit(String visitId) {
        return visitHistory.stream()
                .filter(visit -> visit.visitId().equals(visitId))
                .findFirst();
    }

    /** Cut down to what the index holds and an answer shows. */
    public PatientProfile withRecentVisits() {
        return visitHistory.size() <= RECENT_VISITS
                ? this
                : withVisits(visitHistory.subList(0, RECENT_VISITS), visitCount, lastVisitDate);
    }

    /** The profile as it is answered on a day: with the age, where a date of birth is known, and the latest visits. */
    public PatientProfile on(LocalDate today) {
        String born = demographics.dateOfBirth();
        Draft draft = new Draft(withRecentVisits());
        draft.age = born == null ? null : Integer.valueOf(DateOfBirth.of(born).ageOn(today));
        return draft.profile();
    }

    /** The profile with these visits, newest first, in place of its own. */
    public PatientProfile withVisits(List<Visit> visitHistory, int visitCount, @Nullable String lastVisitDate) {
        Draft draft = new Draft(this);
        draft.visitHistory = visitHistory;
        draft.visitCount = visitCount;
        draft.lastVisitDate = lastVisitDate;
        return draft.profile();
    }

    /** A profile that is becoming another: what can change, the rest is as it was. */
    private static final class Draft {
        private final PatientProfile before;
        private long version;
        private String branchId;
        private Instant updatedAt;
        private String registrationType;
        private Demographics demographics;
        private @Nullable Integer age;
        private Contact contact;
        private String status;
        private Identifiers identifiers;
        private MedicalSummary medicalSummary;
        private List<DistinctPerson> knownDistinct;
        private List<Visit> visitHistory;
        private int visitCount;
        private @Nullable String lastVisitDate;

        Draft(PatientProfile before) {
            this.before = before;
            version = before.version;
            branchId = before.branchId;
            updatedAt = before.updatedAt;
            registrationType = before.registrationType;
            demographics = before.demographics;
            age = before.age;
            contact = before.contact;
            status = before.status;
            identifiers = before.identifiers;
            medicalSummary = before.medicalSummary;
            knownDistinct = before.knownDistinct;
            visitHistory = before.visitHistory;
            visitCount = before.visitCount;
            lastVisitDate = before.lastVisitDate;
        }

        void apply(PatientEvent event) {
            switch (event) {
                case PatientRegistered again -> throw new IllegalStateException("A patient is registered once");
                case PatientErased gone -> throw new IllegalStateException("Of the erased nothing is left to change");
                case PatientForgotten gone ->
                    throw new IllegalStateException("Of the forgotten nothing is left to change");
                case DemographicsCorrected e -> demographics = e.demographics();
                case ContactChanged e -> contact = e.contact();
                case IdentifiersChanged e -> identifiers = e.identifiers();
                case MedicalSummaryChanged e -> medicalSummary = e.medicalSummary();
                case StatusChanged e -> status = e.status();
                case PatientTransferred e -> branchId = e.branchId();
                case PatientIdentified now -> registrationType = STANDARD;
                case KnownDistinct e ->
                    knownDistinct = Stream.concat(knownDistinct.stream(), Stream.of(e.from()))
                            .toList();
                case VisitRecorded e -> add(e.visit());
                case PatientAdmitted e -> add(e.visit());
                case PatientDischarged e -> change(e.visit());
                case VisitCorrected e -> change(e.visit());
                case VisitCancelled e -> change(e.visit());
            }
        }

        /** With a look at a few of the others only, whose list is copied: with a thousand visits each event costs little more. */
        private void add(Visit visit) {
            visitHistory = with(visit, visitHistory);
            visitCount++;
            if (lastVisitDate == null || visit.day().compareTo(lastVisitDate) > 0) {
                lastVisitDate = visit.day();
            }
        }

        private void change(Visit visit) {
            List<Visit> others = visitHistory.stream()
                    .filter(other -> !other.visitId().equals(visit.visitId()))
                    .toList();
            visitHistory = with(visit, others);
            lastVisitDate = visitHistory.stream()
                    .filter(each -> !each.isCancelled())
                    .map(Visit::day)
                    .findFirst()
                    .orElse(null);
        }

        private static List<Visit> with(Visit visit, List<Visit> others) {
            List<Visit> visits = new ArrayList<>(others.size() + 1);
            visits.addAll(others);
            int place = Collections.binarySearch(visits, visit, Visit.NEWEST_FIRST);
            visits.add(place < 0 ? -place - 1 : place, visit);
            return Collections.unmodifiableList(visits);
        }

        PatientProfile profile() {
            return new PatientProfile(
                    before.id,
                    before.patientId,
                    version,
                    branchId,
                    before.registeredAt,
                    updatedAt,
                    registrationType,
                    before.newborn,
                    demographics.name(),
                    demographics,
                    age,
                    contact,
                    status,
                    identifiers,
                    medicalSummary,
                    knownDistinct,
                    visitHistory,
                    visitCount,
                    lastVisitDate);
        }
    }
}
