package org.patientsapi.query;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.PatientProfile;
import org.patientsapi.values.DateOfBirth;

/**
 * What lists need of a patient, as the index holds it beside the profile, so that a list reads no history. During an update
 * a node of the version before reads what a newer one has written, and leaves out what it does not know.
 *
 * @param dateOfBirth instead of the age, which is true until the next birthday
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record ListedPatient(
        String id,
        String name,
        @Nullable String phone,
        @Nullable String dateOfBirth,
        String gender,
        String patientId,
        @Nullable String lastVisitDate) {

    static ListedPatient of(PatientProfile profile) {
        return new ListedPatient(
                profile.id(),
                profile.name(),
                profile.contact().phone(),
                profile.demographics().dateOfBirth(),
                profile.demographics().gender(),
                profile.patientId(),
                profile.lastVisitDate());
    }

    PatientSummary on(LocalDate today) {
        Integer age = dateOfBirth == null
                ? null
                : Integer.valueOf(DateOfBirth.of(dateOfBirth).ageOn(today));
        return new PatientSummary(id, name, phone, age, gender, patientId, lastVisitDate);
    }
}
