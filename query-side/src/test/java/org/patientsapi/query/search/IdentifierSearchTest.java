package org.patientsapi.query.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentifierSearchTest {

    private final InMemoryIndex index = new InMemoryIndex();

    IdentifierSearchTest() {
        index.add(SearchTokens.of(
                "Rajesh", "Kumar", "+919876543210", "P48291-37746", "91234567890123", "rajesh.kumar85@abdm"));
        index.add(SearchTokens.of("Sunita", "Devi", "+919000011111", "P10000-20000", null, null));
        index.add(SearchTokens.of("John", "Smith", "+442079460958", "P55555-66666", null, "john@sbx"));
    }

    private List<Integer> search(String text) {
        return index.search(text).stream().map(InMemoryIndex.Hit::document).toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9876543210",
                "+919876543210",
                "+91 98765 43210",
                "+91-98765-43210",
                "00919876543210",
                "0091 9876543210",
                "919876543210",
                "09876543210",
                "(+91) 98765-43210",
                "+91 (0) 98765 43210",
                "98765 43210",
                "98765.43210",
                "९८७६५४३२१०",
                "９８７６５４３２１０",
                "tel: 98765 43210",
                "Mob. 9876543210",
                "Mob.9876543210",
                "Ph.98765 43210",
                "Mob9876543210",
                "ph+919876543210",
                "P: 98765 43210",
                "P-9876543210",
                "P:9876543210",
                "\u260E\uFE0F9876543210",
                "98765\u221243210",
                "3210",
                "43210",
                "543210",
                "6543210",
                "65 43210",
                "९८७६ ५४३२१०",
                "३२१०",
                "rajesh 3210",
                "3210 kumar",
                "raj 43210",
                "Rajesh Kumar 98765 43210",
                "राजेश 3210"
            })
    void a_phone_number_is_found_in_any_writing_whole_or_by_its_end(String text) {
        assertThat(search(text)).containsExactly(0);
    }

    /** As it is typed: from the left. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "987654",
                "98765 4",
                "9876543",
                "98765432",
                "98765 4321",
                "098765 43",
                "+91 98765 4",
                "91987654",
                "0091 98765 432",
                "+91-98765-4321",
                "९८७६५४",
                "rajesh 98765 43",
                "Ph. 987654"
            })
    void a_phone_number_is_found_while_it_is_typed(String text) {
        assertThat(search(text)).containsExactly(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "02079460958",
                "+44 20 7946 0958",
                "2079460958",
                "0958",
                "0044 20 7946 0958",
                "+44 20 7946",
                "+44 (0)20 7946 0958"
            })
    void a_number_of_another_country_is_found_too(String text) {
        assertThat(search(text)).containsExactly(2);
    }

    @Test
    void a_number_of_another_country_may_be_parted_behind_ten_digits() {
        index.add(SearchTokens.of("Hans", "Maier", "+4915112345678", "P11709-56783", null, null));

        assertThat(search("+4915112345 678")).containsExactly(3);
        assertThat(search("+49 15112 34567 8")).containsExactly(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "P48291-37746",
                "p48291-37746",
                "P4829137746",
                "P48291 37746",
                "P-48291-37746",
                "p 48291 37746",
                "48291-37746",
                "4829137746",
                "P482",
                "P4829",
                "P48291",
                "P48291\u201337746",
                "P48291\u201137746",
                "P48291\u221237746",
                "P48291-",
                "P48291-3",
                "P482913",
                "4829",
                "48291-377",
                "Ｐ48291-37746"
            })
    void a_patient_number_is_found_whole_or_by_its_beginning(String text) {
        assertThat(search(text)).containsExactly(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "91-2345-6789-0123",
                "91234567890123",
                "91 2345 6789 0123",
                "91234-56789-0123",
                "91234 56789 0123",
                "91-2345-6789 0123",
                "Rajesh Kumar 91234 56789 0123",
                "M 91234 56789 0123",
                "9123",
                "91-23",
                "91-2345-67",
                "912345",
                "९१२३४५",
                "ABHA 91-2345-6789-0123",
                "rajesh.kumar85@abdm",
                "RAJESH.KUMAR85@ABDM",
                "rajesh.kumar85@abdm,",
                "(rajesh.kumar85@abdm)",
                "ABHA:rajesh.kumar85@abdm",
                "ABHA address rajesh.kumar85@abdm",
                "rajesh.kumar85",
                "rajesh.kumar85@"
            })
    void an_abha_number_or_address_is_found(String text) {
        assertThat(search(text)).containsExactly(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "321",
                "P48",
                "98765",
                "9876543211",
                "P48291-37747",
                "91-2345-6789-0124",
                "someone@abdm",
                "sunita 3210",
                "7746"
            })
    void another_number_finds_nobody(String text) {
        assertThat(search(text)).isEmpty();
    }

    /** A patient number is written with the same letter. */
    @ParameterizedTest
    @ValueSource(strings = {"P 98765 43210", "P. 9876543210", "P 43210", "p +91 98765 43210", "Sharma P 9876543210"})
    void an_initial_P_may_stand_before_a_phone_number(String text) {
        index.add(SearchTokens.of("Priya", "Sharma", "+919876543210", "P11709-56783", null, null));

        assertThat(search(text)).containsExactly(3);
    }

    @Test
    void whose_patient_number_it_is_comes_before_whose_phone_number() {
        index.add(SearchTokens.of("Priya", "Sharma", "+914829137746", "P11709-56783", null, null));

        assertThat(search("P-48291-37746")).containsExactly(0, 3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "M: 9876543210",
                "M 98765 43210",
                "m. +91 98765 43210",
                "(M) 9876543210",
                "M9876543210",
                "T 9876543210",
                "Rajesh Kumar M: 9876543210",
                "M-98765-43210",
                "M 9876543210 45",
                "m. 98765 43210 4829",
                "M 98765 43210 91-2345-6789-0123",
                "Rajesh Kumar M: +91 98765 43210 45"
            })
    void an_M_or_T_before_a_whole_phone_number_may_stand_for_mobile_or_telephone(String text) {
        assertThat(search(text)).containsExactly(0);
    }

    @Test
    void an_M_or_T_before_a_whole_phone_number_may_be_an_initial() {
        index.add(SearchTokens.of("Meena", "Devi", "+919876543210", "P11709-56783", null, null));
        index.add(SearchTokens.of("Tara", "Devi", "+919876543210", "P11709-56784", null, null));

        assertThat(search("M 9876543210")).startsWith(3).hasSize(3);
        assertThat(search("T. 98765 43210")).startsWith(4).hasSize(3);
        assertThat(search("M 9876543210 45")).startsWith(3).hasSize(3);
        assertThat(search("M 3210")).containsExactly(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"P48291-37746 45", "Rajesh 45, 3210", "Rajesh Kumar 3210, 45"})
    void an_age_beside_a_number_need_not_be_met(String text) {
        assertThat(search(text)).containsExactly(0);
    }

    @Test
    void a_whole_identifier_comes_above_every_part_of_one() {
        var others = new InMemoryIndex();
        others.add(SearchTokens.of("A", null, "+919999999999", "P98765-43210", null, null));
        others.add(SearchTokens.of("B", null, "+919876543210", "P11111-11111", null, null));
        others.add(SearchTokens.of("C", null, "+919999999998", "P11111-11112", "98765432101234", null));

        var hits = others.search("9876543210");

        assertThat(hits).extracting(InMemoryIndex.Hit::document).containsExactly(0, 1, 2);
        assertThat(hits.get(0).score())
                .isEqualTo(hits.get(1).score())
                .isGreaterThan(hits.get(2).score());
    }

    @Test
    void the_end_of_a_phone_number_comes_before_the_beginning_of_the_others() {
        var others = new InMemoryIndex();
        others.add(SearchTokens.of("A", null, "+919999999999", "P43211-11111", null, null));
        others.add(SearchTokens.of("B", null, "+919999994321", "P11111-11111", null, null));

        assertThat(others.search("4321"))
                .extracting(InMemoryIndex.Hit::document)
                .containsExactly(1, 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "P48291-37746 3210",
                "P48291-37746 98765 43210",
                "p4829137746 9876543210",
                "P-48291-37746/9876543210",
                "91-2345-6789-0123 9876543210",
                "91-2345-6789-0123 98765 43210",
                "91 2345 6789 0123 98765 43210",
                "98765 43210 91-2345-6789-0123",
                "91234567890123-9876543210",
                "98765-43210/48291-37746",
                "+91 98765 43210, P48291-37746",
                "48291-37746 3210",
                "9876543210 4829",
                "9876543210 45",
                "Rajesh Kumar 98765-43210 45",
                "+91 98765 43210 45"
            })
    void several_numbers_in_one_run_are_told_apart(String text) {
        assertThat(search(text)).containsExactly(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "P48291-377461",
                "P48291-37746 9999",
                "9876543210 9999",
                "M 9876543210 9999",
                "91-2345-6789-0123 9000011111"
            })
    void each_of_several_numbers_must_be_met(String text) {
        assertThat(search(text)).isEmpty();
    }

    @Test
    void a_label_that_is_a_given_name_too_puts_its_bearer_first() {
        index.add(SearchTokens.of("Sunita", "Rao", "+919000033210", "P11709-56783", null, null));
        index.add(SearchTokens.of("Abha", "Rao", "+919111133210", "P11709-56784", null, null));

        assertThat(search("Abha 3210").getFirst()).isEqualTo(4);
        assertThat(search("आभा 3210").getFirst()).isEqualTo(4);
    }

    @Test
    void a_label_favours_nobody_whose_name_begins_so() {
        index.add(SearchTokens.of("Sunita", "Rao", "+919000033210", "P11709-56783", null, null));
        index.add(SearchTokens.of("Idris", "Rao", "+919111133210", "P11709-56784", null, null));

        assertThat(index.search("id 3210"))
                .hasSize(3)
                .extracting(InMemoryIndex.Hit::score)
                .containsOnly(Points.PHONE_PART);
    }
}
