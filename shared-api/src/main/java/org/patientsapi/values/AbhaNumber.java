package org.patientsapi.values;

/**
 * A number of the Ayushman Bharat Health Account, as {@code XX-XXXX-XXXX-XXXX}. Its check digit, if it has one, is not
 * published, so that any 14 digits are accepted.
 */
public record AbhaNumber(String value) {

    private static final int LENGTH = 14;

    /**
     * 14 digits of any script, with spaces and hyphens anywhere.
     *
     * @throws InvalidValue {@code required}, {@code too_long} or {@code invalid_format}
     */
    public static AbhaNumber parse(String raw) {
        String digits = Digits.compact(raw);
        if (digits.length() != LENGTH || !Digits.areAll(digits)) {
            throw InvalidValue.invalidFormat("An ABHA number has 14 digits.");
        }
        return new AbhaNumber(digits.substring(0, 2) + "-" + digits.substring(2, 6) + "-" + digits.substring(6, 10)
                + "-" + digits.substring(10));
    }

    @Override
    public String toString() {
        return value;
    }
}
