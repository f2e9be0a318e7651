package org.patientsapi.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PatientNumberTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "P48291-37748",
                "p48291-37748",
                "P4829137748",
                "P 48291 37748",
                " p-482-913-7748 ",
                "P48291\u201337748",
                "P४८२९१-३७७४८"
            })
    void however_written_it_is_shown_in_one_way(String raw) {
        assertThat(PatientNumber.parse(raw))
                .isEqualTo(PatientNumber.of(482_913_774))
                .hasToString("P48291-37748");
    }

    @ParameterizedTest
    @CsvSource({
        "'', required",
        "48291-37748, invalid_format",
        "Q48291-37748, invalid_format",
        "PP48291-37748, invalid_format",
        "P48291-3774, invalid_format",
        "P48291-377488, invalid_format",
        "P48291-3774A, invalid_format",
        "P48291*37748, invalid_format",
        "P48291-37746, invalid_check_digit",
        "P42891-37748, invalid_check_digit",
        "P48291377480000000000000000000000000000000000, too_long",
    })
    void a_mistyped_number_is_refused(String raw, String code) {
        assertThat(Refusal.codeOf(PatientNumber::parse, raw)).isEqualTo(code);
    }

    @Test
    void every_made_number_parses_to_itself() {
        Random random = new Random(3);
        for (int run = 0; run < 2000; run++) {
            PatientNumber number = PatientNumber.of(random.nextLong(PatientNumber.COUNT));
            assertThat(number.value()).matches("P[0-9]{5}-[0-9]{5}");
            assertThat(PatientNumber.parse(number.value())).isEqualTo(number);
        }
    }

    @Test
    void the_first_and_the_last_number_have_all_their_digits() {
        assertThat(PatientNumber.of(0).value()).startsWith("P00000-0000");
        assertThat(PatientNumber.of(999_999_999).value()).startsWith("P99999-9999");
        assertThatIllegalArgumentException().isThrownBy(() -> PatientNumber.of(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> PatientNumber.of(1_000_000_000));
    }
}
