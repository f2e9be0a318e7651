package org.patientsapi.query.search;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.patientsapi.query.search.NameEngine.Role;
import org.patientsapi.query.search.NameEngine.Word;

/** The tokens of one patient's name. */
final class NameTokens {

    /** One letter is an initial; two already narrow down what is typed next. */
    static final int SHORTEST_PREFIX = 2;

    static final int SHORTEST_SPELT_PREFIX = 3;

    /** What an apostrophe joins to a name, or a blank parts from it: D'Souza, D Sa, O'Brien. */
    private static final Set<String> ELIDED = Set.of("d", "o");

    private static final Cache<String, String> JOINED =
            Caffeine.newBuilder().maximumSize(50_000).build();

    private final Map<SearchField, Set<String>> byField = new EnumMap<>(SearchField.class);

    NameTokens(List<Word> words) {
        for (var word : words) {
            if (word.role() == Role.RELATIVE) {
                word.forms().forEach(this::addRelative);
            } else {
                addWord(word);
            }
        }
        addJoined(words);
        var own = words.stream().filter(word -> word.role() == Role.NAME).toList();
        addInitials(own);
        add(SearchField.WHOLE, wholes(own));
        add(SearchField.WHOLE, countToken(words));
    }

    Map<SearchField, Set<String>> byField() {
        return byField;
    }

    private void addWord(Word word) {
        // Sri Lakshmi is not only Lakshmi.
        if (word.role() == Role.TITLE && !NameEngine.mayBeName(word)) {
            return;
        }
        for (var form : word.forms()) {
            add(SearchField.WORD, form.spelling());
            add(SearchField.KEY, form.key());
            add(
                    SearchField.PREFIX,
                    beginnings(form.spelling(), SHORTEST_PREFIX, form.spelling().length() - 1));
            add(
                    SearchField.KEY_PREFIX,
                    beginnings(
                            form.folded(), SHORTEST_SPELT_PREFIX, form.folded().length()));
            if (form.mayBeMistyped()) {
                add(SearchField.NEAR, Typos.indexed(form.spelling()));
                add(SearchField.NEAR, Typos.indexed(form.markedOutline()));
                add(SearchField.SOUND, form.sound());
            }
            if (form.isJoinedInitials()) {
                add(SearchField.WORD, form.letters());
            }
        }
    }

    /** In a field of their own, so that whoever bears the name comes before the relative, however it was typed. */
    private void addRelative(NameForm form) {
        add(SearchField.RELATIVE, form.key());
        for (var word : List.of(form.spelling(), form.folded())) {
            for (var beginning : beginnings(word, SHORTEST_SPELT_PREFIX, word.length())) {
                add(SearchField.RELATIVE, beginning(beginning));
            }
        }
    }

    /** As the beginning of a relative's word stands in the index. */
    static String beginning(String letters) {
        return letters + "-";
    }

    /** Ram Kumar is also written Ramkumar, Sri Devi Sridevi. */
    private void addJoined(List<Word> words) {
        for (int i = 1; i < words.size(); i++) {
            var first = words.get(i - 1);
            var second = words.get(i);
            if (mayBeJoined(first, second)) {
                if (first.role() == Role.RELATIVE) {
                    addRelative(NameForm.of(joined(first, second)));
                } else {
                    add(SearchField.KEY, joinedKey(first, second));
                    // Shorter ones are the first word's own.
                    var folded = joinedFolded(first, second);
                    int shortest = first.first().folded().length() + 1;
                    add(
                            SearchField.KEY_PREFIX,
                            beginnings(folded, Math.max(SHORTEST_SPELT_PREFIX, shortest), folded.length()));
                }
            }
        }
    }

    private void addInitials(List<Word> own) {
        add(SearchField.INITIAL, counted(own, NameForm::initial, ""));
        add(SearchField.INITIAL, counted(own, NameForm::foldedInitial, "~"));
    }

    /** {@code k}, and {@code k2} where two words begin with k: "K Kumar" is not every Kumar. */
    private static Set<String> counted(List<Word> words, Function<NameForm, String> initial, String mark) {
        var counts = new TreeMap<String, Integer>();
        var tokens = new LinkedHashSet<String>();
        for (var word : words) {
            var letters = word.first().isJoinedInitials()
                    ? word.first().letters()
                    : word.forms().stream().map(initial).distinct().toList();
            letters.forEach(letter -> tokens.add(initialToken(mark + letter, counts.merge(letter, 1, Integer::sum))));
        }
        return tokens;
    }

    static String initialToken(String letter, int count) {
        return count == 1 ? letter : letter + count;
    }

    static boolean mayBeJoined(Word first, Word second) {
        return !second.first().isInitial() && mayBeContinued(first, second);
    }

    /** Whether the second, of which perhaps only the beginning was typed, may continue the first: "raj k" for Rajkumar. */
    static boolean mayBeContinued(Word first, Word second) {
        // Her name and her husband's are never one word.
        return (first.role() == Role.RELATIVE) == (second.role() == Role.RELATIVE)
                && (!first.first().isInitial()
                        || (ELIDED.contains(first.first().spelling())
                                && second.first().spelling().length() > 1));
    }

    static String joinedKey(Word first, Word second) {
        return SpellingKey.ofFolded(joinedFolded(first, second));
    }

    private static String joinedFolded(Word first, Word second) {
        return JOINED.get(joined(first, second), SpellingKey::folded);
    }

    static String joined(Word first, Word second) {
        return first.first().spelling() + second.first().spelling();
    }

    /** The whole name as written, and in any order by its keys. */
    static Set<String> wholes(List<Word> own) {
        var tokens = new LinkedHashSet<String>();
        int readings = own.stream().mapToInt(word -> word.forms().size()).max().orElse(0);
        for (int i = 0; i < readings; i++) {
            int reading = i;
            var forms = own.stream()
                    .map(word -> word.forms().get(Math.min(reading, word.forms().size() - 1)))
                    .toList();
            tokens.add(inOrder(forms));
            tokens.add(byKeys(forms));
        }
        return tokens;
    }

    /** Tells a name of just so many words, a relative's among them, from a longer one that holds them all. */
    static String countToken(List<Word> words) {
        return "#" + words.stream().filter(word -> word.role() != Role.TITLE).count();
    }

    static String inOrder(List<NameForm> forms) {
        return forms.stream().map(NameForm::spelling).collect(Collectors.joining(" "));
    }

    static String byKeys(List<NameForm> forms) {
        return forms.stream().map(NameForm::key).sorted().collect(Collectors.joining(" ", "~", ""));
    }

    private static List<String> beginnings(String word, int shortest, int longest) {
        var beginnings = new ArrayList<String>();
        for (int length = shortest; length <= longest; length++) {
            beginnings.add(word.substring(0, length));
        }
        return beginnings;
    }

    private void add(SearchField field, String token) {
        byField.computeIfAbsent(field, f -> new LinkedHashSet<>()).add(token);
    }

    private void add(SearchField field, Collection<String> tokens) {
        if (!tokens.isEmpty()) {
            byField.computeIfAbsent(field, f -> new LinkedHashSet<>()).addAll(tokens);
        }
    }
}
