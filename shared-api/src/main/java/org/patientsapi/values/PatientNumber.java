package org.patientsapi.values;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The number on a patient's card, {@code patient_id} in the API: P, nine digits and Verhoeff's check digit over them, as in
 * {@code P48291-37748}. Short enough to read over a phone; says nothing about the patient.
 */
public record PatientNumber(String value) {

    /** How many numbers there are. */
    public static final long COUNT = 1_000_000_000L;

    private static final Pattern FORMAT = Pattern.compile("P[0-9]{10}");

    /**
     * In capitals or not, with spaces and hyphens anywhere, in any script's digits.
     *
     * @throws InvalidValue {@code required}, {@code too_long}, {@code invalid_format} or {@code invalid_check_digit}
     */
    public static PatientNumber parse(String raw) {
        String compact = Digits.compact(raw).toUpperCase(Locale.ROOT);
        if (!FORMAT.matcher(compact).matches()) {
            throw InvalidValue.invalidFormat("A patient number is P and ten digits.");
        }
        String digits = compact.substring(1);
        if (!Verhoeff.holds(digits)) {
            throw InvalidValue.invalidCheckDigit();
        }
        return shown(digits);
    }

    /**
     * The number of a permuted counter, see {@link PatientNumberPermutation}.
     *
     * @throws IllegalArgumentException if it is not in 0 (inclusive) to {@link #COUNT} (exclusive)
     */
    public static PatientNumber of(long permuted) {
        if (permuted < 0 || permuted >= COUNT) {
            throw new IllegalArgumentException("Not a number that fits nine digits");
        }
        // One more digit in front, cut off again, keeps the leading zeros.
        String digits = Long.toString(COUNT + permuted).substring(1);
        return shown(digits + Verhoeff.checkDigit(digits));
    }

    private static PatientNumber shown(String digits) {
        return new PatientNumber("P" + digits.substring(0, 5) + "-" + digits.substring(5));
    }

    @Override
    public String toString() {
        return value;
    }
}
