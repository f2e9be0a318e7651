package org.patientsapi.query.search;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Typing errors found by exact look-ups. A word stands in the index whole and with each letter in turn made a blank;
 * who asks brings the words that one missing, added, changed or swapped letter could have come from. That is one edit,
 * no more and no less, for a fixed number of look-ups whatever the size of the register; a fuzzy query walks the
 * dictionary of all names and stops at a number of expansions, so that what it finds shifts as names are added.
 */
final class Typos {

    private static final char BLANK = '_';

    private Typos() {}

    /** What stands in the index for a word. */
    static Set<String> indexed(String word) {
        var tokens = new LinkedHashSet<String>();
        tokens.add(word);
        for (int i = 0; i < word.length(); i++) {
            tokens.add(changed(word, i));
        }
        return tokens;
    }

    /** What is looked for when the word was typed with at most one error. */
    static Set<String> asked(String word) {
        var tokens = indexed(word);
        for (int i = 0; i <= word.length(); i++) {
            tokens.add(word.substring(0, i) + BLANK + word.substring(i));
        }
        for (int i = 0; i < word.length() && word.length() > 1; i++) {
            tokens.add(word.substring(0, i) + word.substring(i + 1));
        }
        for (int i = 1; i < word.length(); i++) {
            tokens.add(word.substring(0, i - 1) + word.charAt(i) + word.charAt(i - 1) + word.substring(i + 1));
        }
        return tokens;
    }

    /** Whether either would be found by the other: at once for two words, for which no tokens are made. */
    static boolean isWithinOne(String one, String other) {
        int same = 0;
        while (same < one.length() && same < other.length() && one.charAt(same) == other.charAt(same)) {
            same++;
        }
        var rest = one.substring(same);
        var otherRest = other.substring(same);
        if (rest.isEmpty() || otherRest.isEmpty()) {
            return rest.length() + otherRest.length() <= 1;
        }
        return rest.substring(1).equals(otherRest)
                || otherRest.substring(1).equals(rest)
                || otherRest.substring(1).equals(rest.substring(1))
                || swapped(rest).equals(otherRest);
    }

    private static String swapped(String word) {
        return word.length() < 2 ? word : "" + word.charAt(1) + word.charAt(0) + word.substring(2);
    }

    private static String changed(String word, int at) {
        return word.substring(0, at) + BLANK + word.substring(at + 1);
    }
}
