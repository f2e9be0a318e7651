package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.patientsapi.standalone.Api.Answer;

class GetPatientTest extends AcceptanceTest {

    @Test
    void a_patient_is_found_by_id_and_by_the_number_on_the_card_in_any_writing() {
        Answer patient = FRONT_DESK.post("/patients", People.somebody()).is(201);
        String number = patient.text("patient_id");

        assertThat(READER.get("/patients/" + patient.id()).is(200).json()).isEqualTo(patient.json());
        assertThat(READER.get("/patients/" + number).is(200).json()).isEqualTo(patient.json());
        assertThat(READER.get("/patients/" + number.replace("-", "").toLowerCase())
                        .is(200)
                        .json())
                .isEqualTo(patient.json());
    }

    @Test
    void two_hundred_patients_are_read_back_right_after_they_were_registered() {
        for (int i = 0; i < 200; i++) {
            Answer created = FRONT_DESK.post("/patients", People.somebody()).is(201);
            assertThat(READER.get("/patients/" + created.id()).is(200).json()).isEqualTo(created.json());
        }
    }

    @Test
    void what_was_patched_is_never_read_in_an_older_version() {
        String id = FRONT_DESK.post("/patients", People.somebody()).is(201).id();
        for (int i = 0; i < 100; i++) {
            Answer patched = FRONT_DESK
                    .patch("/patients/" + id, Map.of("email", "visit" + i + "@example.com"))
                    .is(200);
            assertThat(READER.get("/patients/" + id).is(200).json()).isEqualTo(patched.json());
        }
    }

    @Test
    void who_has_the_current_version_is_not_sent_it_again() {
        Answer patient = FRONT_DESK.post("/patients", People.somebody()).is(201);
        String path = "/patients/" + patient.id();

        Answer unchanged = READER.with("If-None-Match", "\"1\"").get(path).is(304);
        assertThat(unchanged.body()).isEmpty();
        assertThat(unchanged.header("ETag")).isEqualTo("\"1\"");
        READER.with("If-None-Match", "W/\"1\", \"7\"").get(path).is(304);

        READER.with("If-None-Match", "*").get(path).is(304);

        FRONT_DESK.patch(path, Map.of("blood_group", "A+")).is(200);
        assertThat(READER.with("If-None-Match", "\"1\"").get(path).is(200).header("ETag"))
                .isEqualTo("\"2\"");
    }

    @Test
    void head_answers_like_get_without_the_body() {
        Answer patient = FRONT_DESK.post("/patients", People.somebody()).is(201);

        Answer head = READER.send("HEAD", "/patients/" + patient.id(), null).is(200);

        assertThat(head.header("ETag")).isEqualTo("\"1\"");
        assertThat(head.body()).isEmpty();
    }

    @Test
    void the_age_is_counted_on_the_hospitals_date() {
        LocalDate today = LocalDate.now(ZoneId.of("Asia/Kolkata"));

        assertThat(ageOfWhoWasBorn(today.minusYears(30))).isEqualTo(30);
        assertThat(ageOfWhoWasBorn(today.minusYears(30).plusDays(1))).isEqualTo(29);
        assertThat(ageOfWhoWasBorn(today)).isZero();
    }

    private static int ageOfWhoWasBorn(LocalDate date) {
        Answer patient = FRONT_DESK
                .post("/patients", People.somebodyWith("date_of_birth", date.toString()))
                .is(201);
        return READER.get("/patients/" + patient.id()).json().get("age").asInt();
    }

    /** That a desk was let through a while ago is remembered, and must not outlive the move. */
    @Test
    void a_patient_who_has_moved_is_there_no_longer_for_the_desk_that_was_shown_them_before() {
        Answer patient = FRONT_DESK
                .post("/patients", People.somebodyWith("branch_id", "BLR"))
                .is(201);
        String path = "/patients/" + patient.id();
        FRONT_DESK_BLR.get(path).is(200);
        FRONT_DESK.patch(path, Map.of("branch_id", "MUM")).is(200);
        Eventually.that(() -> assertThat(READER.get("/patients?branch_id=MUM&search=" + patient.text("patient_id"))
                        .is(200)
                        .json())
                .hasSize(1));

        for (String what : List.of("", "/visits")) {
            FRONT_DESK_BLR.get(path + what).isProblem(404, "patient_not_found");
            FRONT_DESK.get(path + what).is(200);
        }
        FRONT_DESK_BLR.patch(path, Map.of("status", "inactive")).isProblem(404, "patient_not_found");
    }

    @Test
    void a_missing_patient_and_one_of_a_foreign_branch_cannot_be_told_apart() {
        Answer foreign = FRONT_DESK
                .post("/patients", People.somebodyWith("branch_id", "MUM"))
                .is(201);
        String unknownId = "01890000-0000-7000-8000-000000000000";

        Answer missing = FRONT_DESK_BLR.get("/patients/" + unknownId).isProblem(404, "patient_not_found");
        Answer hidden = FRONT_DESK_BLR.get("/patients/" + foreign.id()).isProblem(404, "patient_not_found");

        assertThat(hidden.body()
                        .replace(foreign.id(), unknownId)
                        .replace(hidden.text("request_id"), missing.text("request_id")))
                .isEqualTo(missing.body());
        assertThat(hidden.headers().map().keySet())
                .isEqualTo(missing.headers().map().keySet());
        FRONT_DESK_BLR.get("/patients/" + foreign.text("patient_id")).isProblem(404, "patient_not_found");
        READER.get("/patients/rajesh").isProblem(404, "patient_not_found");
    }
}
