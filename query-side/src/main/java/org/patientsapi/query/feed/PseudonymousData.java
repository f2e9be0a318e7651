package org.patientsapi.query.feed;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the pseudonymous tier tells of an event. No field holds what a person typed: each is a pseudonym, a number, a word of a
 * closed list or has a form that no sentence has, save {@code district}, which is let through beside a known state if it
 * has no digit, and {@code branchId}, which whoever may write in all branches can make up. See {@link Pseudonymisation} for how each
 * comes about.
 */
sealed interface PseudonymousData {

    record Registered(
            String registrationType,
            @Nullable Newborn newborn,
            String branchId,
            String status,
            Demographics demographics,
            Contact contact,
            Identifiers identifiers,
            MedicalSummary medicalSummary,
            @Nullable KnownDistinct duplicateOverride)
            implements PseudonymousData {}

    record DemographicsCorrected(Demographics demographics) implements PseudonymousData {}

    record ContactChanged(Contact contact) implements PseudonymousData {}

    record IdentifiersChanged(Identifiers identifiers) implements PseudonymousData {}

    record MedicalSummaryChanged(MedicalSummary medicalSummary) implements PseudonymousData {}

    record StatusChanged(String status) implements PseudonymousData {}

    record Transferred(String branchId) implements PseudonymousData {}

    record Identified() implements PseudonymousData {}

    /**
     * @param subject the pseudonym of the other patient
     * @param reason {@code twin}, {@code family_phone} or {@code verified_distinct}
     */
    record KnownDistinct(String subject, String reason) implements PseudonymousData {}

    record VisitChanged(Visit visit) implements PseudonymousData {}

    record Erased(String reason) implements PseudonymousData {}

    /** @param mother her pseudonym */
    record Newborn(String mother, int birthOrder) {}

    /**
     * @param yearOfBirth absent where it is not known, or more than 89 years before the event
     * @param bornInOrBefore this year or an earlier one, instead of the year itself: the very old are too few
     */
    record Demographics(
            @Nullable Integer yearOfBirth,
            @Nullable Integer bornInOrBefore,
            String gender,
            @Nullable String bloodGroup) {}

    /**
     * @param state or union territory of India, by its official name; absent for any other text
     * @param country ISO 3166-1 alpha-2; absent where there is no address
     */
    record Contact(
            boolean hasPhone,
            boolean hasEmail,
            @Nullable String district,
            @Nullable String state,
            @Nullable String country) {}

    record Identifiers(boolean hasAbha, boolean hasAadhaar, boolean aadhaarVerified, boolean insured) {}

    /** @param uncodedDiagnoses how many more there are, without a code of a known classification */
    record MedicalSummary(
            List<Diagnosis> activeDiagnoses, int uncodedDiagnoses, int allergies, int currentMedications) {}

    /**
     * @param system {@code ICD-10}, {@code ICD-11} or {@code SNOMED-CT}
     * @param since the year
     */
    record Diagnosis(String system, String code, @Nullable Integer since) {}

    /**
     * @param visitId a pseudonym
     * @param date of an OPD visit
     * @param admittedAt of an IPD visit, to the hour, like {@code dischargedAt}
     * @param provider the pseudonym of whoever saw the patient, where the hospital has an id for that person
     * @param department one of the configured ones, else {@code other}
     */
    record Visit(
            String visitId,
            String type,
            String branchId,
            @Nullable String date,
            @Nullable String admittedAt,
            @Nullable String dischargedAt,
            @Nullable String provider,
            @Nullable String department,
            String status) {}
}
