package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.patientsapi.standalone.Api.Answer;
import tools.jackson.databind.node.ObjectNode;

class UpdatePatientTest extends AcceptanceTest {

    @Test
    void what_the_patch_does_not_name_stays_as_it_is() {
        Answer before = FRONT_DESK
                .post("/patients", People.somebodyWith("email", "asha@example.com"))
                .is(201);

        Answer after = FRONT_DESK
                .patch("/patients/" + before.id(), Map.of("blood_group", "O-"))
                .is(200);

        assertThat(after.header("ETag")).isEqualTo("\"2\"");
        ObjectNode expected = (ObjectNode) before.json();
        expected.put("blood_group", "O-")
                .put("version", 2)
                .set("updated_at", after.json().get("updated_at"));
        assertThat(after.json()).isEqualTo(expected);
        assertThat(READER.get("/patients/" + before.id()).is(200).json()).isEqualTo(expected);
    }

    @Test
    void null_clears_an_optional_field_and_is_refused_for_a_required_one() {
        Answer patient = FRONT_DESK
                .post("/patients", People.somebodyWith("email", "asha@example.com"))
                .is(201);

        assertThat(FRONT_DESK
                        .patch("/patients/" + patient.id(), "{\"email\": null, \"last_name\": null}")
                        .is(200)
                        .json()
                        .get("email")
                        .isNull())
                .isTrue();
        assertThat(FRONT_DESK
                        .patch("/patients/" + patient.id(), "{\"first_name\": null, \"gender\": null}")
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactlyInAnyOrder("first_name cannot_be_cleared", "gender cannot_be_cleared");
        assertThat(FRONT_DESK
                        .patch("/patients/" + patient.id(), "{\"phone\": null, \"date_of_birth\": null}")
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactlyInAnyOrder("phone cannot_be_cleared", "date_of_birth cannot_be_cleared");
    }

    @Test
    void what_hangs_on_the_patient_is_refused_when_the_rest_is_in_order_and_the_patient_the_one_that_was_seen() {
        String id = FRONT_DESK.post("/patients", People.somebody()).is(201).id();

        assertThat(FRONT_DESK
                        .patch("/patients/" + id, "{\"phone\": null, \"first_name\": null}")
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly("first_name cannot_be_cleared");
        FRONT_DESK
                .with("If-Match", "\"7\"")
                .patch("/patients/" + id, "{\"phone\": null}")
                .isProblem(412, "stale_version");
    }

    @Test
    void null_in_place_of_a_whole_clears_all_there_is_in_it() {
        Map<String, Object> abha = Map.of("abha_id", "91-5555-1212-0077");
        Answer patient = FRONT_DESK
                .post(
                        "/patients",
                        People.somebodyWith(
                                "identifiers",
                                Map.of(
                                        "abha_id",
                                        abha.get("abha_id"),
                                        "abha_address",
                                        "asha77@sbx",
                                        "aadhaar",
                                        "2345 6789 0124",
                                        "aadhaar_verified",
                                        true,
                                        "insurance",
                                        List.of(Map.of("provider", "Star", "policy_number", "1"))),
                                "medical_summary",
                                Map.of(
                                        "active_diagnoses",
                                        List.of(Map.of("description", "Asthma")),
                                        "allergies",
                                        List.of(Map.of("substance", "Dust")),
                                        "current_medications",
                                        List.of(Map.of("name", "Salbutamol")))))
                .is(201);
        Answer bare = FRONT_DESK.post("/patients", People.somebody()).is(201);

        Answer cleared = FRONT_DESK
                .patch("/patients/" + patient.id(), "{\"identifiers\": null, \"medical_summary\": null}")
                .is(200);

        assertThat(cleared.json().get("medical_summary")).isEqualTo(bare.json().get("medical_summary"));
        ObjectNode none = (ObjectNode) bare.json().get("identifiers");
        assertThat(cleared.json().get("identifiers")).isEqualTo(none.put("patient_id", patient.text("patient_id")));
        FRONT_DESK.patch("/patients/" + bare.id(), Map.of("identifiers", abha)).is(200);
    }

    @Test
    void a_patient_always_has_a_branch_and_a_status() {
        Answer patient = FRONT_DESK.post("/patients", People.somebody()).is(201);

        assertThat(FRONT_DESK
                        .patch("/patients/" + patient.id(), "{\"branch_id\": null, \"status\": null}")
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactlyInAnyOrder("branch_id cannot_be_cleared", "status cannot_be_cleared");
    }

    @Test
    void nobody_was_born_after_a_visit() {
        Answer patient = FRONT_DESK.post("/patients", People.somebody()).is(201);
        String visits = "/patients/" + patient.id() + "/visits";
        Map<String, Object> visit = Map.of("type", "OPD", "date", "1991-05-01", "provider", Map.of("name", "Dr Rao"));
        FRONT_DESK.post(visits, visit).is(201);
        Answer mistaken = FRONT_DESK
                .post(visits, Map.of("type", "OPD", "date", "1990-12-31", "provider", Map.of("name", "Dr Rao")))
                .is(201);
        FRONT_DESK
                .patch(visits + "/" + mistaken.text("visit_id"), Map.of("status", "cancelled"))
                .is(200);

        assertThat(FRONT_DESK
                        .patch("/patients/" + patient.id(), Map.of("date_of_birth", "1991-05-02"))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly("date_of_birth after_visit");
        FRONT_DESK
                .patch("/patients/" + patient.id(), Map.of("date_of_birth", "1991-05-01"))
                .is(200);
        FRONT_DESK
                .patch("/patients/" + patient.id(), Map.of("date_of_birth", "1991"))
                .is(200);
    }

    @Test
    void an_address_is_merged_part_by_part_and_held_together_by_its_country() {
        Answer patient = FRONT_DESK
                .post(
                        "/patients",
                        People.somebodyWith(
                                "address", Map.of("line1", "4 Hill Road", "city", "Mumbai", "pincode", "400050")))
                .is(201);

        Answer moved = FRONT_DESK
                .patch("/patients/" + patient.id(), Map.of("address", Map.of("city", "Pune", "pincode", "411001")))
                .is(200);
        assertThat(moved.text("/address/line1")).isEqualTo("4 Hill Road");
        assertThat(moved.text("/address/city")).isEqualTo("Pune");

        assertThat(FRONT_DESK
                        .patch("/patients/" + patient.id(), Map.of("address", Map.of("pincode", "SW1A 1AA")))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly("address.pincode invalid_format");
        assertThat(FRONT_DESK
                        .patch(
                                "/patients/" + patient.id(),
                                Map.of("phone", "x", "address", Map.of("country", "XYZ", "city", "x".repeat(101))))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactlyInAnyOrder(
                        "phone invalid_format", "address.city too_long", "address.country invalid_format");
        FRONT_DESK
                .patch("/patients/" + patient.id(), Map.of("address", Map.of("pincode", "SW1A 1AA", "country", "GB")))
                .is(200);
        assertThat(FRONT_DESK
                        .patch("/patients/" + patient.id(), "{\"address\": null}")
                        .is(200)
                        .json()
                        .get("address")
                        .isNull())
                .isTrue();
    }

    @Test
    void a_list_is_replaced_whole() {
        Answer patient = FRONT_DESK
                .post(
                        "/patients",
                        People.somebodyWith(
                                "medical_summary",
                                Map.of(
                                        "allergies",
                                        List.of(Map.of("substance", "Latex"), Map.of("substance", "Dust")))))
                .is(201);

        Answer after = FRONT_DESK
                .patch(
                        "/patients/" + patient.id(),
                        Map.of("medical_summary", Map.of("allergies", List.of(Map.of("substance", "Pollen")))))
                .is(200);

        assertThat(after.json().at("/medical_summary/allergies")).hasSize(1);
        assertThat(after.text("/medical_summary/allergies/0/substance")).isEqualTo("Pollen");
    }

    @Test
    void a_patch_that_changes_nothing_makes_no_new_version() {
        Answer patient = FRONT_DESK.post("/patients", People.somebody()).is(201);

        Answer after = FRONT_DESK
                .patch("/patients/" + patient.id(), Map.of("first_name", "Asha", "gender", "female"))
                .is(200);

        assertThat(after.json()).isEqualTo(patient.json());
        assertThat(FRONT_DESK.patch("/patients/" + patient.id(), "{}").is(200).header("ETag"))
                .isEqualTo("\"1\"");
    }

    @Test
    void an_address_that_a_form_left_empty_is_none() {
        Answer patient = FRONT_DESK
                .post("/patients", People.somebodyWith("address", Map.of()))
                .is(201);
        assertThat(patient.json().get("address").isNull()).isTrue();

        for (Map<String, Object> address :
                List.of(Map.<String, Object>of(), Map.<String, Object>of("line1", "", "country", " "))) {
            Answer after = FRONT_DESK
                    .patch("/patients/" + patient.id(), Map.of("address", address))
                    .is(200);
            assertThat(after.header("ETag")).isEqualTo("\"1\"");
            assertThat(after.json().get("address").isNull()).isTrue();
        }
        assertThat(FRONT_DESK
                        .patch("/patients/" + patient.id(), Map.of("address", Map.of("country", "IN")))
                        .is(200)
                        .text("/address/country"))
                .isEqualTo("IN");
    }

    @Test
    void no_number_is_verified_where_there_is_none() {
        Map<String, Object> verified = Map.of("identifiers", Map.of("aadhaar_verified", true));
        Map<String, Object> none = new HashMap<>(Map.of("aadhaar_verified", true));
        none.put("aadhaar", null);
        for (Map<String, Object> identifiers : List.of(Map.<String, Object>of("aadhaar_verified", true), none)) {
            assertThat(FRONT_DESK
                            .post("/patients", People.somebodyWith("identifiers", identifiers, "gender", 1))
                            .isProblem(400, "invalid_fields")
                            .errors())
                    .containsExactlyInAnyOrder("gender invalid_type", "identifiers.aadhaar_verified not_applicable");
        }
        Answer patient = FRONT_DESK
                .post("/patients", People.somebodyWith("identifiers", Map.of("aadhaar_verified", false)))
                .is(201);
        String path = "/patients/" + patient.id();

        assertThat(FRONT_DESK
                        .patch(path, verified)
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly("identifiers.aadhaar_verified not_applicable");

        FRONT_DESK
                .patch(path, Map.of("identifiers", Map.of("aadhaar", "2345 6789 0124")))
                .is(200);
        assertThat(FRONT_DESK
                        .patch(path, verified)
                        .is(200)
                        .json()
                        .at("/identifiers/aadhaar_verified")
                        .asBoolean())
                .isTrue();
        assertThat(FRONT_DESK
                        .patch(path, "{\"identifiers\": {\"aadhaar\": null, \"aadhaar_verified\": true}}")
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly("identifiers.aadhaar_verified not_applicable");
    }

    @Test
    void all_that_hangs_on_the_record_is_said_at_once() {
        Answer patient = FRONT_DESK.post("/patients", People.somebody()).is(201);
        FRONT_DESK
                .post(
                        "/patients/" + patient.id() + "/visits",
                        Map.of("type", "OPD", "date", "1995-01-01", "provider", Map.of("name", "Dr Rao")))
                .is(201);

        assertThat(FRONT_DESK
                        .patch(
                                "/patients/" + patient.id(),
                                "{\"phone\": null, \"date_of_birth\": \"1999-01-01\", \"address\": {\"pincode\": \"x\"},"
                                        + " \"identifiers\": {\"aadhaar_verified\": true}}")
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactlyInAnyOrder(
                        "phone cannot_be_cleared",
                        "date_of_birth after_visit",
                        "address.pincode invalid_format",
                        "identifiers.aadhaar_verified not_applicable");
    }

    @Test
    void merge_patch_is_understood_under_its_own_media_type_and_nothing_else_is() {
        Answer patient = FRONT_DESK.post("/patients", People.somebody()).is(201);

        FRONT_DESK
                .with("Content-Type", "application/merge-patch+json")
                .patch("/patients/" + patient.id(), "{\"blood_group\": \"Oh\"}")
                .is(200);
        FRONT_DESK
                .with("Content-Type", "application/json-patch+json")
                .patch("/patients/" + patient.id(), "[]")
                .isProblem(415, "unsupported_media_type");
    }

    @Test
    void a_stale_if_match_is_refused_with_the_current_version() {
        Answer patient = FRONT_DESK.post("/patients", People.somebody()).is(201);
        FRONT_DESK
                .with("If-Match", "\"1\"")
                .patch("/patients/" + patient.id(), Map.of("blood_group", "A+"))
                .is(200);

        Answer refused = FRONT_DESK
                .with("If-Match", "\"1\"")
                .patch("/patients/" + patient.id(), Map.of("blood_group", "B+"))
                .isProblem(412, "stale_version");

        assertThat(refused.header("ETag")).isEqualTo("\"2\"");
        FRONT_DESK
                .with("If-Match", "*")
                .patch("/patients/" + patient.id(), Map.of("blood_group", "B+"))
                .is(200);
    }

    /** RFC 9110, 13.1.1: a weak tag says as good as the same, which is not enough to write on. */
    @Test
    void an_if_match_holds_by_any_of_its_tags_but_by_no_weak_one() {
        Answer patient = FRONT_DESK.post("/patients", People.somebody()).is(201);
        Map<String, Object> change = Map.of("blood_group", "A+");

        FRONT_DESK
                .with("If-Match", "W/\"1\"")
                .patch("/patients/" + patient.id(), change)
                .isProblem(412, "stale_version");
        assertThat(READER.get("/patients/" + patient.id()).is(200).header("ETag"))
                .isEqualTo("\"1\"");
        FRONT_DESK
                .with("If-Match", "\"7\", \"1\"")
                .patch("/patients/" + patient.id(), change)
                .is(200);
    }

    @Test
    void the_patient_may_be_named_by_the_number_on_the_card() {
        Answer patient = FRONT_DESK.post("/patients", People.somebody()).is(201);

        FRONT_DESK
                .patch("/patients/" + patient.text("patient_id"), Map.of("blood_group", "A+"))
                .is(200);
    }

    @Test
    void a_patient_nobody_knows_and_one_of_a_foreign_branch_are_not_there() {
        Answer foreign = FRONT_DESK
                .post("/patients", People.somebodyWith("branch_id", "MUM"))
                .is(201);

        FRONT_DESK.patch("/patients/01890000-0000-7000-8000-000000000000", "{}").isProblem(404, "patient_not_found");
        FRONT_DESK.patch("/patients/nobody", "{}").isProblem(404, "patient_not_found");
        FRONT_DESK_BLR
                .patch("/patients/" + foreign.id(), Map.of("blood_group", "A+"))
                .isProblem(404, "patient_not_found");
    }

    @Test
    void sixteen_desks_correcting_one_patient_at_once_lose_nothing() throws Exception {
        Answer patient = FRONT_DESK.post("/patients", People.somebody()).is(201);
        List<Callable<Answer>> patches = IntStream.range(0, 16)
                .<Callable<Answer>>mapToObj(desk -> () -> FRONT_DESK.patch(
                        "/patients/" + patient.id(),
                        desk % 2 == 0 && desk / 2 < PARTS.size()
                                ? Map.of("address", Map.of(PARTS.get(desk / 2), "desk " + desk))
                                : Map.of("email", "desk" + desk + "@example.com")))
                .toList();

        try (ExecutorService desks = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var answer : desks.invokeAll(patches)) {
                answer.get().is(200);
            }
        }

        Answer after = READER.get("/patients/" + patient.id()).is(200);
        assertThat(after.header("ETag")).isEqualTo("\"17\"");
        for (int part = 0; part < PARTS.size(); part++) {
            assertThat(after.text("/address/" + PARTS.get(part))).isEqualTo("desk " + part * 2);
        }
    }

    private static final List<String> PARTS = List.of("line1", "line2", "city", "district", "state");
}
