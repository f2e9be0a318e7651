package org.patientsapi.values;

/** Texts that have no form of their own: descriptions, doses, policy numbers, reasons. */
public final class FreeText {

    private FreeText() {}

    /**
     * One line of text in Unicode NFC, without spaces at its ends.
     *
     * @param maxCodePoints the longest allowed, in characters as people count them, not in UTF-16 units
     * @throws InvalidValue {@code required}, {@code too_long} or {@code forbidden_character} (control characters and line
     *     breaks, bidirectional overrides, invisible format characters, lone surrogates)
     */
    public static String line(String raw, int maxCodePoints) {
        return Characters.normalise(raw, maxCodePoints);
    }
}
