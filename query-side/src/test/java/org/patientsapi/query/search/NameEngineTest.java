package org.patientsapi.query.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.patientsapi.query.search.NameEngine.Role;

class NameEngineTest {

    private static List<String> words(String text, Role role) {
        return NameEngine.words(text).stream()
                .filter(word -> word.role() == role)
                .map(word -> word.first().spelling())
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "Shri Rajesh Kumar, rajesh kumar",
        "Smt. Sunita Devi, sunita devi",
        "Dr Rajesh Kumar, rajesh kumar",
        "Mr. Rajesh Kumar Ji, rajesh kumar",
        "Kum. Asha, asha",
        "श्री राजेश कुमार, rajesh kumar",
        "डॉ. राजेश, rajesh",
        "Late Shri Rajesh, rajesh",
        "RAJESH   KUMAR!, rajesh kumar",
        "D'Souza, dsouza",
        "D’Souza, dsouza",
        "R.K. Singh, r k singh",
        "Al-Farsi, al farsi",
        "Raju alias Rajesh, raju rajesh"
    })
    void titles_and_signs_are_no_part_of_the_name(String text, String names) {
        assertThat(words(text, Role.NAME)).containsExactly(names.split(" "));
    }

    @ParameterizedTest
    @CsvSource({
        "Sunita W/o Ramesh Kumar, sunita, ramesh kumar",
        "Ravi S/O Shri Mohan, ravi, mohan",
        "Asha D/o. Mohan, asha, mohan",
        "Asha c / o Mohan, asha, mohan",
        "Asha daughter of Mohan, asha, mohan"
    })
    void a_relation_names_somebody_else(String text, String own, String relative) {
        assertThat(words(text, Role.NAME)).containsExactly(own.split(" "));
        assertThat(words(text, Role.RELATIVE)).containsExactly(relative.split(" "));
    }

    @Test
    void a_baby_without_a_name_is_found_by_its_mother() {
        assertThat(words("B/o Sunita Devi", Role.NAME)).containsExactly("sunita", "devi");
    }

    @ParameterizedTest
    @CsvSource({"Dr, dr", "Shri, shri", "Smt., smt", "ji, ji"})
    void a_title_alone_is_taken_as_a_name(String text, String name) {
        assertThat(words(text, Role.NAME)).containsExactly(name);
    }

    @Test
    void the_first_name_sri_stays_a_name() {
        assertThat(NameEngine.name("Sri", "Kumar")).allMatch(word -> word.role() == Role.NAME);
    }

    @Test
    void kum_is_a_title_only_in_front() {
        assertThat(words("raj kum", Role.NAME)).containsExactly("raj", "kum");
    }

    @Test
    void initials_are_recognised_also_written_together() {
        assertThat(NameForm.of("rk").isJoinedInitials()).isTrue();
        assertThat(NameForm.of("kps").isJoinedInitials()).isTrue();
        assertThat(NameForm.of("md").isJoinedInitials()).isFalse();
        assertThat(NameForm.of("raj").isJoinedInitials()).isFalse();
    }
}
