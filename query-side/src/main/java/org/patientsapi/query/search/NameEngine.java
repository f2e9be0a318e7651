package org.patientsapi.query.search;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes a name, or a text that asks for one, apart into words with all the forms by which they are compared. Pure: the
 * same text gives the same words on both sides, at any time.
 */
public final class NameEngine {

    /**
     * Of the rules by which tokens are made. It stands with the index; an index of another version misses people until
     * it has been rebuilt. Raise it with every change of a rule.
     */
    public static final int VERSION = 7;

    /** More words than the longest names have; what follows is not looked at. */
    static final int MOST_WORDS = 10;

    /** No name's word is longer; the rest is cut off on both sides alike. */
    static final int LONGEST_WORD = 24;

    private static final char RELATION = '\u0001';

    /** S/o, D/o, W/o, C/o, H/o, B/o (baby), F/o, M/o: whose child, wife or guest the patient is. */
    private static final Pattern RELATIONS = Pattern.compile("(?<![\\p{L}\\p{M}\\p{N}])(?:[sdwchbfm]\\s?[/\\\\]\\s?o"
            + "|(?:son|daughter|wife|husband|widow|baby|care|father|mother) of)(?![\\p{L}\\p{M}\\p{N}])\\.?");

    /** Before a name: courtesy, profession, marital state. */
    private static final Set<String> TITLES = Set.of(
            "shrimati",
            "shrimathi",
            "srimati",
            "srimathi",
            "smt",
            "sushri",
            "dr",
            "doctor",
            "mr",
            "mrs",
            "ms",
            "miss",
            "mx",
            "mister",
            "mstr",
            "prof",
            "professor",
            "adv",
            "late",
            "col",
            "maj",
            "capt",
            "captain",
            "brig",
            "cdr",
            "sgt",
            "madam",
            "thiru",
            "tiru",
            "thirumathi",
            "thirumati",
            "tmt",
            "janab",
            "mst",
            "musammat",
            "rev",
            "hajji",
            "haji");

    /** Titles that are also names, or how names begin: whoever bears it comes first, but nobody must. */
    private static final Set<String> TITLES_OR_NAMES = Set.of(
            "shri", "sri", "shree", "sree", "kum", "km", "ku", "kumari", "master", "baby", "sardar", "pandit", "swami",
            "sau", "sou", "gen", "hav");

    /** Those that are titles between two names as well; Sunita Kumari Singh is no Sunita Rani Singh. */
    private static final Set<String> TITLES_RATHER_THAN_NAMES =
            Set.of("shri", "sri", "shree", "sree", "sau", "sou", "gen", "hav");

    /** Titles only with the dot of an abbreviation; without it they are names or initials. */
    private static final Set<String> TITLES_WITH_DOT =
            Set.of("sh", "su", "sow", "mast", "er", "ca", "lt", "hon", "selvi", "selvan", "pt", "fr", "sr", "major");

    /** The same in letters whose sound does not lead to the Latin form. */
    private static final Set<String> NATIVE_TITLES = Set.of(
            "डॉ", "डा", "डॉक्टर", "ডা", "ডঃ", "ডাঃ", "ডক্টর", "ਡਾ", "ડૉ", "ડો", "ડા", "డా", "డాక్టర్", "ಡಾ", "ಡಾಕ್ಟರ್",
            "ഡോ", "டாக்டர்", "श्रीमति");

    /** After a name: courtesy, generation. */
    private static final Set<String> CLOSINGS = Set.of(
            "ji", "jee", "saheb", "sahib", "sahab", "saab", "garu", "gaaru", "avargal", "avl", "jr", "junior", "sr",
            "senior");

    /** Between two names of one person. */
    private static final Set<String> ALIASES = Set.of("alias", "urf", "aka");

    private static final Cache<String, Forms> FORMS =
            Caffeine.newBuilder().maximumSize(50_000).build();

    private NameEngine() {}

    /** What a word does in a name. */
    enum Role {
        NAME,
        TITLE,
        RELATIVE
    }

    /**
     * @param forms how the word may be read in Latin letters, the likeliest first; never empty
     * @param beginnings how it may be read besides if more of it follows
     * @param dotted a full stop follows
     */
    record Word(List<NameForm> forms, List<NameForm> beginnings, Role role, boolean dotted) {
        NameForm first() {
            return forms.getFirst();
        }

        Word asName() {
            return new Word(forms, beginnings, Role.NAME, dotted);
        }

        Word asTitle() {
            return new Word(forms, beginnings, Role.TITLE, dotted);
        }
    }

    /**
     * The words of a patient's name; titles are looked for in each part, so that the first name Sri stays a name. A relation
     * that ends the first name holds for the last name: "Sunita W/o" "Ramesh".
     */
    static List<Word> name(String firstName, @Nullable String lastName) {
        var reader = new Reader();
        var words = new ArrayList<>(reader.words(firstName));
        if (lastName != null) {
            words.addAll(reader.words(lastName));
        }
        return words.size() > MOST_WORDS ? List.copyOf(words.subList(0, MOST_WORDS)) : List.copyOf(words);
    }

    /** The words of a text in any script; at least one is a name unless there is no word at all: of titles alone, all are. */
    static List<Word> words(String text) {
        return new Reader().words(text);
    }

    /**
     * The same where a name is asked for: of titles alone, the last is how a name begins ("Shri rev" for Revathi). Behind a
     * name too a word is taken for a title ("Sharma, Dr. Anil"), unless it is one that stands between names, or the last one
     * and how a name may begin.
     */
    static List<Word> asked(String text) {
        var words = new ArrayList<>(new Reader().read(text));
        if (!words.isEmpty() && !hasName(words)) {
            words.add(words.removeLast().asName());
        }
        boolean named = false;
        for (int i = 0; i < words.size(); i++) {
            var word = words.get(i);
            if (word.role() == Role.NAME) {
                boolean mayBeName = i == words.size() - 1
                        ? word.first().canBeSpoken()
                        : mayBeName(word)
                                && !TITLES_RATHER_THAN_NAMES.contains(
                                        word.first().spelling());
                if (named && isTitle(word) && (word.dotted() || !mayBeName)) {
                    words.set(i, word.asTitle());
                }
                named = true;
            }
        }
        return List.copyOf(words);
    }

    private static boolean hasName(List<Word> words) {
        return words.stream().anyMatch(word -> word.role() == Role.NAME);
    }

    /** Reads the parts of one name in their order. */
    private static final class Reader {

        /** Somebody has been named, whose relative a relation may tell. */
        private boolean named;

        private boolean ofRelative;

        List<Word> words(String text) {
            var words = read(text);
            named |= !words.isEmpty();
            return words.stream().allMatch(word -> word.role() == Role.TITLE)
                    ? words.stream().map(Word::asName).toList()
                    : words;
        }

        List<Word> read(String text) {
            var marked = RELATIONS.matcher(Letters.normalise(text)).replaceAll(" " + RELATION + " ");
            var words = new ArrayList<Word>();
            boolean opening = true;
            for (var written : parts(marked)) {
                boolean dotted = written.endsWith(".");
                var part = dotted ? written.substring(0, written.length() - 1) : written;
                if (part.charAt(0) == RELATION) {
                    ofRelative = named;
                    opening = true;
                } else {
                    var read = FORMS.get(part, Forms::of);
                    var word =
                            new Word(read.whole(), read.beginnings(), ofRelative ? Role.RELATIVE : Role.NAME, dotted);
                    boolean title = NATIVE_TITLES.contains(part)
                            || (opening ? isTitle(word) : isClosing(word.forms()))
                            || isAlias(word.forms());
                    opening = opening && title;
                    named |= !title;
                    words.add(title ? word.asTitle() : word);
                }
            }
            // Once he has been named, the next part is hers again: "Sunita W/o Ramesh" "Sharma".
            ofRelative &= opening;
            return List.copyOf(words);
        }
    }

    /** The forms of one word, whole and as a beginning. */
    private record Forms(List<NameForm> whole, List<NameForm> beginnings) {

        static Forms of(String word) {
            return new Forms(of(LatinReadings.of(word)), of(LatinReadings.ofBeginning(word)));
        }

        private static List<NameForm> of(List<String> readings) {
            return readings.stream().map(NameForm::of).distinct().toList();
        }
    }

    /** The words, each with its full stop if one follows. */
    private static List<String> parts(String text) {
        var parts = new ArrayList<String>();
        var part = new StringBuilder();
        int letters = 0;
        for (int i = 0; i <= text.length() && parts.size() < MOST_WORDS; ) {
            int c = i < text.length() ? text.codePointAt(i) : ' ';
            i += Character.charCount(c);
            if (c == RELATION) {
                parts.add(String.valueOf(RELATION));
            } else if (Letters.isWordPart(c) && !(part.isEmpty() && Letters.isMark(c))) {
                if (letters++ < LONGEST_WORD) {
                    part.appendCodePoint(c);
                }
            } else if (!part.isEmpty()) {
                parts.add(c == '.' ? part + "." : part.toString());
                part.setLength(0);
                letters = 0;
            }
        }
        return parts;
    }

    /** The title may be part of the name: it was not abbreviated by a dot. */
    static boolean mayBeName(Word word) {
        return !word.dotted() && word.forms().stream().anyMatch(form -> TITLES_OR_NAMES.contains(form.spelling()));
    }

    private static boolean isTitle(Word word) {
        return word.forms().stream()
                .map(NameForm::spelling)
                .anyMatch(spelling -> TITLES.contains(spelling)
                        || TITLES_OR_NAMES.contains(spelling)
                        || (word.dotted() && TITLES_WITH_DOT.contains(spelling)));
    }

    private static boolean isClosing(List<NameForm> forms) {
        return forms.stream().anyMatch(form -> CLOSINGS.contains(form.spelling()));
    }

    private static boolean isAlias(List<NameForm> forms) {
        return forms.stream().anyMatch(form -> ALIASES.contains(form.spelling()));
    }
}
