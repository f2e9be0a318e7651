package org.patientsapi.query;

import org.jspecify.annotations.Nullable;

/**
 * What a list shows of a patient.
 *
 * @param phone E.164
 * @param age whole years
 * @param lastVisitDate {@code YYYY-MM-DD}
 */
record PatientSummary(
        String id,
        String name,
        @Nullable String phone,
        @Nullable Integer age,
        String gender,
        String patientId,
        @Nullable String lastVisitDate) {}
