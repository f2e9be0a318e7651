package org.patientsapi.values;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AbhaAddressTest {

    @ParameterizedTest
    @CsvSource({
        "rajesh.kumar@abdm, rajesh.kumar@abdm",
        "' Rajesh_Kumar.1990@SBX ', rajesh_kumar.1990@sbx",
        "91123456789012@abdm, 91123456789012@abdm",
        "abc@sbx, abc@sbx",
        "a1234567890123456789012345678901234567890123456789@abdm, a1234567890123456789012345678901234567890123456789@abdm",
    })
    void it_is_kept_in_lower_case(String raw, String stored) {
        assertThat(AbhaAddress.parse(raw)).isEqualTo(new AbhaAddress(stored)).hasToString(stored);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rajesh",
                "rajesh@",
                "@sbx",
                "ab@abdm",
                "rajesh@gmail.com",
                "rajesh@abdm.in",
                "rajesh@ndhm",
                ".rajesh@abdm",
                "rajesh.@abdm",
                "raj..esh@abdm",
                "raj._esh@abdm",
                "_rajesh@abdm",
                "raj-esh@abdm",
                "raj esh@abdm",
                "राजेश@abdm",
                "a@b@abdm",
                "a12345678901234567890123456789012345678901234567890@abdm"
            })
    void another_form_is_refused(String raw) {
        assertThat(Refusal.codeOf(AbhaAddress::parse, raw)).isEqualTo("invalid_format");
    }

    @ParameterizedTest
    @CsvSource({"'', required", "rajesh\u0000@abdm, forbidden_character", "rajesh\u202E@abdm, forbidden_character"})
    void nothing_and_forbidden_characters_are_refused(String raw, String code) {
        assertThat(Refusal.codeOf(AbhaAddress::parse, raw)).isEqualTo(code);
        assertThat(Refusal.codeOf(AbhaAddress::parse, "a".repeat(1000) + "@abdm"))
                .isEqualTo("too_long");
    }
}
