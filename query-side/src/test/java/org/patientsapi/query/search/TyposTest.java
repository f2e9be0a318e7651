package org.patientsapi.query.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TyposTest {

    @ParameterizedTest
    @CsvSource({
        "rajesh, rajesh",
        "rajesh, rajsh",
        "rajesh, rajeesh",
        "rajesh, rajrsh",
        "rajesh, raejsh",
        "rajesh, ajesh",
        "rajesh, trajesh",
        "rajesh, rajes",
        "rajesh, rajeshh"
    })
    void one_error_is_found(String name, String typed) {
        assertThat(meet(name, typed)).isTrue();
        assertThat(Typos.isWithinOne(name, typed)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"rajesh, suresh", "rajesh, raejhs", "anita, anil", "rajesh, ajeshr", "ramesh, raejsh", "amit, sumita"})
    void two_errors_are_not(String name, String typed) {
        assertThat(meet(name, typed)).isFalse();
        assertThat(Typos.isWithinOne(name, typed)).isFalse();
    }

    /** All words of four letters and fewer, from an alphabet of three. */
    @Test
    void two_words_are_compared_as_their_tokens_are() {
        var words = Stream.iterate(
                        List.of(""),
                        shorter -> shorter.stream()
                                .flatMap(word -> Stream.of("a", "b", "c").map(letter -> word + letter))
                                .toList())
                .limit(5)
                .skip(1)
                .flatMap(List::stream)
                .toList();

        for (var one : words) {
            for (var other : words) {
                assertThat(Typos.isWithinOne(one, other))
                        .as("%s, %s", one, other)
                        .isEqualTo(meet(one, other));
            }
        }
    }

    private static boolean meet(String name, String typed) {
        return !Collections.disjoint(Typos.indexed(name), Typos.asked(typed));
    }
}
