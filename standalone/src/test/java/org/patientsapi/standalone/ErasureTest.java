package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.patientsapi.api.PatientEvent;
import org.patientsapi.api.PatientEvent.PatientErased;
import org.patientsapi.api.PatientEvent.PatientForgotten;
import org.patientsapi.platform.eventstore.HomeBranch;
import org.patientsapi.platform.eventstore.PatientEventStore;
import org.patientsapi.platform.eventstore.PatientHistory;
import org.patientsapi.standalone.Api.Answer;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

class ErasureTest extends AcceptanceTest {

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private PatientHistory history;

    @Autowired
    private PatientEventStore events;

    @ParameterizedTest
    @ValueSource(strings = {"patient_request", "court_order", "registered_in_error", "retention_ended"})
    void an_erasure_is_answered_with_its_record(String reason) {
        Answer patient = register("Vanaja", "Erasable");

        Answer record = ADMIN.send("DELETE", "/patients/" + patient.id() + "?reason=" + reason, null)
                .is(200);

        assertThat(record.id()).isEqualTo(patient.id());
        assertThat(record.text("patient_id")).isEqualTo(patient.text("patient_id"));
        assertThat(record.text("branch_id")).isEqualTo("BLR");
        assertThat(record.text("reason")).isEqualTo(reason);
        assertThat(record.text("/actor/client")).isEqualTo("admin");
        assertThat(record.text("request_id")).isEqualTo(record.header("X-Request-Id"));
        assertThat(record.json().get("key_destroyed_at").isNull()).isTrue();
        OffsetDateTime erased = OffsetDateTime.parse(record.text("erased_at"));
        assertThat(OffsetDateTime.parse(record.text("hold_until"))).isEqualTo(erased.plusDays(366));
        assertThat(record.body()).doesNotContain("Vanaja", "Erasable", patient.text("phone"), "1990");
    }

    @Test
    void the_reason_has_to_be_one_of_four() {
        Answer patient = register("Vanaja", "Reasonless");

        for (String wrong : List.of("", "?reason=", "?reason=boredom", "?reason=PATIENT_REQUEST")) {
            assertThat(ADMIN.send("DELETE", "/patients/" + patient.id() + wrong, null)
                            .isProblem(400, "invalid_fields")
                            .errors())
                    .as(wrong)
                    .singleElement()
                    .asString()
                    .startsWith("reason ");
        }
        assertThat(ADMIN.send("DELETE", "/patients/" + patient.id() + "?immediate=perhaps", null)
                        .errors())
                .containsExactlyInAnyOrder("reason required", "immediate invalid_format");
        READER.get("/patients/" + patient.id()).is(200);
    }

    @Test
    void whoever_is_erased_is_gone_at_once_from_every_read() {
        Answer patient = register("Gonemala", "Atoncekar");
        String path = "/patients/" + patient.id();
        String visit = FRONT_DESK
                .post(
                        path + "/visits",
                        Map.of("type", "OPD", "date", "2026-01-01", "provider", Map.of("name", "Dr Rao")))
                .is(201)
                .text("visit_id");
        Eventually.that(() -> assertThat(found("Gonemala Atoncekar")).isEqualTo(1));

        erase(patient).is(200);

        for (String gone : List.of(
                path,
                path + "?version=1",
                "/patients/" + patient.text("patient_id"),
                path + "/visits",
                path + "/visits/" + visit)) {
            READER.get(gone).isProblem(404, "patient_not_found");
        }
        READER.with("If-None-Match", "\"1\"").get(path).isProblem(404, "patient_not_found");
        assertThat(found("Gonemala Atoncekar")).isZero();
        assertThat(found(patient.text("phone"))).isZero();
        assertThat(found(patient.text("patient_id"))).isZero();
        // Not only hidden by this node's memory of what happened lately.
        Eventually.that(() -> assertThat(document(patient.id())).isEqualTo("{\"erased\":true}"));
    }

    @Test
    void nothing_can_be_done_to_the_erased_any_more() {
        Answer patient = register("Vanaja", "Untouchable");
        String path = "/patients/" + patient.id();
        erase(patient).is(200);

        FRONT_DESK.patch(path, Map.of("last_name", "Back")).isProblem(404, "patient_not_found");
        FRONT_DESK
                .post(
                        path + "/visits",
                        Map.of("type", "OPD", "date", "2026-01-01", "provider", Map.of("name", "Dr Rao")))
                .isProblem(404, "patient_not_found");
        assertThat(FRONT_DESK
                        .post(
                                "/patients",
                                People.somebodyWith(
                                        "registration_type",
                                        "newborn",
                                        "newborn",
                                        Map.of("mother_id", patient.id(), "birth_order", 1)))
                        .errors())
                .contains("newborn.mother_id unknown_patient");
        assertThat(FRONT_DESK
                        .post(
                                "/patients",
                                People.somebodyWith(
                                        "phone",
                                        patient.text("phone"),
                                        "duplicate_override",
                                        Map.of("reason", "twin", "of", patient.id())))
                        .errors())
                .contains("duplicate_override.of not_a_duplicate");
        assertThat(history.of(patient.id()).getLast().event())
                .isEqualTo(new PatientErased(patient.id(), "patient_request"));
    }

    @Test
    void a_repeated_request_is_answered_with_the_same_record_to_whoever_might_have_seen_the_patient() {
        Answer patient = register("Vanaja", "Twiceover");
        Answer first = erase(patient).is(200);

        Answer again = ADMIN.with("If-Match", "\"1\"")
                .send("DELETE", "/patients/" + patient.text("patient_id") + "?reason=court_order", null)
                .is(200);

        assertThat(again.body()).isEqualTo(first.body());
        assertThat(AUDITOR.get("/patients/" + patient.id() + "/erasure").is(200).body())
                .isEqualTo(first.body());
        Answer head = AUDITOR.send("HEAD", "/patients/" + patient.id() + "/erasure", null)
                .is(200);
        assertThat(head.body()).isEmpty();
        FRONT_DESK.get("/patients/" + patient.id() + "/erasure").isProblem(403, "insufficient_scope");
    }

    @Test
    void a_stale_version_erases_nobody() {
        Answer patient = register("Vanaja", "Stalewati");

        ADMIN.with("If-Match", "\"7\"")
                .send("DELETE", "/patients/" + patient.id() + "?reason=court_order", null)
                .isProblem(412, "stale_version");

        READER.get("/patients/" + patient.id()).is(200);
        AUDITOR.get("/patients/" + patient.id() + "/erasure").isProblem(404, "patient_not_found");
    }

    @Test
    void while_the_law_keeps_the_key_it_is_not_destroyed_by_request_nor_by_the_database_owner_nor_made_anew() {
        Answer patient = register("Vanaja", "Heldwati");

        ADMIN.send("DELETE", "/patients/" + patient.id() + "?reason=registered_in_error&immediate=true", null)
                .isProblem(409, "legal_hold");

        READER.get("/patients/" + patient.id()).is(200);
        erase(patient).is(200);
        ADMIN.send("DELETE", "/patients/" + patient.id() + "?reason=patient_request&immediate=true", null)
                .isProblem(409, "legal_hold");
        assertRefused(
                "update patient_key set wrapped_key = null, destroyed_at = now() where patient_id = ?",
                patient,
                "not to be destroyed");
        assertRefused("delete from patient_key where patient_id = ?", patient, "permission denied");
        assertRefused("delete from erasure where patient_id = ?", patient, "permission denied");
        assertRefused(
                "insert into domain_event (event_id, aggregate_id, sequence_number, aggregate_type, payload_type,"
                        + " payload_revision, occurred_at, payload, metadata) values (gen_random_uuid(), ?, 2, 'patient',"
                        + " 'patient.status-changed', '1', now(), '', '{}')",
                patient,
                "was erased");
    }

    @Test
    void whoever_is_erased_elsewhere_while_a_request_runs_is_not_there_for_it(@Autowired Environment environment)
            throws Exception {
        Answer patient = register("Vanaja", "Meanwhilewati");
        OtherTransaction elsewhere = new OtherTransaction(environment);

        try (ExecutorService desk = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Answer> patched = elsewhere.around(sql -> {
                elsewhere.lockClaim(patient.id());
                Future<Answer> running = elsewhere.untilItWaits(desk.submit(
                        () -> FRONT_DESK.patch("/patients/" + patient.id(), Map.of("phone", People.phone()))));
                sql.sql(
                                "INSERT INTO erasure (patient_id, patient_number, branch_id, reason, erased_at, client,"
                                        + " subject, request_id) VALUES (?, ?, 'BLR', 'patient_request', now(), 'admin', 'admin', '1')")
                        .params(UUID.fromString(patient.id()), patient.text("patient_id"))
                        .update();
                events.appendLast(
                        new PatientErased(patient.id(), "patient_request"), new HomeBranch("BLR", null).metadata());
                return running;
            });
            patched.get().isProblem(404, "patient_not_found");
        }
    }

    private void assertRefused(String change, Answer patient, String because) {
        assertThatThrownBy(() ->
                        jdbc.sql(change).param(UUID.fromString(patient.id())).update())
                .cause()
                .hasMessageContaining(because);
    }

    @Test
    void what_the_erased_had_claimed_is_free_and_their_number_is_not() {
        Map<String, Object> body = People.named("Vanaja", "Claimwati");
        Answer patient = FRONT_DESK
                .with("Idempotency-Key", "claimwati")
                .post("/patients", body)
                .is(201);
        FRONT_DESK
                .with("Idempotency-Key", "claimwati-twice")
                .post("/patients", body)
                .is(409);
        String visits = "/patients/" + patient.id() + "/visits";
        Map<String, Object> visit = Map.of("type", "OPD", "date", "2026-01-01", "provider", Map.of("name", "Dr Rao"));
        FRONT_DESK
                .with("Idempotency-Key", "claimwati-visit")
                .post(visits, visit)
                .is(201);
        erase(patient).is(200);

        // A late retry is no new registration, and names nobody who is gone.
        FRONT_DESK.with("Idempotency-Key", "claimwati").post("/patients", body).isProblem(404, "patient_not_found");
        FRONT_DESK
                .with("Idempotency-Key", "claimwati-visit")
                .post(visits, visit)
                .isProblem(404, "patient_not_found");
        // Of what was refused because of them, nothing was done that could not be done now.
        Answer anew = FRONT_DESK
                .with("Idempotency-Key", "claimwati-twice")
                .post("/patients", body)
                .is(201);
        assertThat(anew.id()).isNotEqualTo(patient.id());
        assertThat(anew.text("patient_id")).isNotEqualTo(patient.text("patient_id"));
    }

    @Test
    void a_twin_takes_the_place_of_the_one_who_was_erased() {
        Answer one = register("Vanaja", "Twinwati");
        Map<String, Object> body = People.somebodyWith("phone", one.text("phone"));
        Answer other = FRONT_DESK
                .post("/patients", with(body, "duplicate_override", Map.of("reason", "twin", "of", one.id())))
                .is(201);

        erase(one).is(200);

        assertThat(FRONT_DESK.post("/patients", body).is(409).text("existing_patient_id"))
                .isEqualTo(other.id());
    }

    @Test
    void those_who_follow_everybodys_events_learn_only_that_the_patient_is_gone() {
        Answer patient = register("Vanaja", "Followed");
        erase(patient).is(200);

        assertThat(events.openStream(null)
                        .asStream()
                        .limit(jdbc.sql("select count(*) from domain_event")
                                .query(Long.class)
                                .single())
                        .filter(event -> event.getPayload() instanceof PatientEvent one
                                && one.patientId().equals(patient.id()))
                        .<Object>map(event -> event.getPayload()))
                .containsExactly(
                        new PatientForgotten(patient.id()), new PatientErased(patient.id(), "patient_request"));
    }

    @Test
    void of_many_who_erase_the_same_patient_all_get_the_same_record() {
        Answer patient = register("Vanaja", "Racewati");

        List<String> records = IntStream.range(0, 8)
                .parallel()
                .mapToObj(i -> erase(patient).is(200).body())
                .distinct()
                .toList();

        assertThat(records).hasSize(1);
    }

    private static Answer register(String first, String last) {
        return FRONT_DESK.post("/patients", People.named(first, last)).is(201);
    }

    private static Answer erase(Answer patient) {
        return ADMIN.send("DELETE", "/patients/" + patient.id() + "?reason=patient_request", null);
    }

    private static Map<String, Object> with(Map<String, Object> body, String field, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(body);
        more.put(field, value);
        return more;
    }

    private static String document(String id) {
        return SearchEngine.send("GET", "/patients/_source/" + id, "").toString();
    }

    private static int found(String search) {
        return READER.get("/patients?search=" + Api.encoded(search))
                .is(200)
                .json()
                .size();
    }
}
