package org.patientsapi.values;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The self-chosen address of a health account, {@code name@abdm} or, in ABDM's sandbox, {@code name@sbx}, in lower case. What
 * a name may be has changed several times and older ones stay valid, so that the rule is wider than today's for new ones: 3
 * to 50 letters, digits, dots and underscores, the last two neither at an end nor side by side.
 */
public record AbhaAddress(String value) {

    private static final Pattern FORMAT =
            Pattern.compile("(?=[a-z0-9._]{3,50}@)[a-z0-9]++(?:[._][a-z0-9]++)*+@(?:abdm|sbx)");
    private static final int LONGEST = 60;

    /**
     * In capitals or not.
     *
     * @throws InvalidValue {@code required}, {@code too_long}, {@code forbidden_character} or {@code invalid_format}
     */
    public static AbhaAddress parse(String raw) {
        String address = Characters.normalise(raw, LONGEST).toLowerCase(Locale.ROOT);
        if (!FORMAT.matcher(address).matches()) {
            throw InvalidValue.invalidFormat("An ABHA address, such as name@abdm.");
        }
        return new AbhaAddress(address);
    }

    @Override
    public String toString() {
        return value;
    }
}
