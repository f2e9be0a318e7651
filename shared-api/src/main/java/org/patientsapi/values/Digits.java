package org.patientsapi.values;

/** Numbers as people write them: in any script's digits, grouped by spaces and hyphens. */
final class Digits {

    private static final int LONGEST = 40;

    private Digits() {}

    /** Every script's decimal digits as 0 to 9; all else as it is. */
    static String fold(String text) {
        StringBuilder folded = new StringBuilder(text.length());
        text.codePoints().forEach(codePoint -> {
            int digit = Character.digit(codePoint, 10);
            folded.appendCodePoint(digit < 0 ? codePoint : '0' + digit);
        });
        return folded.toString();
    }

    /**
     * Folded digits without what people put between them: spaces, hyphens of every kind, and the invisible direction marks
     * that phones add when a number is copied.
     *
     * @throws InvalidValue if the text is empty or too long to be any of our numbers
     */
    static String compact(String raw) {
        if (raw.length() > LONGEST) {
            throw InvalidValue.tooLong(LONGEST);
        }
        StringBuilder kept = new StringBuilder(raw.length());
        fold(raw).codePoints().filter(codePoint -> !isSeparator(codePoint)).forEach(kept::appendCodePoint);
        if (kept.isEmpty()) {
            throw InvalidValue.required();
        }
        return kept.toString();
    }

    private static boolean isSeparator(int codePoint) {
        return isHyphen(codePoint)
                || Character.isSpaceChar(codePoint)
                || Character.getType(codePoint) == Character.FORMAT;
    }

    /** Hyphens, dashes and the minus sign. */
    static boolean isHyphen(int codePoint) {
        return codePoint == 0x2212 || Character.getType(codePoint) == Character.DASH_PUNCTUATION;
    }

    static boolean areAll(CharSequence text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
