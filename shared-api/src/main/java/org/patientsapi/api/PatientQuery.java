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

        public Paging withPerPage(int other) {
            return new Paging(page, other, after);
        }

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

    /** A patient's visits, newest first. */
    record ListVisits(String patientId, Paging paging, BranchScope scope) implements PatientQuery {}
}
