package org.patientsapi.values;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One e-mail address. The rule is kept simple, since only a message that arrives proves an address: one @; before it 1 to 64
 * characters, any but spaces and the ones that would need quotes, with no dot at an end or beside another; after it a domain
 * of at least two labels in letters, digits and inner hyphens, of any script. Quoted local parts, comments and address
 * literals are refused. The domain is in lower case; what stands before the @ is kept, since its case is the receiver's.
 */
public record EmailAddress(String value) {

    private static final int LONGEST = 254;
    private static final int LONGEST_LOCAL_PART = 64;
    private static final String ATOM = "[^\\s\\p{Z}\\p{C}@.\"(),:;<>\\[\\]\\\\]++";
    private static final Pattern LOCAL_PART = Pattern.compile(ATOM + "(?:\\." + ATOM + ")*+");
    private static final Pattern LABEL =
            Pattern.compile("[\\p{L}\\p{M}\\p{Nd}](?:[\\p{L}\\p{M}\\p{Nd}-]{0,61}[\\p{L}\\p{M}\\p{Nd}])?");

    /**
     * One address by the rule above.
     *
     * @throws InvalidValue {@code required}, {@code too_long} (254 characters), {@code forbidden_character} or
     *     {@code invalid_format}
     */
    public static EmailAddress parse(String raw) {
        String text = Characters.normalise(raw, LONGEST);
        int at = text.indexOf('@');
        if (at < 0) {
            throw invalid();
        }
        String local = text.substring(0, at);
        String domain = text.substring(at + 1).toLowerCase(Locale.ROOT);
        if (local.codePointCount(0, local.length()) > LONGEST_LOCAL_PART
                || !LOCAL_PART.matcher(local).matches()) {
            throw invalid();
        }
        String[] labels = domain.split("\\.", -1);
        for (String label : labels) {
            if (!LABEL.matcher(label).matches()) {
                throw invalid();
            }
        }
        if (labels.length < 2 || Digits.areAll(labels[labels.length - 1])) {
            throw invalid();
        }
        // In lower case a domain may be longer: of some letters one has two characters then.
        return new EmailAddress(Characters.normalise(local + "@" + domain, LONGEST));
    }

    private static InvalidValue invalid() {
        return InvalidValue.invalidFormat("One e-mail address, such as name@example.org.");
    }

    @Override
    public String toString() {
        return value;
    }
}
