package org.patientsapi.values;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BloodGroupTest {

    @Test
    void the_codes_are_those_of_the_contract() {
        assertThat(Arrays.stream(BloodGroup.values()).map(BloodGroup::code))
                .containsExactly("A+", "A-", "B+", "B-", "AB+", "AB-", "O+", "O-", "Oh", "unknown");
    }

    @ParameterizedTest
    @EnumSource
    void every_code_leads_back_to_its_group(BloodGroup group) {
        assertThat(BloodGroup.parse(group.code())).isEqualTo(group).hasToString(group.code());
    }

    @ParameterizedTest
    @CsvSource({"ab+, AB_POSITIVE", "o\u2212, O_NEGATIVE", "OH, BOMBAY", "Unknown, UNKNOWN", "' B+ ', B_POSITIVE"})
    void capitals_and_the_kind_of_minus_do_not_matter(String raw, BloodGroup group) {
        assertThat(BloodGroup.parse(raw)).isEqualTo(group);
    }

    @ParameterizedTest
    @CsvSource({
        "'', required",
        "A, invalid_format",
        "C+, invalid_format",
        "A positive, invalid_format",
        "0+, invalid_format"
    })
    void a_group_that_is_not_certain_is_refused(String raw, String code) {
        assertThat(Refusal.codeOf(BloodGroup::parse, raw)).isEqualTo(code);
    }
}
