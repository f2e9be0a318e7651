package org.patientsapi.query.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
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
    }

    @ParameterizedTest
    @CsvSource({"rajesh, suresh", "rajesh, raejhs", "anita, anil", "rajesh, ajeshr", "ramesh, raejsh", "amit, sumita"})
    void two_errors_are_not(String name, String typed) {
        assertThat(meet(name, typed)).isFalse();
    }

    private static boolean meet(String name, String typed) {
        return !Collections.disjoint(Typos.indexed(name), Typos.asked(typed));
    }
}
