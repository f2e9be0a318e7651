package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.patientsapi.standalone.Api.Answer;

class VisitTest extends AcceptanceTest {

    private static final ZoneId ZONE = ZoneId.of("Asia/Kolkata");
    private static final Map<String, Object> DOCTOR = Map.of("id", "D-17", "name", "Dr Meera Nair");

    private Answer patient;
    private String visits;

    @BeforeEach
    void register() {
        patient = FRONT_DESK.post("/patients", People.somebody()).is(201);
        visits = "/patients/" + patient.id() + "/visits";
    }

    private static Map<String, Object> opd(String date) {
        return Map.of(
                "type", "OPD", "date", date, "provider", DOCTOR, "department", "Cardiology", "reason", "Chest pain");
    }

    private static Map<String, Object> ipd(String admittedAt) {
        return Map.of("type", "IPD", "admitted_at", admittedAt, "provider", DOCTOR);
    }

    private Answer profile() {
        return READER.get("/patients/" + patient.id()).is(200);
    }

    @Test
    void an_opd_visit_is_recorded_and_shown_in_the_profile_the_history_and_the_list() {
        Answer recorded = FRONT_DESK.post(visits, opd("2026-02-03")).is(201);

        assertThat(recorded.header("Location")).endsWith(visits + "/" + recorded.text("visit_id"));
        assertThat(recorded.header("ETag")).isEqualTo("\"2\"");
        assertThat(recorded.text("status")).isEqualTo("recorded");
        assertThat(recorded.text("branch_id")).isEqualTo("BLR");
        assertThat(recorded.text("/provider/name")).isEqualTo("Dr Meera Nair");
        assertThat(profile().json().get("visit_history")).hasSize(1).first().isEqualTo(recorded.json());
        assertThat(profile().text("last_visit_date")).isEqualTo("2026-02-03");
        assertThat(READER.get(visits).is(200).json()).hasSize(1).first().isEqualTo(recorded.json());
        assertThat(READER.get(visits + "/" + recorded.text("visit_id")).is(200).json())
                .isEqualTo(recorded.json());
        Eventually.that(() -> assertThat(READER.get("/patients?search=" + patient.text("patient_id"))
                        .text("/0/last_visit_date"))
                .isEqualTo("2026-02-03"));
    }

    @Test
    void an_admission_is_opened_and_closed_by_a_discharge() {
        Answer admitted = FRONT_DESK.post(visits, ipd("2026-02-03T04:30:00Z")).is(201);
        assertThat(admitted.text("status")).isEqualTo("admitted");
        assertThat(admitted.text("admitted_at")).isEqualTo("2026-02-03T10:00:00+05:30");

        Answer discharged = FRONT_DESK
                .patch(visits + "/" + admitted.text("visit_id"), Map.of("discharged_at", "2026-02-05T11:00:00+05:30"))
                .is(200);

        assertThat(discharged.text("status")).isEqualTo("discharged");
        assertThat(profile().text("/visit_history/0/status")).isEqualTo("discharged");
        assertThat(profile().text("last_visit_date")).isEqualTo("2026-02-03");
    }

    @Test
    void nobody_lies_in_two_beds() {
        Answer open = FRONT_DESK.post(visits, ipd("2026-02-03T10:00:00+05:30")).is(201);

        Answer refused =
                FRONT_DESK.post(visits, ipd("2026-02-04T10:00:00+05:30")).isProblem(409, "visit_conflict");

        assertThat(refused.text("visit_id")).isEqualTo(open.text("visit_id"));
        FRONT_DESK
                .patch(visits + "/" + open.text("visit_id"), Map.of("discharged_at", "2026-02-04T09:00:00+05:30"))
                .is(200);
        FRONT_DESK.post(visits, ipd("2026-02-04T10:00:00+05:30")).is(201);
    }

    /** It is not another one than itself. */
    @Test
    void an_admission_that_is_still_open_can_be_corrected() {
        String visit = visits + "/"
                + FRONT_DESK
                        .post(visits, ipd("2026-02-03T10:00:00+05:30"))
                        .is(201)
                        .text("visit_id");

        Answer corrected =
                FRONT_DESK.patch(visit, Map.of("department", "Cardiology")).is(200);

        assertThat(corrected.text("department")).isEqualTo("Cardiology");
        assertThat(corrected.text("status")).isEqualTo("admitted");
    }

    @Test
    void a_cancelled_visit_stays_in_the_history_and_does_not_count_as_the_last() {
        FRONT_DESK.post(visits, opd("2026-01-10")).is(201);
        Answer wrong = FRONT_DESK.post(visits, opd("2026-02-03")).is(201);
        String path = visits + "/" + wrong.text("visit_id");

        assertThat(FRONT_DESK.patch(path, Map.of("status", "cancelled")).is(200).text("status"))
                .isEqualTo("cancelled");

        assertThat(profile().json().get("visit_history")).hasSize(2);
        assertThat(profile().text("last_visit_date")).isEqualTo("2026-01-10");
        FRONT_DESK.patch(path, Map.of("status", "cancelled")).is(200);
        for (Map<String, Object> nothing :
                List.of(Map.<String, Object>of(), Map.<String, Object>of("reason", "Chest pain"))) {
            Answer unchanged = FRONT_DESK.patch(path, nothing).is(200);
            assertThat(unchanged.text("status")).isEqualTo("cancelled");
            assertThat(unchanged.header("ETag")).isEqualTo("\"4\"");
        }
        FRONT_DESK.patch(path, Map.of("reason", "Review")).isProblem(409, "visit_conflict");
    }

    @Test
    void a_correction_changes_what_it_names_and_one_that_changes_nothing_makes_no_version() {
        Answer recorded = FRONT_DESK.post(visits, opd("2026-02-03")).is(201);
        String path = visits + "/" + recorded.text("visit_id");

        Answer corrected = FRONT_DESK
                .with("If-Match", recorded.header("ETag"))
                .patch(path, Map.of("date", "2026-02-04", "department", "Neurology"))
                .is(200);

        assertThat(corrected.text("date")).isEqualTo("2026-02-04");
        assertThat(corrected.text("reason")).isEqualTo("Chest pain");
        assertThat(corrected.header("ETag")).isEqualTo("\"3\"");
        assertThat(FRONT_DESK
                        .patch(path, Map.of("department", "Neurology"))
                        .is(200)
                        .header("ETag"))
                .isEqualTo("\"3\"");
        FRONT_DESK
                .with("If-Match", "\"2\"")
                .patch(path, Map.of("date", "2026-02-05"))
                .isProblem(412, "stale_version");
        READER.with("If-None-Match", "\"3\"").get(path).is(304);
        READER.with("If-None-Match", "*").get(path).is(304);
    }

    @ParameterizedTest
    @CsvSource({
        "OPD, date, 1990-06-19, date before_birth",
        "IPD, admitted_at, 1990-06-19T23:00:00+05:30, admitted_at before_birth",
        "OPD, date, 2999-01-01, date too_far_ahead",
        "OPD, date, 2026-02-30, date invalid_date",
        "IPD, admitted_at, 2026-02-03, admitted_at invalid_date",
        "OPD, admitted_at, 2026-02-03T10:00:00Z, date required",
        "IPD, date, 2026-02-03, admitted_at required",
        "ICU, date, 2026-02-03, type invalid_value",
        "IPD, admitted_at, 9999-12-31T23:00:00Z, admitted_at out_of_range",
        "IPD, admitted_at, 0000-01-01T00:00:00Z, admitted_at out_of_range",
        "IPD, admitted_at, +999999999-12-31T23:00:00-18:00, admitted_at invalid_date",
    })
    void a_visit_that_cannot_be_is_refused(String type, String field, String value, String problem) {
        assertThat(FRONT_DESK
                        .post(visits, Map.of("type", type, field, value, "provider", DOCTOR))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .contains(problem);
    }

    @Test
    void nobody_came_before_anybody_living_was_born() {
        String unidentified = "/patients/"
                + FRONT_DESK
                        .post("/patients", Map.of("registration_type", "emergency"))
                        .is(201)
                        .id()
                + "/visits";

        assertThat(FRONT_DESK
                        .post(unidentified, opd("0000-12-31"))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly("date before_birth");
        assertThat(FRONT_DESK
                        .post(unidentified, ipd("1874-12-31T12:00:00+05:30"))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly("admitted_at before_birth");
        FRONT_DESK.post(unidentified, opd("1875-01-01")).is(201);
        // The zone had an offset of 05:21:10 then.
        assertThat(FRONT_DESK
                        .post(unidentified, ipd("1900-01-01T00:00:00Z"))
                        .is(201)
                        .text("admitted_at"))
                .isEqualTo("1900-01-01T05:21:00+05:21");
    }

    @Test
    void a_visit_may_be_a_day_ahead_and_no_more() {
        LocalDate today = LocalDate.now(ZONE);

        FRONT_DESK.post(visits, opd(today.plusDays(1).toString())).is(201);
        assertThat(FRONT_DESK
                        .post(visits, opd(today.plusDays(2).toString()))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly("date too_far_ahead");
        assertThat(FRONT_DESK
                        .post(visits, ipd(today.plusDays(2) + "T00:00:00+05:30"))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly("admitted_at too_far_ahead");
        Answer admitted = FRONT_DESK
                .post(visits, ipd(today.plusDays(1) + "T00:00:00+05:30"))
                .is(201);
        String admission = visits + "/" + admitted.text("visit_id");
        assertThat(FRONT_DESK
                        .patch(admission, Map.of("discharged_at", today.plusDays(2) + "T00:00:00+05:30"))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly("discharged_at too_far_ahead");
        FRONT_DESK
                .patch(admission, Map.of("discharged_at", today.plusDays(1) + "T00:00:00+05:30"))
                .is(200);
    }

    @Test
    void a_time_that_no_patients_visit_could_have_is_told_with_all_else_that_is_wrong() {
        assertThat(FRONT_DESK
                        .post(visits, Map.of("type", "OPD", "date", "2099-01-01"))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactlyInAnyOrder("provider required", "date too_far_ahead");
        assertThat(FRONT_DESK
                        .post(
                                visits,
                                Map.of(
                                        "type", "IPD",
                                        "admitted_at", "1874-12-31T12:00:00+05:30",
                                        "discharged_at", "2099-01-01T12:00:00+05:30",
                                        "department", 5,
                                        "provider", DOCTOR))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactlyInAnyOrder(
                        "department invalid_type", "admitted_at before_birth", "discharged_at too_far_ahead");
        assertThat(FRONT_DESK
                        .post(
                                visits,
                                Map.of("type", "OPD", "admitted_at", "2099-01-01T12:00:00+05:30", "provider", DOCTOR))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactlyInAnyOrder("date required", "admitted_at not_applicable");
        String visit = visits + "/"
                + FRONT_DESK.post(visits, opd("2026-02-03")).is(201).text("visit_id");
        assertThat(FRONT_DESK
                        .patch(visit, Map.of("date", "2099-01-01", "colour", "red"))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactlyInAnyOrder("date too_far_ahead", "colour unknown_field");
        assertThat(FRONT_DESK
                        .patch(visit, Map.of("discharged_at", "2099-01-01T12:00:00+05:30", "reason", 5))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactlyInAnyOrder("reason invalid_type", "discharged_at too_far_ahead");
    }

    /** At one in the morning the end of tomorrow is nearly two days away. */
    @Test
    void an_admission_and_a_discharge_may_be_24_hours_ahead_and_no_more() {
        OffsetDateTime now = OffsetDateTime.now(ZONE);
        String ahead = now.plusHours(23).toString();
        String tooFar = now.plusHours(25).toString();

        assertThat(FRONT_DESK
                        .post(visits, ipd(tooFar))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly("admitted_at too_far_ahead");
        String admission =
                visits + "/" + FRONT_DESK.post(visits, ipd(ahead)).is(201).text("visit_id");
        assertThat(FRONT_DESK
                        .patch(admission, Map.of("discharged_at", tooFar))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly("discharged_at too_far_ahead");
        FRONT_DESK.patch(admission, Map.of("discharged_at", ahead)).is(200);
    }

    @Test
    void head_answers_like_get_without_the_body() {
        for (String date : List.of("2026-02-03", "2026-02-04", "2026-02-05")) {
            FRONT_DESK.post(visits, opd(date)).is(201);
        }

        Answer history = READER.send("HEAD", visits + "?per_page=2", null).is(200);
        assertThat(history.header("X-Total-Count")).isEqualTo("3");
        assertThat(history.link("next")).isPresent();
        assertThat(history.header("Link"))
                .isEqualTo(READER.get(visits + "?per_page=2").is(200).header("Link"));
        assertThat(history.body()).isEmpty();

        String first = profile().text("/visit_history/2/visit_id");
        Answer visit = READER.send("HEAD", visits + "/" + first, null).is(200);
        assertThat(visit.header("ETag")).isEqualTo("\"2\"");
        assertThat(visit.body()).isEmpty();
    }

    @Test
    void a_visit_id_is_the_same_in_capitals_as_a_patients_is() {
        Answer recorded = FRONT_DESK.post(visits, opd("2026-02-03")).is(201);
        String visit = visits + "/" + recorded.text("visit_id").toUpperCase(Locale.ROOT);

        assertThat(READER.get(visit).is(200).json()).isEqualTo(recorded.json());
        assertThat(FRONT_DESK
                        .patch(visit, Map.of("department", "Nephrology"))
                        .is(200)
                        .text("visit_id"))
                .isEqualTo(recorded.text("visit_id"));
    }

    @Test
    void a_discharge_is_not_before_the_admission() {
        Answer admitted =
                FRONT_DESK.post(visits, ipd("2026-02-03T10:00:00+05:30")).is(201);

        assertThat(FRONT_DESK
                        .patch(
                                visits + "/" + admitted.text("visit_id"),
                                Map.of("discharged_at", "2026-02-03T09:59:00+05:30"))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly("discharged_at out_of_range");
    }

    @Test
    void all_that_is_wrong_with_a_visit_is_said_at_once() {
        assertThat(FRONT_DESK
                        .post(visits, Map.of("status", "recorded", "room", 4, "provider", Map.of("id", "D-1")))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactlyInAnyOrder(
                        "type required", "status read_only_field", "room unknown_field", "provider.name required");
        assertThat(FRONT_DESK
                        .post(visits, Map.of("type", "OPD", "date", 20260203, "provider", DOCTOR))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly("date invalid_type");
        assertThat(FRONT_DESK
                        .post(
                                visits,
                                Map.of(
                                        "type", "OPD",
                                        "date", "2026-02-03",
                                        "admitted_at", "2026-02-03T10:00:00Z",
                                        "discharged_at", "2026-02-03T11:00:00Z",
                                        "provider", Map.of()))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactlyInAnyOrder(
                        "provider.name required", "admitted_at not_applicable", "discharged_at not_applicable");
        assertThat(FRONT_DESK
                        .post(visits, Map.of("type", "IPD", "date", "2026-02-03", "provider", DOCTOR))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactlyInAnyOrder("admitted_at required", "date not_applicable");
        assertThat(FRONT_DESK
                        .post(
                                visits,
                                Map.of(
                                        "type", "IPD",
                                        "admitted_at", "2026-02-03T10:00:00+05:30",
                                        "discharged_at", "2026-02-03T09:00:00+05:30",
                                        "provider", Map.of()))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactlyInAnyOrder("provider.name required", "discharged_at out_of_range");
    }

    @Test
    void a_visit_always_has_a_branch_and_a_provider() {
        String path = visits + "/"
                + FRONT_DESK.post(visits, opd("2026-02-03")).is(201).text("visit_id");

        assertThat(FRONT_DESK
                        .patch(path, "{\"branch_id\": null, \"provider\": null}")
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactlyInAnyOrder("branch_id cannot_be_cleared", "provider cannot_be_cleared");
    }

    @Test
    void the_history_is_newest_first_and_paged_at_any_depth() {
        List<String> newestFirst = IntStream.range(0, 45)
                .mapToObj(i -> LocalDate.of(2025, 12, 31).minusDays(i * 3L).toString())
                .toList();
        newestFirst
                .reversed()
                .forEach(date -> FRONT_DESK.post(visits, opd(date)).is(201));
        Eventually.that(() ->
                assertThat(READER.get(visits + "?page=5&per_page=10").json()).hasSize(5));

        List<String> seen = new ArrayList<>();
        Optional<String> next = Optional.of(visits + "?per_page=10");
        while (next.isPresent()) {
            Answer page = READER.get(next.get()).is(200);
            assertThat(page.header("X-Total-Count")).isEqualTo("45");
            seen.addAll(page.all("date"));
            next = page.link("next");
        }

        assertThat(seen).isEqualTo(newestFirst);
        assertThat(READER.get(profile().link("related").orElseThrow()).is(200).all("date"))
                .isEqualTo(newestFirst.subList(0, 20));
        assertThat(profile().json().get("visit_history")).hasSize(20);
        assertThat(profile().json().get("visit_count").asInt()).isEqualTo(45);
    }

    @Test
    void a_cursor_leads_on_among_the_visits_of_its_own_patient_only() {
        String other = "/patients/"
                + FRONT_DESK.post("/patients", People.somebody()).is(201).id() + "/visits";
        for (String date : List.of("2026-02-03", "2026-02-04")) {
            FRONT_DESK.post(visits, opd(date)).is(201);
            FRONT_DESK.post(other, opd(date)).is(201);
        }
        String next = READER.get(visits + "?per_page=1").is(200).link("next").orElseThrow();

        assertThat(READER.get(next.replace(visits, other))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly("after invalid_cursor");
        assertThat(READER.get(next.replace(patient.id(), patient.text("patient_id")))
                        .is(200)
                        .all("date"))
                .containsExactly("2026-02-03");
    }

    @Test
    void admissions_of_one_day_are_newest_first_whichever_was_entered_first() {
        String late = FRONT_DESK
                .post(visits, admission("2026-02-03T20:00:00+05:30", "2026-02-04T09:00:00+05:30"))
                .is(201)
                .text("visit_id");
        String early = FRONT_DESK
                .post(visits, admission("2026-02-03T08:00:00+05:30", "2026-02-03T10:00:00+05:30"))
                .is(201)
                .text("visit_id");
        String outpatient = FRONT_DESK.post(visits, opd("2026-02-03")).is(201).text("visit_id");
        String next = FRONT_DESK.post(visits, opd("2026-02-04")).is(201).text("visit_id");

        List<String> newestFirst = List.of(next, late, early, outpatient);
        assertThat(profile()
                        .json()
                        .get("visit_history")
                        .valueStream()
                        .map(visit -> visit.get("visit_id").asString()))
                .containsExactlyElementsOf(newestFirst);
        assertThat(FRONT_DESK
                        .patch("/patients/" + patient.id(), Map.of("blood_group", "O+"))
                        .is(200)
                        .json()
                        .get("visit_history")
                        .valueStream()
                        .map(visit -> visit.get("visit_id").asString()))
                .containsExactlyElementsOf(newestFirst);
        List<String> paged = new ArrayList<>();
        Optional<String> page = Optional.of(visits + "?per_page=1");
        while (page.isPresent()) {
            Answer answer = READER.get(page.get()).is(200);
            paged.addAll(answer.all("visit_id"));
            page = answer.link("next");
        }
        assertThat(paged).isEqualTo(newestFirst);
    }

    private static Map<String, Object> admission(String admittedAt, String dischargedAt) {
        return Map.of("type", "IPD", "admitted_at", admittedAt, "discharged_at", dischargedAt, "provider", DOCTOR);
    }

    @Test
    void a_change_to_a_visit_that_the_profile_no_longer_shows_is_right_everywhere() {
        Answer first = FRONT_DESK.post(visits, ipd("2024-01-01T10:00:00+05:30")).is(201);
        IntStream.range(0, 25)
                .forEach(i -> FRONT_DESK
                        .post(visits, opd(LocalDate.of(2025, 1, 1).plusDays(i).toString()))
                        .is(201));
        Eventually.that(() -> assertThat(READER.get("/patients?search=" + patient.text("patient_id"))
                        .text("/0/last_visit_date"))
                .isEqualTo("2025-01-25"));

        FRONT_DESK
                .patch(visits + "/" + first.text("visit_id"), Map.of("discharged_at", "2024-02-01T10:00:00+05:30"))
                .is(200);

        assertThat(profile().json().get("visit_count").asInt()).isEqualTo(26);
        Eventually.that(
                () -> assertThat(READER.get(visits + "?page=2").all("status")).contains("discharged"));
        assertThat(profile().json().get("visit_count").asInt()).isEqualTo(26);
        assertThat(READER.get(visits + "/" + first.text("visit_id")).is(200).text("status"))
                .isEqualTo("discharged");
    }

    /** The index holds the latest twenty: which one moves up it does not know. */
    @Test
    void a_visit_that_moves_behind_those_that_the_profile_shows_makes_room_for_another() {
        LocalDate first = LocalDate.of(2025, 1, 1);
        String latest = IntStream.range(0, 22)
                .mapToObj(i -> FRONT_DESK
                        .post(visits, opd(first.plusDays(i).toString()))
                        .is(201)
                        .text("visit_id"))
                .reduce("", (earlier, later) -> later);
        awaitLastVisitOn(first.plusDays(21));

        FRONT_DESK.patch(visits + "/" + latest, Map.of("date", "2024-01-01")).is(200);
        awaitLastVisitOn(first.plusDays(20));

        assertThat(profile()
                        .json()
                        .get("visit_history")
                        .valueStream()
                        .map(visit -> visit.get("date").asString()))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 20)
                        .mapToObj(i -> first.plusDays(21 - i).toString())
                        .toList());
    }

    private void awaitLastVisitOn(LocalDate date) {
        Eventually.that(() -> assertThat(READER.get("/patients?search=" + patient.text("patient_id"))
                        .text("/0/last_visit_date"))
                .isEqualTo(date.toString()));
    }

    @Test
    void a_repeated_post_with_the_same_key_records_one_visit() {
        Api.Client client = FRONT_DESK.with("Idempotency-Key", "visit-" + patient.id());

        Answer first = client.post(visits, opd("2026-02-03")).is(201);
        FRONT_DESK.post(visits, opd("2026-02-04")).is(201);

        assertThat(client.post(visits, opd("2026-02-03")).is(201).body()).isEqualTo(first.body());
        assertThat(profile().json().get("visit_count").asInt()).isEqualTo(2);
    }

    @Test
    void nobody_moves_a_visit_to_a_branch_they_may_not_write_to() {
        String visit = visits + "/"
                + FRONT_DESK_BLR.post(visits, opd("2026-02-03")).is(201).text("visit_id");

        FRONT_DESK_BLR.patch(visit, Map.of("branch_id", "DEL")).isProblem(403, "branch_not_granted");

        assertThat(READER.get(visit).is(200).text("branch_id")).isEqualTo("BLR");
    }

    @Test
    void visits_of_a_foreign_patient_and_in_a_foreign_branch_are_refused() {
        Answer foreign = FRONT_DESK
                .post("/patients", People.somebodyWith("branch_id", "MUM"))
                .is(201);
        Map<String, Object> elsewhere = new HashMap<>(opd("2026-02-03"));
        elsewhere.put("branch_id", "DEL");

        FRONT_DESK_BLR
                .post("/patients/" + foreign.id() + "/visits", opd("2026-02-03"))
                .isProblem(404, "patient_not_found");
        FRONT_DESK_BLR.get("/patients/" + foreign.id() + "/visits").isProblem(404, "patient_not_found");
        FRONT_DESK_BLR.post(visits, elsewhere).isProblem(403, "branch_not_granted");
        String visit = visits + "/" + FRONT_DESK.post(visits, elsewhere).is(201).text("visit_id");
        for (Map<String, String> change : List.of(
                Map.of("reason", "Review"),
                Map.of("status", "cancelled"),
                Map.of("branch_id", "BLR"),
                Map.of("branch_id", "BLR", "status", "cancelled"))) {
            FRONT_DESK_BLR.patch(visit, change).isProblem(403, "branch_not_granted");
        }
        assertThat(READER.get(visit).is(200).header("ETag")).isEqualTo("\"2\"");
        FRONT_DESK.patch(visit, Map.of("branch_id", "BLR")).is(200);
        FRONT_DESK.patch(visits + "/01890000-0000-7000-8000-000000000000", "{}").isProblem(404, "visit_not_found");
        READER.post(visits, opd("2026-02-03")).isProblem(403, "insufficient_scope");
    }
}
