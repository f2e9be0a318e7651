package org.patientsapi.values;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FreeTextTest {

    private static String line(String raw) {
        return FreeText.line(raw, 20);
    }

    @Test
    void a_line_is_trimmed_and_composed_and_otherwise_kept() {
        assertThat(line("\u00A0 Cafe\u0301  *\"<b>: \u2003")).isEqualTo("Caf\u00E9  *\"<b>:");
    }

    @Test
    void the_length_is_in_characters() {
        assertThat(line("\uD83D\uDE00".repeat(20))).hasSize(40);
        assertThat(Refusal.codeOf(FreeTextTest::line, "\uD83D\uDE00".repeat(21)))
                .isEqualTo("too_long");
        assertThat(Refusal.codeOf(FreeTextTest::line, " ".repeat(1000))).isEqualTo("too_long");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\u00A0\u2003", "\u200D\u200C"})
    void nothing_to_see_is_nothing(String raw) {
        assertThat(Refusal.codeOf(FreeTextTest::line, raw)).isEqualTo("required");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\u0000b",
                "a\nb",
                "a\r",
                "\ta",
                "a\u202Eb",
                "a\u2067b",
                "a\uD800",
                "a\uDC00b",
                "a\u2029b",
                "a\uFFFF"
            })
    void control_and_bidi_and_broken_characters_are_refused(String raw) {
        assertThat(Refusal.codeOf(FreeTextTest::line, raw)).isEqualTo("forbidden_character");
    }
}
