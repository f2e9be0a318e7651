package org.patientsapi.values;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PersonNameTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Rajesh",
                "R",
                "राजेश",
                "சுப்பிரமணியன்",
                "محمد",
                "李",
                "O'Brien",
                "D’Souza",
                "M. S.",
                "Anne-Marie",
                "Venkata Subba Rao",
                "K2",
                "𑄇𑄋"
            })
    void a_name_of_any_script_stays_as_it_is(String raw) {
        assertThat(PersonName.parse(raw)).isEqualTo(new PersonName(raw)).hasToString(raw);
    }

    @ParameterizedTest
    @CsvSource({
        "'  Rajesh ', Rajesh",
        "Rajesh   Kumar, Rajesh Kumar",
        "Rajesh\u00A0\u3000Kumar, Rajesh Kumar",
        "\u00A0Rajesh\u2003, Rajesh",
        "Jose\u0301, Jos\u00E9",
    })
    void spaces_and_unicode_get_their_one_normal_form(String raw, String stored) {
        assertThat(PersonName.parse(raw).value()).isEqualTo(stored);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0936\u0930\u094D\u200D\u092E\u093E", // Devanagari: after a virama, before a letter
                "\u0D05\u0D28\u0D4D\u200D", // Malayalam: the older chillu, after a virama at the end
                "\u0939\u0930\u094D\u200C\u0937", // Devanagari: an explicit virama
                "\u0639\u0644\u06CC\u200C\u0631\u0636\u0627" // Persian: between two letters
            })
    void joiners_stay_where_a_script_needs_them(String raw) {
        assertThat(PersonName.parse(raw)).hasToString(raw);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Raj\u200D", "\u200DRaj", "\u200C\u200DRaj\u200C\u200D", " \u200D Raj\u200C "})
    void joiners_that_join_nothing_are_dropped(String raw) {
        assertThat(PersonName.parse(raw)).hasToString("Raj");
    }

    @Test
    void joiners_do_not_pile_up_or_hide_a_second_space() {
        assertThat(PersonName.parse("Ra\u200D\u200D\u200Cj \u200D Rao")).hasToString("Ra\u200Cj Rao");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Raj\u0000",
                "Raj\tKumar",
                "Raj\nKumar",
                "Raj\u007F",
                "Raj\u0085",
                "Raj\u2028",
                "Raj\u202Ejar",
                "\u202ARaj\u202C",
                "\u2066Raj\u2069",
                "Raj\u200B",
                "Raj\u00ADesh",
                "Raj\uFEFF",
                "Raj\u200F",
                "Raj\uD83D",
                "\uDE00Raj",
                "Raj\uFFFE",
                "Raj\uFDD0",
                "Raj\uDB40\uDC41",
                "\u3164"
            })
    void control_invisible_and_broken_characters_are_refused(String raw) {
        assertThat(Refusal.codeOf(PersonName::parse, raw)).isEqualTo("forbidden_character");
    }

    @ParameterizedTest
    @CsvSource({
        "'', required",
        "'   ', required",
        "\u00A0, required",
        "\u200D, required",
        "123, invalid_format",
        "-, invalid_format",
        "\uD83D\uDE00, invalid_format"
    })
    void a_name_has_a_letter(String raw, String code) {
        assertThat(Refusal.codeOf(PersonName::parse, raw)).isEqualTo(code);
    }

    @Test
    void the_longest_name_has_100_characters_whatever_their_size() {
        assertThat(PersonName.parse("𑄇".repeat(100)).value()).hasSize(200);
        assertThat(PersonName.parse("e\u0301".repeat(100)).value()).hasSize(100);
        assertThat(PersonName.parse(" " + "a".repeat(100) + " ").value()).hasSize(100);
        assertThat(Refusal.codeOf(PersonName::parse, "𑄇".repeat(101))).isEqualTo("too_long");
        assertThat(Refusal.codeOf(PersonName::parse, "a".repeat(1_000_000))).isEqualTo("too_long");
    }

    @Test
    void a_name_parses_to_itself() {
        int[] awkward = " \u00A0\u200C\u200De\u0301\u0338=-.\u0936\u094D\u093EK\u0639"
                .codePoints()
                .toArray();
        Random random = new Random(6);
        for (int run = 0; run < 5000; run++) {
            StringBuilder raw = new StringBuilder("R");
            random.ints(12, 0, awkward.length).forEach(i -> raw.appendCodePoint(awkward[i]));
            PersonName name = PersonName.parse(raw.reverse().toString());
            assertThat(PersonName.parse(name.value())).isEqualTo(name);
        }
    }

    @Test
    void a_single_name_is_normal() {
        assertThat(PersonName.full("Rajesh", "Kumar")).isEqualTo("Rajesh Kumar");
        assertThat(PersonName.full("Rajesh", null)).isEqualTo("Rajesh");
        assertThat(PersonName.full("Rajesh", "")).isEqualTo("Rajesh");
    }
}
