package org.patientsapi.query.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No text costs much: the search engine's work grows with the tokens looked up, so these are counted. */
class SearchBoundsTest {

    private static final int TYPICAL = lookUps("Rajesh Kumar");

    /** Of the costliest attempt. */
    private static int lookUps(String text) {
        var query = SearchQuery.parse(text);
        return IntStream.range(0, query.attempts())
                .map(attempt -> lookUps(query.clause(attempt)))
                .max()
                .getAsInt();
    }

    static int lookUps(Clause clause) {
        return switch (clause) {
            case Clause.Nobody nobody -> 0;
            case Clause.Scored scored ->
                scored.filter() instanceof Clause.AnyTerm any ? any.tokens().size() : 1;
            case Clause.AllOf all -> lookUps(all.required()) + lookUps(all.bonus());
            case Clause.BestOf best -> lookUps(best.alternatives());
        };
    }

    private static int lookUps(List<Clause> clauses) {
        return clauses.stream().mapToInt(SearchBoundsTest::lookUps).sum();
    }

    static String[] hostile() {
        return new String[] {
            "rajesh ".repeat(50),
            "venkatanarasimharajuvaripeta ".repeat(50),
            "*".repeat(10_000),
            "r*j?sh* ".repeat(500),
            "a ".repeat(5_000),
            "a".repeat(100_000),
            "9".repeat(100_000),
            "9876 ".repeat(5_000),
            "12345678901234567890 ".repeat(100),
            "p1234 ".repeat(1_000),
            "m 9876543210 1234,".repeat(50),
            "m" + " 1234".repeat(50),
            "p1234 ".repeat(20) + "a " + "9".repeat(16),
            "a.b@".repeat(1_000),
            "a@abdm ".repeat(1_000),
            "aaa.bb ".repeat(1_000),
            "கிரிபிருகி ".repeat(50),
            "राजेश".repeat(2_000),
            "\u0301".repeat(10_000),
            "s/o ".repeat(1_000),
            "ﷺ".repeat(500),
            IntStream.range(0, 50)
                    .mapToObj(i -> "wo" + (char) ('a' + i % 26) + "rd")
                    .collect(Collectors.joining(" ")),
        };
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void no_text_asks_for_six_times_the_look_ups_of_a_usual_one(String text) {
        assertThat(lookUps(text)).isLessThan(6 * TYPICAL);
    }

    @Test
    void a_usual_text_asks_for_a_few_dozen_look_ups() {
        assertThat(TYPICAL).isLessThan(200);
    }

    @Test
    void no_more_addresses_are_looked_for_behind_other_numbers() {
        var clause = SearchQuery.parse("p1234 p1235 p1236 aaa.bb ccc.dd eee.ff").clause(0);

        assertThat(clause.toString().split("field=ABHA_ADDRESS", -1)).hasSize(3);
    }

    @Test
    void random_text_never_fails() {
        var random = new Random(4);
        var index = new InMemoryIndex();
        for (int i = 0; i < 2_000; i++) {
            int length = random.nextInt(60);
            var text = new StringBuilder();
            for (int j = 0; j < length; j++) {
                text.appendCodePoint(
                        switch (random.nextInt(6)) {
                            case 0 -> random.nextInt(0x110000);
                            case 1 -> 0x0900 + random.nextInt(0x480);
                            case 2 -> ' ';
                            case 3 -> "*\":/@.-+()?'\\_~#".charAt(random.nextInt(16));
                            case 4 -> '0' + random.nextInt(10);
                            default -> 'a' + random.nextInt(26);
                        });
            }
            var name = text.toString();
            index.add(SearchTokens.of(name, name, name, name, name, name));
            assertThat(index.search(name)).isNotNull();
        }
    }

    @Test
    void a_word_of_any_script_finds_itself() {
        var random = new Random(5);
        for (int i = 0; i < 2_000; i++) {
            var word = random.ints(1 + random.nextInt(12), 0x0900, 0x0D80)
                    .filter(Character::isLetter)
                    .mapToObj(Character::toString)
                    .collect(Collectors.joining());
            if (!word.isEmpty()) {
                var index = new InMemoryIndex();
                index.add(SearchTokens.of(word, null, null, null, null, null));
                assertThat(index.search(word)).as(word).isNotEmpty();
            }
        }
    }
}
