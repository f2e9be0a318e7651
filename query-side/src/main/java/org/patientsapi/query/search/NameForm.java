package org.patientsapi.query.search;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * One Latin reading of a word and what the comparisons use of it.
 *
 * @param spelling a-z and 0-9
 * @param key equal for spellings of one name
 * @param folded the key with its ending kept
 * @param open the folding of a beginning
 * @param outline what typing errors are counted in
 * @param sound how it sounds
 */
record NameForm(String spelling, String key, String folded, String open, String outline, String sound) {

    /** Short forms that cannot be spoken and still are no initials. */
    private static final Set<String> SHORTENED =
            Set.of("md", "mhd", "sk", "kr", "pd", "ng", "kmr", "sgh", "smt", "jr", "sr", "dr", "mr", "mrs", "ms");

    /** A vowel and a consonant that are a name, or begin one of several words. */
    private static final Set<String> SHORT_NAMES =
            Set.of("om", "al", "el", "ul", "ud", "ur", "un", "an", "ab", "um", "is", "es", "ik", "ed", "us", "in");

    /** What two errors make of a shorter word is mostly another name: Ramesh, Rakesh, Mahesh. */
    private static final int SHORTEST_MISTYPED_TWICE = 7;

    /** To compare a word with all names by two errors costs the engine more with each letter; no usual name has so many. */
    private static final int LONGEST_MISTYPED_TWICE = 14;

    /** A typing error leaves at least so many letters. */
    private static final int SHORTEST_MISTYPED = 3;

    /** Shorter words are each other's typing errors by the dozen: Das, Dev, Dey; Pal, Lal, Pai. */
    private static final int SHORTEST_SAFELY_MISTYPED = 4;

    static NameForm of(String spelling) {
        var folded = SpellingKey.folded(spelling);
        return new NameForm(
                spelling,
                SpellingKey.ofFolded(folded),
                folded,
                SpellingKey.open(spelling),
                Outline.of(spelling),
                SoundKey.of(folded));
    }

    String initial() {
        return spelling.substring(0, spelling.offsetByCodePoints(0, 1));
    }

    /** The first letter after folding, one for V and B, for Z and J. */
    String foldedInitial() {
        return folded.substring(0, folded.offsetByCodePoints(0, 1));
    }

    boolean isInitial() {
        return spelling.codePointCount(0, spelling.length()) == 1;
    }

    boolean isNumber() {
        return spelling.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    boolean mayBeMistyped() {
        return spelling.length() >= SHORTEST_MISTYPED;
    }

    boolean isSafelyMistyped() {
        return spelling.length() >= SHORTEST_SAFELY_MISTYPED;
    }

    boolean mayBeMistypedTwice() {
        return spelling.length() >= SHORTEST_MISTYPED_TWICE && spelling.length() <= LONGEST_MISTYPED_TWICE;
    }

    /** Shah has two letters left: everything short would be an error of that. */
    boolean hasOutlineToMistype() {
        return outline.length() >= SHORTEST_SAFELY_MISTYPED;
    }

    /** The outline among the forms by which errors are found: Patel's is patil, which is not the spelling Patil. */
    String markedOutline() {
        return "~" + outline;
    }

    /** One word of a record, this one, would meet that word of a text as well. */
    boolean meets(NameForm asked) {
        return key.equals(asked.key)
                || spelling.startsWith(asked.spelling)
                || folded.startsWith(asked.open)
                || outline.equals(asked.outline)
                || (asked.mayBeMistyped() && Typos.isWithinOne(spelling, asked.spelling))
                || (asked.hasOutlineToMistype() && Typos.isWithinOne(outline, asked.outline));
    }

    /**
     * Initials written together: two or three letters that cannot be spoken, such as RK or KPS, or a vowel and a consonant,
     * such as AK. A consonant and a vowel are rather how a name begins: "raj ku".
     */
    boolean isJoinedInitials() {
        return switch (spelling.length()) {
                    case 2 -> !canBeSpoken() || (isVowel(0) && isConsonant(1) && !SHORT_NAMES.contains(spelling));
                    case 3 -> !canBeSpoken();
                    default -> false;
                }
                && !SHORTENED.contains(spelling);
    }

    /** Two letters that can be spoken: a beginning, a short name, or initials all the same. */
    boolean mayBeTwoInitials() {
        return spelling.length() == 2 && canBeSpoken();
    }

    /** Mr, Smt or RK have no vowel. */
    boolean canBeSpoken() {
        return !IntStream.range(0, spelling.length()).allMatch(this::isConsonant);
    }

    private boolean isVowel(int at) {
        return "aeiouy".indexOf(spelling.charAt(at)) >= 0;
    }

    private boolean isConsonant(int at) {
        char c = spelling.charAt(at);
        return c >= 'a' && c <= 'z' && !isVowel(at);
    }

    List<String> letters() {
        return List.of(spelling.split(""));
    }
}
