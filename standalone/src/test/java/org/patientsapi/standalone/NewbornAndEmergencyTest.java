package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.patientsapi.standalone.Api.Answer;

class NewbornAndEmergencyTest extends AcceptanceTest {

    private static Map<String, Object> newborn(Answer mother, int order) {
        Map<String, Object> body = new HashMap<>();
        body.put("registration_type", "newborn");
        body.put("newborn", Map.of("mother_id", mother.id(), "birth_order", order));
        body.put("date_of_birth", "2026-03-01");
        body.put("gender", "female");
        return body;
    }

    @Test
    void a_newborn_is_registered_under_its_mother_with_a_temporary_name_and_named_later() {
        Answer mother =
                FRONT_DESK.post("/patients", People.named("Lakshmi", "Iyer")).is(201);

        Answer baby = FRONT_DESK.post("/patients", newborn(mother, 1)).is(201);

        assertThat(baby.text("name")).isEqualTo("Baby 1 of Lakshmi Iyer");
        assertThat(baby.text("registration_type")).isEqualTo("newborn");
        assertThat(baby.text("/newborn/mother_id")).isEqualTo(mother.id());
        assertThat(baby.json().get("phone").isNull()).isTrue();
        assertThat(FRONT_DESK
                        .patch("/patients/" + baby.id(), Map.of("first_name", "Anjali", "last_name", "Iyer"))
                        .is(200)
                        .text("name"))
                .isEqualTo("Anjali Iyer");
    }

    @Test
    void a_repeated_request_is_answered_as_the_first_whatever_has_become_of_the_mother() {
        Answer mother = FRONT_DESK.post("/patients", People.somebody()).is(201);
        Api.Client ward = FRONT_DESK.with("Idempotency-Key", "newborn-of-" + mother.id());
        Answer baby = ward.post("/patients", newborn(mother, 1)).is(201);
        ADMIN.send("DELETE", "/patients/" + mother.id() + "?reason=patient_request", null)
                .is(200);

        Answer again = ward.post("/patients", newborn(mother, 1)).is(201);

        assertThat(again.body()).isEqualTo(baby.body());
        FRONT_DESK.post("/patients", newborn(mother, 2)).isProblem(400, "invalid_fields");
    }

    @Test
    void twins_with_their_mothers_phone_are_two_people_and_the_same_child_is_one() {
        Answer mother = FRONT_DESK.post("/patients", People.somebody()).is(201);
        Map<String, Object> first = newborn(mother, 1);
        Map<String, Object> second = newborn(mother, 2);
        first.put("phone", mother.text("phone"));
        second.put("phone", mother.text("phone"));

        Answer elder = FRONT_DESK.post("/patients", first).is(201);
        FRONT_DESK.post("/patients", second).is(201);

        assertThat(FRONT_DESK
                        .post("/patients", first)
                        .isProblem(409, "duplicate_patient")
                        .text("existing_patient_id"))
                .isEqualTo(elder.id());
    }

    @Test
    void a_child_registered_again_as_a_grown_patient_is_known() {
        Answer mother = FRONT_DESK.post("/patients", People.somebody()).is(201);
        Map<String, Object> child = newborn(mother, 1);
        child.put("phone", mother.text("phone"));
        Answer first = FRONT_DESK.post("/patients", child).is(201);

        Answer refused = FRONT_DESK
                .post("/patients", People.somebodyWith("phone", mother.text("phone"), "date_of_birth", "2026-03-01"))
                .isProblem(409, "duplicate_patient");

        assertThat(refused.text("existing_patient_id")).isEqualTo(first.id());
    }

    @Test
    void a_newborn_with_phone_and_birthday_of_somebody_who_is_no_sibling_is_known() {
        Answer mother = FRONT_DESK.post("/patients", People.somebody()).is(201);
        Map<String, Object> child = newborn(mother, 1);
        Answer first = FRONT_DESK.post("/patients", child).is(201);
        Answer again = FRONT_DESK
                .post("/patients", People.somebodyWith("phone", mother.text("phone"), "date_of_birth", "2026-03-01"))
                .is(201);

        Answer refused = FRONT_DESK
                .patch("/patients/" + first.id(), Map.of("phone", mother.text("phone")))
                .isProblem(409, "duplicate_patient");
        assertThat(refused.text("existing_patient_id")).isEqualTo(again.id());
        Map<String, Object> second = newborn(mother, 2);
        second.put("phone", mother.text("phone"));
        refused = FRONT_DESK.post("/patients", second).isProblem(409, "duplicate_patient");
        assertThat(refused.text("existing_patient_id")).isEqualTo(again.id());
        second.put("duplicate_override", Map.of("reason", "twin", "of", again.id()));
        FRONT_DESK.post("/patients", second).is(201);
    }

    @Test
    void a_newborn_with_phone_and_birthday_of_somebody_who_is_no_sibling_is_known_though_a_sibling_shares_them_too() {
        Answer mother = FRONT_DESK.post("/patients", People.somebody()).is(201);
        Answer stranger = FRONT_DESK
                .post("/patients", People.somebodyWith("phone", mother.text("phone"), "date_of_birth", "2026-03-01"))
                .is(201);
        Map<String, Object> first = newborn(mother, 1);
        first.put("phone", mother.text("phone"));
        first.put("duplicate_override", Map.of("reason", "family_phone", "of", stranger.id()));
        FRONT_DESK.post("/patients", first).is(201);
        Map<String, Object> second = newborn(mother, 2);
        second.put("phone", mother.text("phone"));

        isRegisteredOnlyAsDistinctFrom(stranger.id(), second);
    }

    @Test
    void a_newborn_with_phone_and_birthday_of_somebody_behind_a_sibling_is_known() {
        Answer mother = FRONT_DESK.post("/patients", People.somebody()).is(201);
        Map<String, Object> first = newborn(mother, 1);
        first.put("phone", mother.text("phone"));
        String sibling = FRONT_DESK.post("/patients", first).is(201).id();
        Map<String, Object> person = People.somebodyWith("phone", mother.text("phone"), "date_of_birth", "2026-03-01");
        person.put("duplicate_override", Map.of("reason", "family_phone", "of", sibling));
        String stranger = FRONT_DESK.post("/patients", person).is(201).id();
        Map<String, Object> second = newborn(mother, 2);
        second.put("phone", mother.text("phone"));

        isRegisteredOnlyAsDistinctFrom(stranger, second);
    }

    private static void isRegisteredOnlyAsDistinctFrom(String stranger, Map<String, Object> newborn) {
        assertThat(FRONT_DESK
                        .post("/patients", newborn)
                        .isProblem(409, "duplicate_patient")
                        .text("existing_patient_id"))
                .isEqualTo(stranger);

        newborn.put("duplicate_override", Map.of("reason", "family_phone", "of", stranger));
        FRONT_DESK.post("/patients", newborn).is(201);
    }

    @Test
    void an_incomplete_date_makes_no_duplicate_of_a_newborn_either() {
        Answer mother = FRONT_DESK.post("/patients", People.somebody()).is(201);
        Map<String, Object> child = newborn(mother, 1);
        child.put("date_of_birth", "2026-03");

        FRONT_DESK.post("/patients", child).is(201);
        FRONT_DESK.post("/patients", child).is(201);
    }

    @Test
    void a_newborn_needs_a_mother_whom_the_caller_can_see() {
        Answer foreign = FRONT_DESK
                .post("/patients", People.somebodyWith("branch_id", "MUM"))
                .is(201);

        assertThat(FRONT_DESK_BLR
                        .post("/patients", newborn(foreign, 1))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly("newborn.mother_id unknown_patient");
        assertThat(FRONT_DESK
                        .post("/patients", Map.of("registration_type", "newborn"))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactlyInAnyOrder("newborn required", "date_of_birth required", "gender required");
    }

    @Test
    void an_unidentified_patient_is_registered_with_nothing_but_an_alias() {
        Answer unknown = FRONT_DESK
                .post("/patients", Map.of("registration_type", "emergency"))
                .is(201);

        assertThat(unknown.text("name")).isEqualTo("Unknown " + unknown.text("patient_id"));
        assertThat(unknown.text("gender")).isEqualTo("unknown");
        assertThat(unknown.json().get("phone").isNull()).isTrue();
        assertThat(unknown.json().get("date_of_birth").isNull()).isTrue();
        assertThat(unknown.json().has("age")).isFalse();
        FRONT_DESK.post("/patients", Map.of("registration_type", "emergency")).is(201);
    }

    @Test
    void only_a_newborn_is_registered_under_its_mother() {
        Answer mother = FRONT_DESK.post("/patients", People.somebody()).is(201);
        Map<String, Object> adult = People.somebodyWith("newborn", Map.of("mother_id", mother.id()));

        assertThat(FRONT_DESK
                        .post("/patients", adult)
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly("newborn not_applicable");
        adult.put("newborn", null);
        FRONT_DESK.post("/patients", adult).is(201);
        FRONT_DESK
                .post("/patients", "{\"registration_type\": \"emergency\", \"newborn\": null}")
                .is(201);
    }

    @Test
    void null_is_no_name_and_no_gender() {
        Answer mother =
                FRONT_DESK.post("/patients", People.named("Gita", "Rao")).is(201);
        Map<String, Object> child = newborn(mother, 1);
        child.put("first_name", null);
        Answer baby = FRONT_DESK.post("/patients", child).is(201);
        assertThat(baby.text("name")).isEqualTo("Baby 1 of Gita Rao");
        Answer unknown = FRONT_DESK
                .post(
                        "/patients",
                        "{\"registration_type\": \"emergency\", \"first_name\": null, \"gender\": null, \"phone\": null}")
                .is(201);
        assertThat(unknown.text("name")).isEqualTo("Unknown " + unknown.text("patient_id"));
        assertThat(unknown.text("gender")).isEqualTo("unknown");

        child.put("newborn", Map.of("mother_id", mother.id(), "birth_order", 2));
        child.put("gender", null);
        assertThat(FRONT_DESK
                        .post("/patients", child)
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly("gender required");
        for (Answer patient : List.of(baby, unknown)) {
            assertThat(FRONT_DESK
                            .patch("/patients/" + patient.id(), "{\"first_name\": null, \"gender\": null}")
                            .isProblem(400, "invalid_fields")
                            .errors())
                    .containsExactlyInAnyOrder("first_name cannot_be_cleared", "gender cannot_be_cleared");
        }
    }

    @Test
    void a_patch_that_changes_nothing_identifies_nobody() {
        Answer known = FRONT_DESK
                .post("/patients", People.somebodyWith("registration_type", "emergency"))
                .is(201);

        for (Map<String, Object> nothing :
                List.of(Map.<String, Object>of(), Map.<String, Object>of("first_name", "Asha"))) {
            assertThat(FRONT_DESK
                            .patch("/patients/" + known.id(), nothing)
                            .is(200)
                            .json())
                    .isEqualTo(known.json());
        }
    }

    @Test
    void null_clears_what_such_a_registration_need_not_have_and_changes_nothing_where_it_has_none() {
        Answer unknown = FRONT_DESK
                .post("/patients", Map.of("registration_type", "emergency"))
                .is(201);
        Answer mother = FRONT_DESK.post("/patients", People.somebody()).is(201);
        Answer baby = FRONT_DESK.post("/patients", newborn(mother, 1)).is(201);

        assertThat(FRONT_DESK
                        .patch("/patients/" + unknown.id(), "{\"phone\": null, \"date_of_birth\": null}")
                        .is(200)
                        .json())
                .isEqualTo(unknown.json());
        assertThat(FRONT_DESK
                        .patch("/patients/" + baby.id(), "{\"phone\": null}")
                        .is(200)
                        .json())
                .isEqualTo(baby.json());

        Map<String, Object> phone = Map.of("phone", People.phone());
        for (Answer patient : List.of(unknown, baby)) {
            FRONT_DESK.patch("/patients/" + patient.id(), phone).is(200);
            assertThat(FRONT_DESK
                            .patch("/patients/" + patient.id(), "{\"phone\": null}")
                            .is(200)
                            .json()
                            .get("phone")
                            .isNull())
                    .isTrue();
        }
    }

    @Test
    void a_newborn_is_never_without_its_birthday_and_a_text_left_empty_clears_nothing() {
        Answer mother = FRONT_DESK.post("/patients", People.somebody()).is(201);
        Answer baby = FRONT_DESK.post("/patients", newborn(mother, 1)).is(201);

        assertThat(FRONT_DESK
                        .patch("/patients/" + baby.id(), "{\"date_of_birth\": null}")
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly("date_of_birth cannot_be_cleared");
        assertThat(FRONT_DESK
                        .patch("/patients/" + baby.id(), Map.of("phone", " ", "date_of_birth", ""))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactlyInAnyOrder("phone required", "date_of_birth required");
    }

    @Test
    void who_they_are_is_patched_in_later_and_then_counts() {
        Answer unknown = FRONT_DESK
                .post("/patients", Map.of("registration_type", "emergency", "gender", "male"))
                .is(201);
        Map<String, Object> identity = People.somebodyWith("gender", "male");

        Answer identified =
                FRONT_DESK.patch("/patients/" + unknown.id(), identity).is(200);

        assertThat(identified.text("registration_type")).isEqualTo("standard");
        assertThat(identified.text("patient_id")).isEqualTo(unknown.text("patient_id"));
        assertThat(FRONT_DESK
                        .post("/patients", identity)
                        .isProblem(409, "duplicate_patient")
                        .text("existing_patient_id"))
                .isEqualTo(unknown.id());
    }

    @Test
    void one_who_turns_out_to_be_registered_already_is_not_made_a_second_time() {
        Map<String, Object> identity = People.somebody();
        Answer known = FRONT_DESK.post("/patients", identity).is(201);
        Answer unknown = FRONT_DESK
                .post("/patients", Map.of("registration_type", "emergency"))
                .is(201);

        assertThat(FRONT_DESK
                        .patch("/patients/" + unknown.id(), identity)
                        .isProblem(409, "duplicate_patient")
                        .text("existing_patient_id"))
                .isEqualTo(known.id());
    }
}
