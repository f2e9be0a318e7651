package org.patientsapi.query;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import org.patientsapi.values.DateOfBirth;

/**
 * What a list shows of a patient.
 *
 * @param dateOfBirth read from the index to tell the age, and not shown
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record PatientSummary(
        String id,
        String name,
        @Nullable String phone,

        @JsonProperty(access = JsonProperty.Access.WRITE_ONLY) @Nullable
        String dateOfBirth,

        @Nullable Integer age,
        String gender,
        String patientId,
        @Nullable LocalDate lastVisitDate) {

    PatientSummary on(LocalDate today) {
        Integer years = dateOfBirth == null
                ? null
                : Integer.valueOf(DateOfBirth.of(dateOfBirth).ageOn(today));
        return new PatientSummary(id, name, phone, dateOfBirth, years, gender, patientId, lastVisitDate);
    }
}
