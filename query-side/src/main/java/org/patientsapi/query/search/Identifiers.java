package org.patientsapi.query.search;

import java.text.Normalizer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Phone, patient and ABHA numbers as they stand in the index. */
final class Identifiers {

    /** Fewer digits than this say too little to look for: one patient in a thousand would match. */
    static final int SHORTEST_PART = 4;

    private Identifiers() {}

    /** What a phone number begins with is looked for from here on; fewer digits are those of a whole series of numbers. */
    static final int SHORTEST_BEGINNING = 6;

    /** Told from a number that is written backwards. */
    private static final String FORWARDS = ">";

    /** As it is typed, with country code. */
    static String forwards(String digits) {
        return digits.isEmpty() ? "" : FORWARDS + digits;
    }

    /** "Ends in 3210" is then "begins with 0123". */
    static String backwards(String digits) {
        return new StringBuilder(digits).reverse().toString();
    }

    static String patientNumber(@Nullable String number) {
        if (number == null) {
            return "";
        }
        var kept = new StringBuilder();
        Letters.normalise(number)
                .codePoints()
                .filter(Character::isLetterOrDigit)
                .forEach(kept::appendCodePoint);
        return kept.toString();
    }

    static String address(@Nullable String address) {
        return address == null
                ? ""
                : Normalizer.normalize(address.strip(), Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    }

    /** The digits of any script in the text, as ASCII. */
    static String digits(@Nullable String text) {
        if (text == null) {
            return "";
        }
        var kept = new StringBuilder();
        Letters.normalise(text).chars().filter(c -> c >= '0' && c <= '9').forEach(c -> kept.append((char) c));
        return kept.toString();
    }
}
