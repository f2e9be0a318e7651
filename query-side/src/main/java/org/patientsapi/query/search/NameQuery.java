package org.patientsapi.query.search;

import static org.patientsapi.query.search.Clause.scored;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.patientsapi.query.search.NameEngine.Role;
import org.patientsapi.query.search.NameEngine.Word;

/**
 * The words of a text that ask for a name, as clauses. Each word must be met. All may be met nearly (a typing error in
 * each), but only one by a guess (its sound, an initial on the record, a typing error in a short word): two guesses at once
 * would show a crowd. Beside a guess the others must be met firmly, unless it is at a typing error.
 */
final class NameQuery {

    /**
     * Second names that one counter writes and the next leaves out. In a text of three words and more one of them may be
     * missing, where the others are the whole name on record; any other word must be met.
     */
    private static final Set<String> OFTEN_LEFT_OUT = Set.of(
            "kumar", "kumari", "devi", "singh", "kaur", "bai", "ben", "bhai", "begum", "bibi", "khatun", "khatoon",
            "bano", "banu", "lal", "prasad", "rani", "ji");

    /** No name has more of them; a bound on work. */
    private static final int MOST_LEFT_OUT = 3;

    /** Brother or sister behind a name, written together or apart, as Gujarat calls everybody: on record it may be missing. */
    private static final Pattern ADDRESSED = Pattern.compile("(.{3,})(?:bhai|ben|behn|bah?en|behen)");

    /** What is written round a number on a slip: nobody must bear it, but Abha is a given name too. */
    private static final Set<String> LABELS = Set.of(
            "phone",
            "ph",
            "tel",
            "mob",
            "mobile",
            "cell",
            "contact",
            "no",
            "number",
            "num",
            "id",
            "patient",
            "pid",
            "uhid",
            "mrn",
            "abha",
            "address",
            "name",
            "whatsapp");

    /** With more words than this all must be met nearly or better: so many words need none. */
    private static final int WORDS_FOR_A_GUESS = 3;

    /** Errors are looked for in so many words from the first, and in long words by their outline only: a bound on work. */
    private static final int WORDS_WITH_TYPOS = 5;

    private static final int LONGEST_TYPED_AS_IS = 14;

    /** What errors in the text are reckoned with. */
    enum Errors {
        /** Another spelling, and what is written by ear. */
        SPELLING,
        /** Typing errors and missing words too. */
        ALL,
        /** Even two typing errors in a long word. */
        TWO_IN_A_WORD
    }

    private final Errors errors;
    private final List<Clause> required = new ArrayList<>();
    private final List<Clause> bonus = new ArrayList<>();

    private final List<Clause> asTyped = new ArrayList<>();

    /** Which points somebody has at least who bears every word just as it was typed. */
    private int borne;

    /** Which points somebody has at least who meets every word firmly, or by its beginning as it is spelt on record. */
    private int met;

    NameQuery(List<Word> words, boolean besideNumber, Errors errors) {
        this.errors = errors;
        boolean besideMore = besideNumber || words.stream().anyMatch(word -> word.role() == Role.NAME && !isAge(word));
        var asked = new ArrayList<Word>();
        for (var word : words) {
            if ((besideMore && isAge(word))
                    || (besideNumber && LABELS.contains(word.first().spelling()))) {
                bonus.add(asName(word, false));
            } else {
                asked.add(word);
            }
        }
        var own = asked.stream().filter(word -> word.role() == Role.NAME).toList();
        var withoutOne = own.size() < 3 || errors == Errors.SPELLING ? List.<String>of() : withoutOne(own);
        var counts = initials(own);
        var meetings = new ArrayList<Meeting>();
        for (int i = 0; i < asked.size(); i++) {
            var word = asked.get(i);
            switch (word.role()) {
                case NAME -> {
                    meetings.add(meeting(asked, i, counts));
                    asTyped.add(asTyped(word));
                    boolean initial = word.first().isInitial();
                    borne += initial ? Points.SAME_INITIAL : Points.EXACT;
                    met += initial ? Points.FOLDED_INITIAL : Points.JOINED;
                }
                case TITLE -> {
                    if (!word.dotted()) {
                        // Beside one name any title may be how one begins: "rev nair", "shah ji".
                        bonus.add(asName(word, NameEngine.mayBeName(word) || own.size() == 1));
                    }
                }
                case RELATIVE -> bonus.add(relative(word));
            }
        }
        if (!meetings.isEmpty()) {
            var together = new ArrayList<>(together(meetings));
            together.addAll(apart(own));
            if (withoutOne.isEmpty()) {
                required.addAll(together);
            } else {
                required.add(Clause.best(
                        new Clause.AllOf(together, List.of()),
                        scored(new Clause.AnyTerm(SearchField.WHOLE, withoutOne), Points.WHOLE_BUT_ONE)));
            }
            addWhole(own, NameTokens.countToken(asked));
        }
    }

    static boolean mayHoldTwoErrorsInAWord(List<Word> words) {
        return words.size() <= WORDS_FOR_A_GUESS
                && words.stream().anyMatch(word -> word.first().mayBeMistypedTwice());
    }

    /** Longer numbers have been taken out; nobody must bear it, but the first of twins may be Baby 1. */
    private static boolean isAge(Word word) {
        return word.first().isNumber();
    }

    /**
     * Where one word of a record could meet two of the text (Raman both of "Ram Raman", Pooja both of "Pooja Ojha"), the
     * record must have words with both initials, or everybody called Pooja would be shown.
     */
    @SuppressWarnings("ReferenceEquality") // the same word can have been typed twice
    private static List<Clause> apart(List<Word> own) {
        var looked = own.subList(0, Math.min(own.size(), WORDS_WITH_TYPOS));
        return looked.stream()
                .filter(word -> looked.stream().anyMatch(other -> other != word && isAlike(word, other)))
                .collect(Collectors.toMap(word -> word.first().foldedInitial(), word -> 1, Integer::sum, TreeMap::new))
                .entrySet()
                .stream()
                .map(initial -> NameTokens.initialToken("~" + initial.getKey(), initial.getValue()))
                .map(token -> scored(new Clause.Term(SearchField.INITIAL, token), 0))
                .toList();
    }

    private static boolean isAlike(Word one, Word other) {
        return !one.first().isInitial()
                && !other.first().isInitial()
                && (one.first().meets(other.first()) || other.first().meets(one.first()));
    }

    List<Clause> required() {
        return required;
    }

    List<Clause> bonus() {
        return bonus;
    }

    Clause asTyped() {
        return new Clause.AllOf(asTyped, List.of());
    }

    int borne() {
        return borne;
    }

    int met() {
        return met;
    }

    /**
     * Ways of meeting one word.
     *
     * @param firmly exactly or in another spelling
     * @param nearly that, by its beginning, or with a typing error
     * @param guess by sound, by an initial on the record, or a short word with a typing error; null for none
     * @param mistyped whether typing errors are among the guesses
     */
    private record Meeting(
            Clause firmly, Clause nearly, @Nullable Clause guess, boolean mistyped) {

        /** How another word has to be met beside a guess at this one: who mistypes one word may mistype two. */
        Clause beside(Meeting other) {
            return mistyped ? other.nearly : other.firmly;
        }
    }

    private static List<Clause> together(List<Meeting> meetings) {
        var nearly = meetings.stream().map(Meeting::nearly).toList();
        var alternatives = new ArrayList<Clause>();
        if (meetings.size() <= WORDS_FOR_A_GUESS) {
            for (int guessed = 0; guessed < meetings.size(); guessed++) {
                var meeting = meetings.get(guessed);
                var guess = meeting.guess();
                if (guess != null) {
                    var all = new ArrayList<Clause>();
                    all.add(guess);
                    for (int other = 0; other < meetings.size(); other++) {
                        if (other != guessed) {
                            all.add(meeting.beside(meetings.get(other)));
                        }
                    }
                    alternatives.add(new Clause.AllOf(all, List.of()));
                }
            }
        }
        if (alternatives.isEmpty()) {
            return nearly;
        }
        alternatives.addFirst(new Clause.AllOf(nearly, List.of()));
        return List.of(new Clause.BestOf(alternatives));
    }

    /** The whole names that are left without each of the words that often are. */
    private static List<String> withoutOne(List<Word> own) {
        return own.stream()
                .filter(word -> OFTEN_LEFT_OUT.contains(word.first().spelling()))
                .limit(MOST_LEFT_OUT)
                .flatMap(word -> {
                    var rest = new ArrayList<>(own);
                    rest.remove(word);
                    return NameTokens.wholes(rest).stream();
                })
                .filter(token -> token.startsWith("~"))
                .distinct()
                .toList();
    }

    private void addWhole(List<Word> own, String count) {
        var inOrder = new LinkedHashSet<String>();
        var byKeys = new LinkedHashSet<String>();
        NameTokens.wholes(own).forEach(token -> (token.startsWith("~") ? byKeys : inOrder).add(token));
        var ways = new ArrayList<Clause>();
        ways.add(scored(new Clause.AnyTerm(SearchField.WHOLE, List.copyOf(inOrder)), Points.WHOLE));
        // Three letters are rather a beginning than a name in another spelling: "rat" is Rathod before Radha.
        if (own.size() > 1 || own.getFirst().first().isSafelyMistyped()) {
            ways.add(scored(new Clause.AnyTerm(SearchField.WHOLE, List.copyOf(byKeys)), Points.WHOLE_SPELT));
        }
        ways.add(scored(new Clause.Term(SearchField.WHOLE, count), Points.AS_MANY_WORDS));
        bonus.add(new Clause.BestOf(ways));
    }

    private static Clause asTyped(Word word) {
        var spellings = word.forms().stream().map(NameForm::spelling).toList();
        return scored(new Clause.AnyTerm(SearchField.WORD, spellings), Points.EXACT);
    }

    private static Clause relative(Word word) {
        var ways = new Ways();
        for (var form : word.forms()) {
            ways.add(SearchField.RELATIVE, Points.RELATIVE, form.key());
            ways.add(SearchField.KEY, Points.RELATIVE, form.key());
        }
        return ways.best();
    }

    private Meeting meeting(List<Word> words, int at, Map<String, Integer> counts) {
        var word = words.get(at);
        if (word.first().isInitial()) {
            var ways = initial(word, counts);
            addContinued(ways, words, at, Points.JOINED_INITIAL);
            var initial = ways.best();
            return new Meeting(initial, initial, null, false);
        }
        return fullWord(words, at, counts);
    }

    /** The last word may go on what the one before it begins: "raj kum" is Rajkumar on the way. */
    private static void addContinued(Ways ways, List<Word> words, int at, int points) {
        if (at > 0 && at == words.size() - 1 && NameTokens.mayBeContinued(words.get(at - 1), words.get(at))) {
            ways.add(SearchField.PREFIX, points, NameTokens.joined(words.get(at - 1), words.get(at)));
        }
    }

    /**
     * How many of the text's words begin with each letter, as spelt and as folded. As spelt, each letter of initials written
     * together is a word; as folded they are one, so that "AK" may also begin Akash.
     */
    private static Map<String, Integer> initials(List<Word> words) {
        var counts = new HashMap<String, Integer>();
        for (var word : words) {
            var first = word.first();
            (first.isJoinedInitials() ? first.letters() : List.of(first.initial()))
                    .forEach(letter -> counts.merge(letter, 1, Integer::sum));
            counts.merge("~" + word.first().foldedInitial(), 1, Integer::sum);
        }
        return counts;
    }

    private static Ways initial(Word word, Map<String, Integer> counts) {
        var folded = "~" + word.first().foldedInitial();
        var ways = letter(word.first().initial(), counts);
        ways.add(
                SearchField.INITIAL,
                Points.FOLDED_INITIAL,
                NameTokens.initialToken(folded, counts.getOrDefault(folded, 1)));
        ways.add(SearchField.RELATIVE, Points.RELATIVES_INITIAL, word.first().key());
        return ways;
    }

    private static Ways letter(String letter, Map<String, Integer> counts) {
        int count = counts.getOrDefault(letter, 1);
        var ways = new Ways();
        if (count == 1) {
            ways.add(SearchField.WORD, Points.SAME_INITIAL, letter);
        }
        ways.add(SearchField.INITIAL, Points.INITIAL, NameTokens.initialToken(letter, count));
        return ways;
    }

    private Meeting fullWord(List<Word> words, int at, Map<String, Integer> counts) {
        var word = words.get(at);
        var firmly = new Ways();
        var nearly = new Ways();
        var guess = new Ways();
        boolean guessesTypos = false;
        for (var form : word.forms()) {
            firmly.add(SearchField.WORD, Points.EXACT, form.spelling());
            firmly.add(SearchField.KEY, Points.SPELT, form.key());
            nearly.add(SearchField.RELATIVE, Points.RELATIVES_NAME, form.key());
            addBeginning(nearly, form, Points.PREFIX);
            if (form.mayBeMistyped()) {
                nearly.add(SearchField.NEAR, Points.SAME_OUTLINE, form.markedOutline());
                if (errors != Errors.SPELLING
                        && at < WORDS_WITH_TYPOS
                        && word.forms().indexOf(form) < (words.size() <= 2 ? 2 : 1)) {
                    addTypos(form.isSafelyMistyped() ? nearly : guess, form);
                    guessesTypos |= !form.isSafelyMistyped();
                }
                guess.add(SearchField.SOUND, Points.SOUND, form.sound());
            }
            addWithoutAddress(nearly, form.spelling());
            if (words.size() > 1) {
                guess.add(SearchField.WORD, Points.INITIAL_ON_RECORD, form.initial());
            }
        }
        word.beginnings().forEach(form -> addBeginning(nearly, form, Points.SPELT_PREFIX));
        for (int first = Math.max(0, at - 1); first <= at && first + 1 < words.size(); first++) {
            if (NameTokens.mayBeJoined(words.get(first), words.get(first + 1))) {
                var key = NameTokens.joinedKey(words.get(first), words.get(first + 1));
                firmly.add(SearchField.KEY, Points.JOINED, key);
                nearly.add(SearchField.RELATIVE, Points.RELATIVES_NAME, key);
                addWithoutAddress(nearly, NameTokens.joined(words.get(first), words.get(first + 1)));
            }
        }
        addContinued(nearly, words, at, Points.JOINED_PREFIX);
        nearly.addAll(firmly);
        if (word.first().isJoinedInitials()) {
            var met = Clause.best(
                    nearly.best(),
                    letters(word, letter -> letter(letter, counts).best()));
            return new Meeting(met, met, guess.bestOrNull(), guessesTypos);
        }
        if (word.first().mayBeTwoInitials()) {
            // "MA Khan" is rather how Mariam begins than Mohan Amir, but it is M A Khan before her.
            var met = Clause.best(
                    nearly.best(),
                    letters(word, letter -> scored(new Clause.Term(SearchField.WORD, letter), Points.INITIAL_APART)));
            return new Meeting(firmly.best(), met, guess.bestOrNull(), guessesTypos);
        }
        return new Meeting(firmly.best(), nearly.best(), guess.bestOrNull(), guessesTypos);
    }

    /** @param points of a name that begins with just these letters */
    private static void addBeginning(Ways ways, NameForm form, int points) {
        if (form.spelling().length() >= NameTokens.SHORTEST_PREFIX) {
            ways.add(SearchField.PREFIX, points, form.spelling());
        }
        if (form.open().length() >= NameTokens.SHORTEST_SPELT_PREFIX) {
            boolean shrunk = form.open().length() == NameTokens.SHORTEST_SPELT_PREFIX
                    && !form.open().equals(form.spelling());
            ways.add(SearchField.KEY_PREFIX, shrunk ? Points.SHRUNK_PREFIX : Points.SPELT_PREFIX, form.open());
            if (!shrunk) {
                ways.add(SearchField.RELATIVE, Points.RELATIVES_NAME, NameTokens.beginning(form.open()));
            }
        }
        ways.add(SearchField.RELATIVE, Points.RELATIVES_NAME, NameTokens.beginning(form.spelling()));
    }

    private static void addWithoutAddress(Ways ways, String word) {
        var addressed = ADDRESSED.matcher(word);
        if (addressed.matches()) {
            ways.add(SearchField.KEY, Points.SAME_OUTLINE, SpellingKey.of(addressed.group(1)));
        }
    }

    private void addTypos(Ways ways, NameForm form) {
        if (errors == Errors.TWO_IN_A_WORD && form.mayBeMistypedTwice()) {
            ways.addFuzzy(SearchField.WORD, Points.FAR, form.spelling());
        }
        if (form.spelling().length() <= LONGEST_TYPED_AS_IS) {
            Typos.asked(form.spelling()).forEach(token -> ways.add(SearchField.NEAR, Points.NEAR, token));
        }
        if (form.hasOutlineToMistype()) {
            Typos.asked(form.markedOutline()).forEach(token -> ways.add(SearchField.NEAR, Points.NEAR_OUTLINE, token));
        }
    }

    /**
     * A title, label or age that is a name too ("kum raj", "dhoni ms", "abha 3210"), or a title that is how one begins ("rev
     * nair"), tells equals apart. "Mr Kumar" asks for any Kumar, not for Mridula first: what cannot be spoken is no beginning.
     */
    private static Clause asName(Word word, boolean mayBegin) {
        var ways = new Ways();
        for (var form : word.forms()) {
            ways.add(SearchField.WORD, Points.TITLE_AS_NAME, form.spelling());
            if (mayBegin && form.canBeSpoken()) {
                ways.add(SearchField.PREFIX, Points.TITLE_AS_PREFIX, form.spelling());
            }
        }
        return ways.best();
    }

    /** Initials written together, each met by a word of its own: "KK Sharma" is no Kiran Sharma. */
    private static Clause letters(Word word, Function<String, Clause> met) {
        return new Clause.AllOf(word.first().letters().stream().map(met).toList(), List.of());
    }

    /** Ways of meeting a word, gathered so that each field is asked once for each number of points. */
    private static final class Ways {
        private record Way(SearchField field, int points) {}

        private final Map<Way, Set<String>> tokens = new LinkedHashMap<>();
        private final List<Clause> fuzzy = new ArrayList<>();

        void add(SearchField field, int points, String token) {
            tokens.computeIfAbsent(new Way(field, points), way -> new LinkedHashSet<>())
                    .add(token);
        }

        void addFuzzy(SearchField field, int points, String token) {
            fuzzy.add(scored(new Clause.Fuzzy(field, token), points));
        }

        void addAll(Ways others) {
            others.tokens.forEach((way, asked) -> asked.forEach(token -> add(way.field(), way.points(), token)));
            fuzzy.addAll(others.fuzzy);
        }

        @Nullable
        Clause bestOrNull() {
            return tokens.isEmpty() && fuzzy.isEmpty() ? null : best();
        }

        Clause best() {
            var clauses = new ArrayList<>(fuzzy);
            tokens.forEach((way, asked) -> clauses.add(scored(filter(way.field(), asked), way.points())));
            return new Clause.BestOf(clauses);
        }

        private static Clause.Filter filter(SearchField field, Set<String> asked) {
            return asked.size() == 1
                    ? new Clause.Term(field, asked.iterator().next())
                    : new Clause.AnyTerm(field, List.copyOf(asked));
        }
    }
}
