package org.patientsapi.query.search;

import java.text.Normalizer;
import java.util.Locale;

/** Which characters count: one writing for what is the same letter or digit. */
final class Letters {

    private Letters() {}

    /**
     * Compatibility forms unified (NFKC: full-width letters, ligatures), small letters, the digits of every script as
     * ASCII, apostrophes and invisible characters gone: D'Souza and D’Souza are Dsouza, and the joiners of Indic
     * scripts only choose between two shapes of the same letters.
     */
    static String normalise(String text) {
        var composed = isPlain(text)
                ? text.toLowerCase(Locale.ROOT)
                : Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        var out = new StringBuilder(composed.length());
        composed.codePoints().forEach(c -> {
            if (c < 128) {
                if (c != '\'' && c != '`') {
                    out.append((char) c);
                }
            } else if (Character.isDigit(c)) {
                out.append((char) ('0' + Character.digit(c, 10)));
            } else if (isApostrophe(c) || Character.getType(c) == Character.FORMAT || isVariationSelector(c)) {
                return;
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.toString();
    }

    static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 128) {
                return false;
            }
        }
        return true;
    }

    /** Letters, digits and the vowel signs of Indic scripts make words; all else parts them. */
    static boolean isWordPart(int codePoint) {
        return isMark(codePoint) || Character.isLetterOrDigit(codePoint);
    }

    static boolean isMark(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK -> true;
            default -> false;
        };
    }

    /** Chooses how the sign before it is drawn: the heart in red, the telephone in black. */
    private static boolean isVariationSelector(int c) {
        return (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF);
    }

    private static boolean isApostrophe(int c) {
        return c == 0x2018 || c == 0x2019 || c == 0x02BC || c == 0x02B9 || c == 0x00B4;
    }
}
