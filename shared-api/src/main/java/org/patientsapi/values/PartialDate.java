package org.patientsapi.values;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;

/** Dates of the medical record, which may be known to a year or month only (FHIR's {@code date}). */
public final class PartialDate {

    private static final Pattern DAY = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");

    private PartialDate() {}

    /**
     * {@code YYYY-MM-DD}, {@code YYYY-MM} or {@code YYYY}, as it was given.
     *
     * @throws InvalidValue {@code invalid_date}, or {@code out_of_range} (before any patient was born)
     */
    public static String parse(String raw) {
        DateOfBirth date;
        try {
            date = DateOfBirth.of(raw);
        } catch (DateTimeException noDate) {
            throw new InvalidValue("invalid_date", "A date as YYYY-MM-DD, or YYYY-MM or YYYY if only that is known.");
        }
        if (date.earliest().isBefore(DateOfBirth.FIRST_DAY)) {
            throw new InvalidValue("out_of_range", "This date is not before " + DateOfBirth.FIRST_DAY.getYear() + ".");
        }
        return date.toString();
    }

    /**
     * A complete date.
     *
     * @throws InvalidValue {@code invalid_date}
     */
    public static LocalDate day(String raw) {
        if (DAY.matcher(raw).matches()) {
            try {
                return LocalDate.parse(raw);
            } catch (DateTimeParseException noSuchDay) {
                // Answered below; its message would repeat the given text.
            }
        }
        throw new InvalidValue("invalid_date", "A date as YYYY-MM-DD.");
    }
}
