package org.patientsapi.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What can be asked about patients. */
public sealed interface PatientQuery {

    /** The branches that the caller may see. */
    BranchScope scope();

    /**
     * One patient's profile.
     *
     * @param patientId the {@code id}
     * @param seenVersion a version the caller has seen, which the answer must not be older than; 0 for none
     */
    record GetPatient(String patientId, long seenVersion, BranchScope scope) implements PatientQuery {}

    /**
     * Which part of a list.
     *
     * @param page counts from 1
     * @param perPage 1 to 100
     * @param after opaque cursor of the page before; takes the place of {@code page}
     */
    record Paging(int page, int perPage, @Nullable String after) {

        /** How many there are on the pages before. */
        public int from() {
            return (page - 1) * perPage;
        }
    }

    /** Summaries, newest registration first, or by relevance where there is a search text. */
    record ListPatients(
            @Nullable String search,
            @Nullable String branchId,
            @Nullable Instant registeredAfter,
            Paging paging,
            BranchScope scope)
            implements PatientQuery {}

    /**
     * One patient's profile as it was, told by the events. One of the two is given.
     *
     * @param version of which it was the profile
     * @param moment at which it was the profile
     */
    record GetPastPatient(
            String patientId,
            @Nullable Long version,
            @Nullable Instant moment,
            BranchScope scope) implements PatientQuery {}

    /**
     * What was done to a patient's record, and who saw it, newest first.
     *
     * @param from inclusive
     * @param to exclusive
     * @param actor a client or subject
     * @param kind {@code write}, {@code read}, {@code search} or {@code refusal}; {@code null} for all
     */
    record ReadAudit(
            String patientId,
            @Nullable Instant from,
            @Nullable Instant to,
            @Nullable String actor,
            @Nullable String kind,
            Paging paging,
            BranchScope scope)
            implements PatientQuery {}

    /** A patient's visits, newest first. */
    record ListVisits(String patientId, Paging paging, BranchScope scope) implements PatientQuery {}
}
