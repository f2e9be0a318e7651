package org.patientsapi.values;

import java.text.Normalizer;

/** Which characters a text may hold, and how it is brought to its one normal form. */
final class Characters {

    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;

    private Characters() {}

    /**
     * The text in NFC, without spaces at its ends.
     *
     * @throws InvalidValue if it is empty, longer than {@code maxCodePoints}, or holds a forbidden character
     */
    static String normalise(String raw, int maxCodePoints) {
        // A character of NFC is composed of at most four of at most two UTF-16 units: what is longer still need not be
        // composed.
        if (raw.length() > 8 * maxCodePoints) {
            throw InvalidValue.tooLong(maxCodePoints);
        }
        refuseForbidden(raw);
        String text = trim(Normalizer.normalize(raw, Normalizer.Form.NFC));
        if (text.codePoints().allMatch(Characters::isJoiner)) {
            throw InvalidValue.required();
        }
        if (text.codePointCount(0, text.length()) > maxCodePoints) {
            throw InvalidValue.tooLong(maxCodePoints);
        }
        return text;
    }

    static boolean isJoiner(int codePoint) {
        return codePoint == ZERO_WIDTH_JOINER || codePoint == ZERO_WIDTH_NON_JOINER;
    }

    static boolean isLetterOrMark(int codePoint) {
        return Character.isLetter(codePoint) || isMark(codePoint);
    }

    static boolean isMark(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK -> true;
            default -> false;
        };
    }

    /** Spaces of every kind at the ends, the non-breaking ones too, which {@link String#strip()} leaves. */
    static String trim(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && Character.isSpaceChar(text.charAt(start))) {
            start++;
        }
        while (end > start && Character.isSpaceChar(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    static void refuseForbidden(String text) {
        if (text.codePoints().anyMatch(Characters::isForbidden)) {
            throw new InvalidValue(
                    "forbidden_character",
                    "Control characters, line breaks, invisible formatting characters and broken Unicode are not allowed.");
        }
    }

    /**
     * Control characters, lone surrogates, line separators, non-characters, letters that show nothing (the Hangul fillers),
     * and every format character but the two joiners: the bidirectional overrides and isolates make a text read as
     * something else, and the rest (soft hyphen, zero-width space, tags) make two texts that look the same differ.
     */
    private static boolean isForbidden(int codePoint) {
        if ((codePoint & 0xFFFE) == 0xFFFE || (codePoint >= 0xFDD0 && codePoint <= 0xFDEF)) {
            return true;
        }
        if (codePoint == 0x115F || codePoint == 0x1160 || codePoint == 0x3164 || codePoint == 0xFFA0) {
            return true;
        }
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                true;
            case Character.FORMAT -> !isJoiner(codePoint);
            default -> false;
        };
    }
}
