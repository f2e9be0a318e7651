package org.patientsapi.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What whoever treats the person next must know at once. {@code since} is a FHIR date: a day, a month or a year. */
public record MedicalSummary(
        List<Diagnosis> activeDiagnoses, List<Allergy> allergies, List<Medication> currentMedications) {

    public static final MedicalSummary NONE = new MedicalSummary(List.of(), List.of(), List.of());

    public record Diagnosis(
            @Nullable String code,
            @Nullable String system,
            String description,
            @Nullable String since) {}

    public record Allergy(
            String substance,
            @Nullable String reaction,
            @Nullable String severity) {}

    public record Medication(
            String name,
            @Nullable String dose,
            @Nullable String frequency,
            @Nullable String since) {}
}
