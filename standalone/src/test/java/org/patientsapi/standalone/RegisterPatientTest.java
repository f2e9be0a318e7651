package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.patientsapi.standalone.Api.Answer;
import org.patientsapi.values.PatientNumber;

class RegisterPatientTest extends AcceptanceTest {

    private static final String EXAMPLE_OF_THE_MANUAL = """
            { "first_name": "Rajesh", "last_name": "Kumar", "date_of_birth": "1985-03-15", "gender": "male", \
            "phone": "+919876543210", "email": "rajesh@example.com", "address": { "line1": "...", "city": "Mumbai", \
            "state": "Maharashtra", "pincode": "400001" }, "blood_group": "B+" }""";

    @Test
    void the_example_of_the_manual_is_accepted_and_can_be_read_back_under_the_same_names() {
        Answer created = FRONT_DESK.post("/patients", EXAMPLE_OF_THE_MANUAL).is(201);

        assertThat(UUID.fromString(created.id()).version()).isEqualTo(7);
        assertThat(PatientNumber.parse(created.text("patient_id")).toString()).isEqualTo(created.text("patient_id"));
        assertThat(created.header("Location")).endsWith("/api/v1/patients/" + created.id());
        assertThat(created.header("ETag")).isEqualTo("\"1\"");
        assertThat(created.text("name")).isEqualTo("Rajesh Kumar");
        Api.JSON.readTree(EXAMPLE_OF_THE_MANUAL).properties().forEach(sent -> {
            if (!sent.getKey().equals("address")) {
                assertThat(created.json().get(sent.getKey())).isEqualTo(sent.getValue());
            }
        });
        assertThat(created.text("/address/city")).isEqualTo("Mumbai");
        assertThat(created.text("/address/country")).isEqualTo("IN");
        assertThat(READER.get("/patients/" + created.id()).is(200).json()).isEqualTo(created.json());
    }

    @Test
    void a_single_name_is_enough() {
        Map<String, Object> body = People.somebody();
        body.remove("last_name");

        assertThat(FRONT_DESK.post("/patients", body).is(201).text("name")).isEqualTo("Asha");
    }

    @Test
    void an_optional_field_of_a_form_that_was_left_empty_is_as_good_as_none() {
        Map<String, Object> body = People.somebody();
        body.putAll(Map.of("last_name", "", "email", " ", "blood_group", ""));

        Answer patient = FRONT_DESK.post("/patients", body).is(201);

        assertThat(patient.text("name")).isEqualTo("Asha");
        assertThat(patient.json().get("email").isNull()).isTrue();
    }

    @Test
    void everything_a_client_may_set_is_stored_and_returned() {
        Map<String, Object> identifiers = Map.of(
                "abha_id", "91-7201-0000-4321",
                "abha_address", "asha.d@abdm",
                "insurance",
                        List.of(Map.of(
                                "provider", "Star Health",
                                "policy_number", "SH/2026/77",
                                "member_id", "M-1",
                                "valid_from", "2026-01-01",
                                "valid_until", "2026-12-31")));
        Map<String, Object> medical = Map.of(
                "active_diagnoses",
                        List.of(Map.of(
                                "code", "E11", "system", "ICD-10", "description", "Type 2 diabetes", "since", "2019")),
                "allergies", List.of(Map.of("substance", "Penicillin", "reaction", "rash", "severity", "moderate")),
                "current_medications",
                        List.of(Map.of(
                                "name",
                                "Metformin",
                                "dose",
                                "500 mg",
                                "frequency",
                                "twice a day",
                                "since",
                                "2019-04")));

        Answer created = FRONT_DESK
                .post(
                        "/patients",
                        People.somebodyWith(
                                "identifiers",
                                identifiers,
                                "medical_summary",
                                medical,
                                "branch_id",
                                "CHN",
                                "status",
                                "inactive"))
                .is(201);

        assertThat(created.json().get("medical_summary")).isEqualTo(Api.JSON.valueToTree(medical));
        assertThat(created.json().at("/identifiers/insurance"))
                .isEqualTo(Api.JSON.valueToTree(identifiers.get("insurance")));
        assertThat(created.text("/identifiers/abha_id")).isEqualTo("91-7201-0000-4321");
        assertThat(created.text("/identifiers/abha_address")).isEqualTo("asha.d@abdm");
        assertThat(created.text("/identifiers/patient_id")).isEqualTo(created.text("patient_id"));
        assertThat(created.text("branch_id")).isEqualTo("CHN");
        assertThat(created.text("status")).isEqualTo("inactive");
        assertThat(READER.get("/patients/" + created.id()).is(200).json()).isEqualTo(created.json());
    }

    @Test
    void of_an_aadhaar_number_only_the_last_four_digits_come_back() {
        Answer created = FRONT_DESK
                .post("/patients", People.somebodyWith("identifiers", Map.of("aadhaar", "2341 2341 2346")))
                .is(201);

        assertThat(created.text("/identifiers/aadhaar")).isEqualTo("XXXX-XXXX-2346");
        assertThat(created.body()).doesNotContain("2341");
    }

    @Test
    void the_phone_is_stored_as_e164_however_it_was_written() {
        String digits = People.phone().substring(3);

        Answer created = FRONT_DESK
                .post(
                        "/patients",
                        People.somebodyWith("phone", "0" + digits.substring(0, 5) + " - " + digits.substring(5)))
                .is(201);

        assertThat(created.text("phone")).isEqualTo("+91" + digits);
    }

    @Test
    void the_branch_is_the_tokens_only_one_or_the_default_where_the_body_names_none() {
        assertThat(FRONT_DESK_BLR.post("/patients", People.somebody()).is(201).text("branch_id"))
                .isEqualTo("BLR");
        assertThat(FRONT_DESK.post("/patients", People.somebody()).is(201).text("branch_id"))
                .isEqualTo("BLR");
        FRONT_DESK_BLR
                .post("/patients", People.somebodyWith("branch_id", "MUM"))
                .isProblem(403, "branch_not_granted");
    }

    @Test
    void a_token_for_several_branches_has_to_name_one_which_is_said_with_all_else_that_is_wrong() {
        Api.Client roaming =
                API.withToken(tokens().of("patients:write patients:read", Duration.ofMinutes(1), "MUM", "DEL"));

        assertThat(roaming.post("/patients", People.somebodyWith("gender", "x"))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactlyInAnyOrder("branch_id required", "gender invalid_format");
        assertThat(roaming.post("/patients", People.somebodyWith("branch_id", "DEL"))
                        .is(201)
                        .text("branch_id"))
                .isEqualTo("DEL");
    }

    @Test
    void all_that_is_wrong_is_said_at_once() {
        Answer refused = FRONT_DESK.post("/patients", """
                        {"first_name": "", "gender": "x", "phone": "12", "age": 3, "id": "1", "shoe_size": 9,
                         "date_of_birth": "2999-01-01", "email": "nobody", "blood_group": "Z",
                         "address": {"pincode": "000000", "planet": "Mars"},
                         "identifiers": {"aadhaar": "234123412345", "insurance": [{"provider": "X"}]},
                         "medical_summary": {"allergies": [{"reaction": "rash"}]}}""").isProblem(400, "invalid_fields");

        assertThat(refused.errors())
                .containsExactlyInAnyOrder(
                        "first_name required",
                        "gender invalid_format",
                        "phone invalid_number",
                        "age read_only_field",
                        "id read_only_field",
                        "shoe_size unknown_field",
                        "date_of_birth in_the_future",
                        "email invalid_format",
                        "blood_group invalid_format",
                        "address.pincode invalid_format",
                        "address.planet unknown_field",
                        "identifiers.aadhaar invalid_check_digit",
                        "identifiers.insurance[0].policy_number required",
                        "medical_summary.allergies[0].substance required");
        assertThat(refused.body()).doesNotContain("234123412345").doesNotContain("nobody");
    }

    @ParameterizedTest
    @MethodSource
    void what_is_required_is_asked_for(String field) {
        Map<String, Object> body = People.somebody();
        body.remove(field);

        assertThat(FRONT_DESK
                        .post("/patients", body)
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly(field + " required");
    }

    static Stream<String> what_is_required_is_asked_for() {
        return Stream.of("first_name", "date_of_birth", "gender", "phone");
    }

    @Test
    void a_reader_may_not_register() {
        Answer refused = READER.post("/patients", People.somebody()).isProblem(403, "insufficient_scope");

        assertThat(refused.header("WWW-Authenticate"))
                .contains("insufficient_scope")
                .contains("patients:write");
    }

    @Test
    void nobody_may_register_without_a_token() {
        Answer refused = API.anonymous().post("/patients", People.somebody()).isProblem(401, "token_required");

        assertThat(refused.header("WWW-Authenticate")).startsWith("Bearer");
    }

    @Test
    void what_is_wrong_with_the_JSON_is_said_with_what_is_wrong_with_the_fields() {
        assertThat(FRONT_DESK
                        .post("/patients", "{\"first_name\": \"A\", \"first_name\": \"B\", \"gender\": \"\\u0000\"}")
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactlyInAnyOrder(
                        "first_name duplicate_field",
                        "gender forbidden_character",
                        "date_of_birth required",
                        "phone required");
    }

    @Test
    void a_list_has_at_most_50_entries_and_a_text_in_it_200_characters() {
        assertThat(FRONT_DESK
                        .post("/patients", somebodyWithSummary(51, 201))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactlyInAnyOrder(
                        "medical_summary.allergies too_many", "medical_summary.current_medications[0].name too_long");
        FRONT_DESK.post("/patients", somebodyWithSummary(50, 200)).is(201);
    }

    private static Map<String, Object> somebodyWithSummary(int allergies, int lengthOfMedication) {
        return People.somebodyWith(
                "medical_summary",
                Map.of(
                        "allergies",
                        Collections.nCopies(allergies, Map.of("substance", "x")),
                        "current_medications",
                        List.of(Map.of("name", "x".repeat(lengthOfMedication)))));
    }

    @Test
    void a_text_that_is_far_too_long_is_named() {
        assertThat(FRONT_DESK
                        .post("/patients", People.somebodyWith("first_name", "x".repeat(10_001), "gender", "none"))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactlyInAnyOrder("first_name too_long", "gender invalid_format");
    }
}
