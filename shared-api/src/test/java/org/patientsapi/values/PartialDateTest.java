package org.patientsapi.values;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartialDateTest {

    @ParameterizedTest
    @ValueSource(strings = {"2019", "2019-04", "2019-04-13", "1875"})
    void a_date_is_kept_as_it_was_given(String raw) {
        assertThat(PartialDate.parse(raw)).isEqualTo(raw);
    }

    @ParameterizedTest
    @CsvSource({
        "0999, out_of_range",
        "0999-12-31, out_of_range",
        "1874, out_of_range",
        "1874-12, out_of_range",
        "999, invalid_date",
        "2019-02-29, invalid_date",
    })
    void another_form_and_a_year_in_which_no_patient_was_born_yet_are_refused(String raw, String code) {
        assertThat(Refusal.codeOf(PartialDate::parse, raw)).isEqualTo(code);
    }
}
