package org.patientsapi.api;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.util.Set;
import java.util.stream.Stream;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;
import org.patientsapi.values.ErasureReason;

/**
 * What can be asked of a patient's record: answered with what it made, or with a {@link Refusal}.
 *
 * @param <R> what the answer is
 */
public sealed interface PatientCommand<R> {

    @TargetAggregateIdentifier
    String patientId();

    /** The branches that the caller may write to. */
    BranchScope scope();

    /** Patients besides this one that the caller has named, whether there are such or not. */
    default Set<String> others() {
        return Set.of();
    }

    /**
     * Registers a person under an id and a number made for this purpose.
     *
     * @param registrationType {@code standard}, {@code newborn} or {@code emergency}
     * @param newborn for a newborn only
     * @param branchId the home branch, already decided from body, token and default
     * @param details of a newborn or an unidentified patient perhaps without a name
     */
    record RegisterPatient(
            @TargetAggregateIdentifier String patientId,
            String patientNumber,
            String registrationType,
            @Nullable Newborn newborn,
            String branchId,
            PatientChanges details,
            @Nullable DuplicateOverride duplicateOverride,
            BranchScope scope)
            implements PatientCommand<PatientProfile> {

        @Override
        public Set<String> others() {
            return Stream.of(
                            newborn == null ? null : newborn.motherId(),
                            duplicateOverride == null ? null : duplicateOverride.of())
                    .flatMap(Stream::ofNullable)
                    .collect(toUnmodifiableSet());
        }
    }

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
            implements PatientCommand<PatientProfile> {}

    /**
     * Records an outpatient visit or opens an admission.
     *
     * @param visitId made for this purpose
     * @param details which may name no branch: then the visit is in the patient's home branch
     */
    record RecordVisit(
            @TargetAggregateIdentifier String patientId,
            String visitId,
            String type,
            VisitChanges details,
            BranchScope scope)
            implements PatientCommand<Visit> {}

    /**
     * Discharges, corrects or cancels. A patch that changes nothing causes no event.
     *
     * @param expectedVersions of the visit, named in {@code If-Match}; {@code null} for whatever the version is
     */
    record AmendVisit(
            @TargetAggregateIdentifier String patientId,
            String visitId,
            VisitChanges changes,
            @Nullable Set<Long> expectedVersions,
            BranchScope scope)
            implements PatientCommand<Visit> {}

    /**
     * Hides the patient for ever and destroys its key, at once or when no law keeps it any longer.
     *
     * @param immediate whether the key goes with it, which is refused where there is a legal hold
     * @param expectedVersions those named in {@code If-Match}; {@code null} for whatever the version is
     */
    record ErasePatient(
            @TargetAggregateIdentifier String patientId,
            ErasureReason reason,
            boolean immediate,
            @Nullable Set<Long> expectedVersions,
            BranchScope scope)
            implements PatientCommand<Erasure> {}
}
