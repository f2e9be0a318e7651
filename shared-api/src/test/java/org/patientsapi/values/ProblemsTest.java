package org.patientsapi.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;

class ProblemsTest {

    private final Problems problems = new Problems();

    @Test
    void a_good_value_comes_through_and_leaves_no_trace() {
        assertThat(problems.collect("gender", () -> Gender.parse("male"))).isEqualTo(Gender.MALE);
        assertThat(problems.optional("gender", "male", Gender::parse)).isEqualTo(Gender.MALE);
        assertThat(problems.isEmpty()).isTrue();
        assertThatCode(problems::throwIfAny).doesNotThrowAnyException();
    }

    @Test
    void all_problems_are_thrown_at_once_in_their_order() {
        problems.add("id", "not_settable", "The server makes it.");
        assertThat(problems.collect("phone", () -> Phone.parse("12"))).isNull();
        assertThat(problems.collect("gender", () -> Gender.parse(""))).isNull();
        assertThat(problems.optional("email", null, EmailAddress::parse)).isNull();
        assertThat(problems.optional("blood_group", "C", BloodGroup::parse)).isNull();

        InvalidFields thrown = catchThrowableOfType(InvalidFields.class, problems::throwIfAny);

        assertThat(thrown.problems())
                .extracting(problem -> problem.field() + " " + problem.code())
                .containsExactly(
                        "id not_settable", "phone invalid_number", "gender required", "blood_group invalid_format");
        assertThat(thrown.problems())
                .allSatisfy(problem -> assertThat(problem.message()).isNotBlank());
        assertThat(thrown).hasMessage("The request has 4 problems.");
        assertThat(thrown.getStackTrace()).isEmpty();
    }

    @Test
    void those_of_another_part_of_the_request_come_after_its_own_also_of_a_field_of_the_same_name() {
        Problems others = new Problems();
        others.add("page", "out_of_range", "A whole number from 1 on.");
        problems.add("page", "invalid_type", "This must be a text or a number.");

        problems.addAll(others);

        assertThat(problems.toList())
                .extracting(problem -> problem.field() + " " + problem.code())
                .containsExactly("page invalid_type", "page out_of_range");
    }

    @Test
    void a_hostile_request_does_not_blow_the_answer_up() {
        for (int i = 0; i < 1000; i++) {
            problems.add("f" + i, "unknown_field", "No such field.");
        }
        assertThat(problems.toList())
                .hasSize(100)
                .last()
                .extracting(Problem::field)
                .isEqualTo("f99");
    }

    @Test
    void a_fault_of_the_program_is_not_taken_for_a_problem_of_the_request() {
        assertThatThrownBy(() -> problems.collect("phone", () -> {
                    throw new IllegalStateException("a fault");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(problems.isEmpty()).isTrue();
    }

    @Test
    void what_was_thrown_does_not_change_afterwards() {
        problems.add("a", "required", "A value.");
        InvalidFields thrown = catchThrowableOfType(InvalidFields.class, problems::throwIfAny);
        problems.add("b", "required", "A value.");
        assertThat(thrown.problems()).hasSize(1);
    }
}
