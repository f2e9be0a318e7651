package org.patientsapi.values;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.Year;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A date of birth as far as it is known: a day, a month or a year (FHIR's {@code date}). The precision is kept, with no
 * invented first of January: an incomplete date is the span of days on which the birth may have been.
 *
 * @param earliest the first day on which the birth may have been; no visit is before it
 * @param latest the last such day, equal to {@code earliest} if the date is complete; may be in the future
 */
public record DateOfBirth(LocalDate earliest, LocalDate latest) {

    /** Nobody who was born before is a patient. */
    public static final LocalDate FIRST_DAY = LocalDate.of(1875, 1, 1);

    private static final Pattern FORMAT = Pattern.compile("([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?");

    /**
     * {@code YYYY-MM-DD}, {@code YYYY-MM} or {@code YYYY}.
     *
     * @param today the hospital's date
     * @throws InvalidValue {@code required}, {@code invalid_format}, {@code invalid_date} (no such day in the calendar),
     *     {@code in_the_future}, or {@code out_of_range} (before 1875)
     */
    public static DateOfBirth parse(String raw, LocalDate today) {
        String text = Characters.trim(raw);
        if (text.isEmpty()) {
            throw InvalidValue.required();
        }
        if (!FORMAT.matcher(text).matches()) {
            throw InvalidValue.invalidFormat("A date as YYYY-MM-DD, or YYYY-MM or YYYY if only that is known.");
        }
        DateOfBirth born;
        try {
            born = of(text);
        } catch (DateTimeException noSuchDay) {
            throw new InvalidValue("invalid_date", "There is no such day in the calendar.");
        }
        if (born.earliest.isAfter(today)) {
            throw new InvalidValue("in_the_future", "A date of birth is not in the future.");
        }
        if (born.earliest.isBefore(FIRST_DAY)) {
            throw new InvalidValue("out_of_range", "A date of birth is not before " + FIRST_DAY.getYear() + ".");
        }
        return born;
    }

    /**
     * A date from an event, whatever the rules for new ones have become.
     *
     * @throws DateTimeException if the text is no date at all, which no event has
     */
    public static DateOfBirth of(String value) {
        Matcher parts = FORMAT.matcher(value);
        if (!parts.matches()) {
            throw new DateTimeException("Not a date of birth");
        }
        int year = Integer.parseInt(parts.group(1));
        if (parts.group(2) == null) {
            return new DateOfBirth(
                    Year.of(year).atDay(1), Year.of(year).atMonth(12).atEndOfMonth());
        }
        YearMonth month = YearMonth.of(year, Integer.parseInt(parts.group(2)));
        if (parts.group(3) == null) {
            return new DateOfBirth(month.atDay(1), month.atEndOfMonth());
        }
        LocalDate day = LocalDate.of(year, month.getMonth(), Integer.parseInt(parts.group(3)));
        return new DateOfBirth(day, day);
    }

    /** Whether the day is known. Only a complete date can tell two patients to be the same. */
    public boolean isComplete() {
        return earliest.equals(latest);
    }

    /**
     * The whole years the person has certainly completed. Who was born on 29 February completes a year on 1 March of a
     * common year. For an incomplete date it is counted from the latest possible birthday, so that nobody is taken for
     * older, and then for more of an adult, than is known: someone of {@code 1980} is 45 throughout 2026 until 31 December.
     * Never less than 0.
     */
    public int ageOn(LocalDate day) {
        return (int) Math.max(0, ChronoUnit.YEARS.between(latest, day));
    }

    /** The date as it was given, in its own precision. */
    @Override
    public String toString() {
        if (isComplete()) {
            return earliest.toString();
        }
        YearMonth month = YearMonth.from(earliest);
        String text = month.toString();
        // A year's own text has fewer than four digits before the year 1000.
        return month.equals(YearMonth.from(latest)) ? text : text.substring(0, 4);
    }
}
