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
     * Summaries, newest registration first, or by relevance where there is a search text.
     *
     * @param page counts from 1
     * @param perPage 1 to 100
     * @param after opaque cursor of the page before; takes the place of {@code page}
     */
    record ListPatients(
            @Nullable String search,
            @Nullable String branchId,
            @Nullable Instant registeredAfter,
            int page,
            int perPage,
            @Nullable String after,
            BranchScope scope)
            implements PatientQuery {}
}
