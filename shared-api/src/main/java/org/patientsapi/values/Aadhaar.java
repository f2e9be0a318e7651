package org.patientsapi.values;

import java.util.regex.Pattern;

/**
 * What is kept of an Aadhaar number: its last four digits. The number itself lives in {@link #parse} only and stands in no
 * field, message or event, since whoever stores it needs an Aadhaar Data Vault (UIDAI circular K-11020/205/2017).
 */
public record Aadhaar(String lastFour) {

    private static final Pattern FORMAT = Pattern.compile("[2-9][0-9]{11}");

    /**
     * 12 digits of any script, with spaces and hyphens anywhere.
     *
     * @throws InvalidValue {@code required}, {@code too_long}, {@code invalid_format} or {@code invalid_check_digit}
     */
    public static Aadhaar parse(String raw) {
        String digits = Digits.compact(raw);
        if (!FORMAT.matcher(digits).matches()) {
            throw InvalidValue.invalidFormat("An Aadhaar number has 12 digits and does not begin with 0 or 1.");
        }
        if (!Verhoeff.holds(digits)) {
            throw InvalidValue.invalidCheckDigit();
        }
        return new Aadhaar(digits.substring(8));
    }

    /** {@code XXXX-XXXX-1234}. */
    public String masked() {
        return "XXXX-XXXX-" + lastFour;
    }

    @Override
    public String toString() {
        return masked();
    }
}
