package org.patientsapi.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {

    private final Problems problems = new Problems();

    private Address parse(Address.Draft draft) {
        return Address.parse(draft, "address", problems);
    }

    private Address parse(String pincode, String country) {
        return parse(new Address.Draft(null, null, null, null, null, pincode, country));
    }

    @Test
    void every_part_is_normalised() {
        Address address = parse(
                new Address.Draft(" 12 MG Road ", "Cafe\u0301 Lane", " Pune", "Pune", "Maharashtra", "411 001", "in"));

        assertThat(address)
                .isEqualTo(new Address("12 MG Road", "Caf\u00E9 Lane", "Pune", "Pune", "Maharashtra", "411001", "IN"));
        assertThat(problems.isEmpty()).isTrue();
    }

    @Test
    void an_empty_part_is_an_absent_one_and_an_absent_country_is_india() {
        assertThat(parse(new Address.Draft("12 MG Road", "", " ", null, null, "", "\u00A0")))
                .isEqualTo(new Address("12 MG Road", null, null, null, null, null, "IN"));
    }

    @ParameterizedTest
    @CsvSource({
        "400001, 400001",
        "400 001, 400001",
        "400-001, 400001",
        "' 400001 ', 400001",
        "४००००१, 400001",
        "４００００１, 400001"
    })
    void a_pin_code_is_six_digits_however_written(String raw, String stored) {
        assertThat(parse(raw, null)).extracting(Address::pincode).isEqualTo(stored);
    }

    @ParameterizedTest
    @ValueSource(strings = {"012345", "40001", "4000011", "SW1A 1AA", "40000A", "400.001"})
    void an_indian_address_takes_an_indian_pin_code(String raw) {
        assertThat(parse(raw, "IN")).isNull();
        assertThat(problems.toList())
                .extracting(Problem::field, Problem::code)
                .containsExactly(tuple("address.pincode", "invalid_format"));
    }

    @Test
    void another_country_has_its_own_postal_codes() {
        assertThat(parse(" SW1A 1AA", "gb")).isEqualTo(new Address(null, null, null, null, null, "SW1A 1AA", "GB"));
        assertThat(parse("1234567890123", "GB")).isNull();
        assertThat(problems.toList()).extracting(Problem::code).containsExactly("too_long");
    }

    @ParameterizedTest
    @ValueSource(strings = {"India", "IND", "XX", "I", "91", "I\u0000"})
    void a_country_is_two_letters_of_iso_3166(String country) {
        assertThat(parse("SW1A 1AA", country)).isNull();
        assertThat(problems.toList()).extracting(Problem::field).containsExactly("address.country");
    }

    @Test
    void all_that_is_wrong_is_said_at_once() {
        problems.add("phone", "required", "A phone.");

        Address address = parse(
                new Address.Draft("x".repeat(201), "a\u0000", "c".repeat(101), "d\u202E", "s\uD800", "012345", null));

        assertThat(address).isNull();
        assertThat(problems.toList())
                .extracting(problem -> problem.field() + " " + problem.code())
                .containsExactly(
                        "phone required",
                        "address.line1 too_long",
                        "address.line2 forbidden_character",
                        "address.city too_long",
                        "address.district forbidden_character",
                        "address.state forbidden_character",
                        "address.pincode invalid_format");
    }

    @Test
    void problems_elsewhere_do_not_lose_a_good_address() {
        problems.add("phone", "required", "A phone.");
        assertThat(parse("400001", null)).isNotNull();
    }
}
