package org.patientsapi.query.search;

import com.ibm.icu.lang.UScript;
import com.ibm.icu.text.Transliterator;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;

/**
 * How a word of any script may be written in Latin letters: first the likeliest, and no more than {@link #MOST}. ICU
 * names every sign (ISO 15919); what a reader of the language leaves out or hears otherwise is {@link IndicReading}'s.
 */
final class LatinReadings {

    static final int MOST = 4;

    // Transliterators lock while they work: words are remembered above this class, so these are asked seldom.
    private static final Transliterator TO_LATIN = Transliterator.getInstance("Any-Latin");
    private static final Transliterator TO_ASCII = Transliterator.getInstance("Latin-ASCII");

    private LatinReadings() {}

    /** @param word normalised, one word; the readings are of a-z and 0-9 unless nothing of the word has a sound */
    static List<String> of(String word) {
        if (Letters.isPlain(word)) {
            return List.of(word);
        }
        int script = script(word);
        var readings = few(script == UScript.LATIN ? List.of(word) : IndicReading.of(signs(word), script));
        return readings.isEmpty() ? List.of(word) : readings;
    }

    /**
     * How a word may be read besides if it is only the beginning of one.
     *
     * @param word normalised, one word
     */
    static List<String> ofBeginning(String word) {
        if (Letters.isPlain(word) || script(word) == UScript.LATIN) {
            return List.of();
        }
        return few(IndicReading.ofBeginning(signs(word), script(word)));
    }

    private static int script(String word) {
        return UScript.getScript(word.codePointAt(0));
    }

    private static String signs(String word) {
        return TO_LATIN.transliterate(prepared(word)).replace("'", "");
    }

    /**
     * Signs that ICU drops or takes for others. Gurmukhi: tippi is the nasal that bindi is elsewhere (without it Singh would be Sigh),
     * addak doubles the consonant that follows. Assamese: r and v keep their inherent a before a vowel sign (Rupa would be Raupa), and
     * v is read as r. Malayalam: o is read as e and a (Mohan would be Meahan), au not at all.
     */
    private static String prepared(String word) {
        return word.replace('\u0A70', '\u0A02')
                .replaceAll("\u0A71([\u0A15-\u0A39])", "$1\u0A4D$1")
                .replace('\u09F0', '\u09B0')
                .replace('\u09F1', '\u09AC')
                .replace("\u0D4A", "\u0D4Do")
                .replace("\u0D4B", "\u0D4Dō")
                .replaceAll("[\u0D4C\u0D57]", "\u0D4Dau");
    }

    private static List<String> few(List<String> readings) {
        return readings.stream()
                .map(LatinReadings::ascii)
                .filter(reading -> !reading.isEmpty())
                .distinct()
                .limit(MOST)
                .toList();
    }

    private static String ascii(String text) {
        var bare = Normalizer.normalize(text, Normalizer.Form.NFD).replaceAll("\\p{M}+", "");
        if (!Letters.isPlain(bare)) {
            bare = TO_ASCII.transliterate(bare);
        }
        return bare.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }
}
