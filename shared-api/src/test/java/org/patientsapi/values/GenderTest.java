package org.patientsapi.values;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GenderTest {

    @ParameterizedTest
    @CsvSource({
        "male, MALE",
        "Male, MALE",
        "M, MALE",
        "m, MALE",
        "female, FEMALE",
        "FEMALE, FEMALE",
        "F, FEMALE",
        "other, OTHER",
        "O, OTHER",
        "unknown, UNKNOWN",
        "U, UNKNOWN",
        "' male ', MALE",
    })
    void fhir_codes_and_abdm_letters_are_accepted(String raw, Gender gender) {
        assertThat(Gender.parse(raw)).isEqualTo(gender);
    }

    @ParameterizedTest
    @CsvSource({
        "'', required",
        "' ', required",
        "man, invalid_format",
        "malefemale, invalid_format",
        "X, invalid_format"
    })
    void anything_else_is_refused(String raw, String code) {
        assertThat(Refusal.codeOf(Gender::parse, raw)).isEqualTo(code);
    }

    @ParameterizedTest
    @EnumSource
    void every_code_leads_back_to_its_gender(Gender gender) {
        assertThat(Gender.parse(gender.code())).isEqualTo(gender).hasToString(gender.code());
    }
}
