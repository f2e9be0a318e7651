package org.patientsapi.values;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AadhaarTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "234567890124",
                "2345 6789 0124",
                "2345-6789-0124",
                " 23456789-0124 ",
                "२३४५ ६७८९ ०१२४",
                "௨௩௪௫௬௭௮௯௦௧௨௪"
            })
    void only_the_last_four_digits_are_kept(String raw) {
        Aadhaar aadhaar = Aadhaar.parse(raw);

        assertThat(aadhaar).isEqualTo(new Aadhaar("0124")).hasToString("XXXX-XXXX-0124");
        assertThat(aadhaar.masked()).isEqualTo("XXXX-XXXX-0124");
    }

    @Test
    void there_is_no_field_for_the_rest() {
        assertThat(Arrays.stream(Aadhaar.class.getRecordComponents()).map(RecordComponent::getName))
                .containsExactly("lastFour");
        assertThat(Aadhaar.class.getDeclaredFields()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "'', required",
        "' - ', required",
        "23456789012, invalid_format",
        "2345678901240, invalid_format",
        "134567890124, invalid_format",
        "034567890124, invalid_format",
        "23456789012X, invalid_format",
        "XXXX-XXXX-0124, invalid_format",
        "2345.6789.0124, invalid_format",
        "234567890125, invalid_check_digit",
        "2345 6789 0142, invalid_check_digit",
        "2345678901240000000000000000000000000000000, too_long",
    })
    void anything_else_is_refused(String raw, String code) {
        assertThat(Refusal.codeOf(Aadhaar::parse, raw)).isEqualTo(code);
    }

    @Test
    void of_ten_numbers_that_differ_in_the_last_digit_one_is_right() {
        Random random = new Random(2);
        for (int run = 0; run < 200; run++) {
            long start = 20_000_000_000L + (long) (random.nextDouble() * 79_999_999_999L);
            int accepted = 0;
            for (int last = 0; last < 10; last++) {
                try {
                    Aadhaar.parse(start + "" + last);
                    accepted++;
                } catch (InvalidValue refused) {
                    assertThat(refused.code()).isEqualTo("invalid_check_digit");
                }
            }
            assertThat(accepted).isEqualTo(1);
        }
    }
}
