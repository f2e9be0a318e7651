package org.patientsapi.api;

import org.jspecify.annotations.Nullable;
import org.patientsapi.values.PersonName;

/**
 * Who the person is. People with a single name exist, and a date of birth may be known to the year or month only.
 *
 * @param dateOfBirth {@code YYYY-MM-DD}, {@code YYYY-MM} or {@code YYYY}; {@code null} only for an unidentified patient
 */
public record Demographics(
        String firstName,
        @Nullable String lastName,
        @Nullable String dateOfBirth,
        String gender,
        @Nullable String bloodGroup) {

    /** What the desk reads out. */
    public String name() {
        return PersonName.full(firstName, lastName);
    }
}
