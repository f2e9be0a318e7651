package org.patientsapi.query.search;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.lang.UScript;
import com.ibm.icu.text.Transliterator;
import java.text.Normalizer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How a word of any script may be written in Latin letters: first the likeliest, and no more than {@link #MOST}. ICU
 * names every sign (ISO 15919); what a reader of the language leaves out or hears otherwise is {@link IndicReading}'s.
 */
final class LatinReadings {

    static final int MOST = 4;

    // Transliterators lock while they work: words are remembered above this class, so these are asked seldom.
    private static final Transliterator TO_LATIN = Transliterator.getInstance("Any-Latin");
    private static final Transliterator TO_ASCII = Transliterator.getInstance("Latin-ASCII");

    /** With fewer letters a beginning says too little to be read in more ways. */
    private static final int SHORTEST_OPEN = 3;

    private LatinReadings() {}

    /** @param word normalised, one word; the readings are of a-z and 0-9 unless nothing of the word has a sound */
    static List<String> of(String word) {
        if (Letters.isPlain(word)) {
            return List.of(word);
        }
        var readings = new LinkedHashSet<String>();
        int script = UScript.getScript(word.codePointAt(0));
        if (script == UScript.LATIN) {
            add(readings, word);
        } else {
            var signs = TO_LATIN.transliterate(prepared(word)).replace("'", "");
            for (var reading : IndicReading.of(signs, script)) {
                add(readings, reading);
            }
        }
        if (readings.isEmpty()) {
            return List.of(word);
        }
        return readings.stream().limit(MOST).toList();
    }

    /**
     * How a name that is typed only as far as this word may begin, other than by this reading. A consonant without a sign is read
     * with its inherent a, and the sign of another vowel may come next; what the north does not speak at the end is in no reading.
     */
    static List<String> begun(String word, String reading) {
        if (word.codePoints().filter(Character::isLetter).count() < SHORTEST_OPEN) {
            return List.of();
        }
        boolean open = isConsonant(word.codePointBefore(word.length())) && reading.endsWith("a");
        var stem = open ? reading.substring(0, reading.length() - 1) : reading;
        return Stream.of(stem, hardened(stem, word))
                .filter(other -> !other.equals(reading))
                .distinct()
                .toList();
    }

    /** The last letter of a Tamil word may still be doubled, and is hard then, or be the first of the two that write ksh. */
    private static String hardened(String stem, String word) {
        int last = word.codePoints()
                .filter(Character::isLetter)
                .reduce((letter, next) -> next)
                .orElseThrow();
        return switch (last) {
            case 'க' -> ending(stem, "g", "k");
            case 'ச' -> ending(stem, "s", "ch");
            case 'ப' -> ending(stem, "b", "p");
            case 'ட' -> ending(stem, "t", "k");
            default -> stem;
        };
    }

    private static String ending(String stem, String soft, String hard) {
        return stem.endsWith(soft) ? stem.substring(0, stem.length() - 1) + hard : stem;
    }

    private static boolean isConsonant(int codePoint) {
        return UCharacter.getIntPropertyValue(codePoint, UProperty.INDIC_SYLLABIC_CATEGORY)
                == UCharacter.IndicSyllabicCategory.CONSONANT;
    }

    /**
     * Two Gurmukhi signs that ICU drops: tippi is the nasal that bindi is elsewhere (without it Singh would be Sigh),
     * addak doubles the consonant that follows.
     */
    private static String prepared(String word) {
        return word.replace('\u0A70', '\u0A02').replaceAll("\u0A71([\u0A15-\u0A39])", "$1\u0A4D$1");
    }

    private static void add(Set<String> readings, String text) {
        var bare = Normalizer.normalize(text, Normalizer.Form.NFD).replaceAll("\\p{M}+", "");
        if (!Letters.isPlain(bare)) {
            bare = TO_ASCII.transliterate(bare);
        }
        var ascii = bare.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
        if (!ascii.isEmpty()) {
            readings.add(ascii);
        }
    }
}
