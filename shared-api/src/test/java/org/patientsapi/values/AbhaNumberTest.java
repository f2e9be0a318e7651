package org.patientsapi.values;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AbhaNumberTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "91123456789012",
                "91-1234-5678-9012",
                "91 1234 5678 9012",
                " 9112-345678 9012 ",
                "91\u20131234\u20115678\u00A09012",
                "91\u22121234\u22125678\u22129012",
                "९१-१२३४-५६७८-९०१२"
            })
    void however_written_it_is_shown_in_one_way(String raw) {
        assertThat(AbhaNumber.parse(raw))
                .isEqualTo(new AbhaNumber("91-1234-5678-9012"))
                .hasToString("91-1234-5678-9012");
    }

    @ParameterizedTest
    @ValueSource(strings = {"91123456789010", "91123456789011", "91123456789013", "00000000000000"})
    void no_check_digit_is_held_against_it(String raw) {
        assertThat(AbhaNumber.parse(raw).value().replace("-", "")).isEqualTo(raw);
    }

    @ParameterizedTest
    @CsvSource({
        "'', required",
        "--, required",
        "9112345678901, invalid_format",
        "911234567890123, invalid_format",
        "9112345678901A, invalid_format",
        "91.1234.5678.9012, invalid_format",
        "91123456789012@abdm, invalid_format",
        "00000000000000000000000000000000000000000, too_long",
    })
    void anything_else_is_refused(String raw, String code) {
        assertThat(Refusal.codeOf(AbhaNumber::parse, raw)).isEqualTo(code);
    }
}
