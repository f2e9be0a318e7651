package org.patientsapi.values;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PhoneTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9876543210",
                "98765 43210",
                "98765-43210",
                "987.654.3210",
                "(98765) 43210",
                "09876543210",
                "0 98765 43210",
                "919876543210",
                "91-98765-43210",
                "091 98765 43210",
                "+919876543210",
                "+91 98765 43210",
                "(+91) 98765-43210",
                "+91 (0) 98765 43210",
                "0091 98765 43210",
                "00919876543210",
                "00 91 0 98765 43210",
                "  98765\u00A043210  ",
                "98765\u201143210",
                "\u202A+91 98765 43210\u202C",
                "९८७६५४३२१०",
                "+९१ ९८७६५ ४३२१०",
                "௯௮௭௬௫௪௩௨௧௦",
                "٩٨٧٦٥٤٣٢١٠",
                "۹۸۷۶۵۴۳۲۱۰",
                "৯৮৭৬৫৪৩২১০",
                "＋９１９８７６５４３２１０"
            })
    void every_usual_way_of_writing_an_indian_number_is_the_same_number(String raw) {
        assertThat(Phone.parse(raw)).isEqualTo(new Phone("+919876543210"));
    }

    @ParameterizedTest
    @CsvSource({
        "9198765432, +919198765432",
        "09198765432, +919198765432",
        "+91 91987 65432, +919198765432",
        "022 2345 6789, +912223456789",
        "91 22 2345 6789, +912223456789",
        "080-41234567, +918041234567",
    })
    void a_number_that_itself_begins_with_91_or_has_an_area_code_keeps_its_digits(String raw, String stored) {
        assertThat(Phone.parse(raw).value()).isEqualTo(stored);
    }

    @ParameterizedTest
    @CsvSource({
        "+44 20 7946 0958, +442079460958",
        "0044 20 7946 0958, +442079460958",
        "+1 (650) 253-0000, +16502530000",
        "+971 50 123 4567, +971501234567",
        "+39 06 1234 5678, +390612345678",
    })
    void a_number_of_another_country_needs_the_country(String raw, String stored) {
        assertThat(Phone.parse(raw)).hasToString(stored);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "112",
                "98765",
                "987654321",
                "98765432101",
                "0000000000",
                "+",
                "+91",
                "+91 91 98765 43210",
                "+999 98765 43210",
                "+1 98765",
                "123456789012345678901234567890"
            })
    void a_number_that_no_country_has_is_refused(String raw) {
        assertThat(Refusal.codeOf(Phone::parse, raw)).isEqualTo("invalid_number");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "98765 43210 ext 5",
                "9876543210x5",
                "9876543210;ext=5",
                "9876543210#5",
                "9876543210/11",
                "9876543210, 9876543211",
                "tel:+919876543210",
                "1800-FLOWERS",
                "++919876543210",
                "9876543210+",
                "98765\t43210",
                "98765\u000043210",
                "98765\uD83D43210",
                "--",
                "call me"
            })
    void what_is_not_one_bare_number_is_refused(String raw) {
        assertThat(Refusal.codeOf(Phone::parse, raw)).isEqualTo("invalid_format");
    }

    @Test
    void an_empty_or_overlong_text_is_refused() {
        assertThat(Refusal.codeOf(Phone::parse, "")).isEqualTo("required");
        assertThat(Refusal.codeOf(Phone::parse, " \u00A0")).isEqualTo("required");
        assertThat(Refusal.codeOf(Phone::parse, "9876543210" + " ".repeat(31))).isEqualTo("too_long");
    }

    @Test
    void a_stored_number_parses_to_itself() {
        for (String raw : new String[] {"9876543210", "+390612345678", "+16502530000", "1800 11 2345"}) {
            Phone phone = Phone.parse(raw);
            assertThat(Phone.parse(phone.value())).isEqualTo(phone);
        }
    }
}
