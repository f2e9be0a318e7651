package org.patientsapi.api;

import java.util.Set;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/** What can be asked of a patient's record. Each is answered with the profile as it is afterwards, or with a {@link Refusal}. */
public sealed interface PatientCommand {

    @TargetAggregateIdentifier
    String patientId();

    /** The branches that the caller may write to. */
    BranchScope scope();

    /**
     * Registers a person under an id and a number made for this purpose.
     *
     * @param branchId the home branch, already decided from body, token and default
     */
    record RegisterPatient(
            @TargetAggregateIdentifier String patientId,
            String patientNumber,
            String branchId,
            PatientChanges details,
            @Nullable DuplicateOverride duplicateOverride,
            BranchScope scope)
            implements PatientCommand {}

    /**
     * Changes what the merge patch names. One that changes nothing causes no event.
     *
     * @param expectedVersions those named in {@code If-Match}; {@code null} for whatever the version is
     */
    record UpdatePatient(
            @TargetAggregateIdentifier String patientId,
            PatientChanges changes,
            @Nullable Set<Long> expectedVersions,
            BranchScope scope)
            implements PatientCommand {

        public boolean expects(long version) {
            return expectedVersions == null || expectedVersions.contains(version);
        }
    }
}
