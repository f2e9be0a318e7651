package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.patientsapi.standalone.Api.Answer;
import org.patientsapi.values.Verhoeff;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

class IdempotencyTest extends AcceptanceTest {

    @Autowired
    private JdbcClient jdbc;

    private final String key = UUID.randomUUID().toString();
    private final Api.Client client = FRONT_DESK.with("Idempotency-Key", key);

    @Test
    void the_same_request_is_answered_the_same_and_done_once() {
        Map<String, Object> person = People.somebody();
        Answer first = client.post("/patients", person).is(201);
        FRONT_DESK.patch("/patients/" + first.id(), Map.of("blood_group", "A+")).is(200);

        Answer again = client.post("/patients", person).is(201);

        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.header("ETag")).isEqualTo(first.header("ETag"));
        assertThat(again.header("Location")).isEqualTo(first.header("Location"));
    }

    @Test
    void another_body_under_the_same_key_is_refused() {
        client.post("/patients", People.somebody()).is(201);

        client.post("/patients", People.somebody()).isProblem(422, "idempotency_key_reused");
    }

    /** A desk that numbers its own forms sends what looks the same for two people; the second is not told of the first one's visit. */
    @Test
    void the_same_body_for_another_patient_is_another_request() {
        Map<String, Object> visit = Map.of("type", "OPD", "date", "2026-02-03", "provider", Map.of("name", "Dr Nair"));
        String visits = "/patients/"
                + FRONT_DESK.post("/patients", People.somebody()).is(201).id() + "/visits";
        String others = "/patients/"
                + FRONT_DESK.post("/patients", People.somebody()).is(201).id() + "/visits";
        client.post(visits, visit).is(201);

        client.post(others, visit).isProblem(422, "idempotency_key_reused");

        assertThat(READER.get(others).is(200).json()).isEmpty();
    }

    /** Not even as a hash, of which so few digits can be guessed: who has the key has the first answer, not another's number. */
    @Test
    void of_an_aadhaar_number_only_the_last_four_digits_tell_requests_apart() {
        Map<String, Object> person = People.somebodyWith("identifiers", Map.of("aadhaar", "2341 2341 2346"));
        Answer first = client.post("/patients", person).is(201);

        person.put("identifiers", Map.of("aadhaar", anotherAadhaarWith("2346")));
        assertThat(client.post("/patients", person).is(201).body()).isEqualTo(first.body());
        person.put("identifiers", Map.of("aadhaar", anotherAadhaarWith("2347")));
        client.post("/patients", person).isProblem(422, "idempotency_key_reused");
    }

    @Test
    void of_an_aadhaar_number_that_is_sent_with_escapes_only_the_last_four_digits_tell_requests_apart() {
        String person = Api.JSON
                .writeValueAsString(People.somebodyWith("identifiers", Map.of("aadhaar", "NUMBER")))
                .replace("aadhaar", "\\u0061adhaar");
        Answer first = client.post("/patients", person.replace("NUMBER", "2341 2341 23\\u00346"))
                .is(201);

        String another = anotherAadhaarWith("2346");
        assertThat(client.post("/patients", person.replace("NUMBER", another))
                        .is(201)
                        .body())
                .isEqualTo(first.body());
        another = anotherAadhaarWith("2347");
        client.post("/patients", person.replace("NUMBER", another)).isProblem(422, "idempotency_key_reused");
    }

    private static String anotherAadhaarWith(String ending) {
        return IntStream.range(30_000_000, 30_001_000)
                .mapToObj(beginning -> beginning + ending)
                .filter(Verhoeff::holds)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void the_key_of_one_client_means_nothing_to_another() {
        client.post("/patients", People.somebody()).is(201);

        FRONT_DESK_BLR
                .with("Idempotency-Key", key)
                .post("/patients", People.somebody())
                .is(201);
    }

    /** The key is the client's, and its users may be of different branches. */
    @Test
    void nobody_is_shown_a_patient_of_a_foreign_branch_by_repeating_the_request_of_another_user() {
        Map<String, Object> person = People.somebodyWith("branch_id", "BLR");
        Answer patient = client.post("/patients", person).is(201);
        String visits = "/patients/" + patient.id() + "/visits";
        Map<String, Object> outpatient =
                Map.of("type", "OPD", "date", "2026-02-03", "provider", Map.of("name", "Dr Nair"));
        Map<String, Object> admission = Map.of(
                "type", "IPD", "admitted_at", "2026-02-01T09:00:00+05:30", "provider", Map.of("name", "Dr Nair"));
        FRONT_DESK
                .with("Idempotency-Key", key + "-visit")
                .post(visits, outpatient)
                .is(201);
        FRONT_DESK.post(visits, admission).is(201);
        FRONT_DESK.with("Idempotency-Key", key + "-bed").post(visits, admission).is(409);

        Api.Client elsewhere = userOf("MUM");
        elsewhere.with("Idempotency-Key", key).post("/patients", person).isProblem(404, "patient_not_found");
        elsewhere
                .with("Idempotency-Key", key + "-visit")
                .post(visits, outpatient)
                .isProblem(404, "patient_not_found");
        elsewhere.with("Idempotency-Key", key + "-bed").post(visits, admission).isProblem(404, "patient_not_found");
        assertThat(userOf("BLR")
                        .with("Idempotency-Key", key)
                        .post("/patients", person)
                        .is(201)
                        .body())
                .isEqualTo(patient.body());
    }

    private Api.Client userOf(String branch) {
        return API.withToken(tokens().of("front-desk", "patients:write visits:write", Duration.ofMinutes(5), branch));
    }

    @Test
    void a_refused_duplicate_is_refused_the_same_again() {
        Map<String, Object> person = People.somebody();
        Answer existing = FRONT_DESK.post("/patients", person).is(201);
        client.post("/patients", person).is(409);
        FRONT_DESK
                .patch("/patients/" + existing.id(), Map.of("phone", People.phone()))
                .is(200);

        Answer again = client.post("/patients", person).isProblem(409, "duplicate_patient");

        assertThat(again.text("existing_patient_id")).isEqualTo(existing.id());
    }

    @Test
    void a_refused_duplicate_of_somebody_who_was_erased_since_is_decided_anew() {
        Map<String, Object> person = People.somebody();
        Answer existing = FRONT_DESK.post("/patients", person).is(201);
        client.post("/patients", person).isProblem(409, "duplicate_patient");
        ADMIN.send("DELETE", "/patients/" + existing.id() + "?reason=court_order", null)
                .is(200);
        client.post("/patients", People.somebody()).isProblem(422, "idempotency_key_reused");

        Answer registered = client.post("/patients", person).is(201);

        assertThat(registered.id()).isNotEqualTo(existing.id());
        assertThat(client.post("/patients", person).is(201).body()).isEqualTo(registered.body());
    }

    @Test
    void a_refusal_that_was_decided_anew_after_an_erasure_is_refused_the_same_again_too() {
        Map<String, Object> person = People.somebody();
        String first = FRONT_DESK.post("/patients", person).is(201).id();
        client.post("/patients", person).isProblem(409, "duplicate_patient");
        ADMIN.send("DELETE", "/patients/" + first + "?reason=court_order", null).is(200);
        String second = FRONT_DESK.post("/patients", person).is(201).id();
        client.post("/patients", person).isProblem(409, "duplicate_patient");
        FRONT_DESK.patch("/patients/" + second, Map.of("phone", People.phone())).is(200);

        Answer again = client.post("/patients", person).isProblem(409, "duplicate_patient");

        assertThat(again.text("existing_patient_id")).isEqualTo(second);
    }

    @Test
    void a_refused_admission_is_refused_the_same_again_after_the_discharge() {
        String visits = "/patients/"
                + FRONT_DESK.post("/patients", People.somebody()).is(201).id() + "/visits";
        Map<String, Object> admission = Map.of(
                "type", "IPD", "admitted_at", "2026-02-01T09:00:00+05:30", "provider", Map.of("name", "Dr Nair"));
        Answer open = FRONT_DESK.post(visits, admission).is(201);
        Answer refused = client.post(visits, admission).isProblem(409, "visit_conflict");
        FRONT_DESK
                .patch(visits + "/" + open.text("visit_id"), Map.of("discharged_at", "2026-02-02T09:00:00+05:30"))
                .is(200);

        Answer again = client.post(visits, admission).isProblem(409, "visit_conflict");

        assertThat(again.text("visit_id")).isEqualTo(refused.text("visit_id")).isEqualTo(open.text("visit_id"));
        client.post(visits, Map.of("type", "OPD", "date", "2026-02-03", "provider", Map.of("name", "Dr Nair")))
                .isProblem(422, "idempotency_key_reused");
    }

    @Test
    void a_refusal_does_not_replace_what_another_request_was_answered_meanwhile(@Autowired Environment environment)
            throws Exception {
        Map<String, Object> person = People.somebody();
        Answer first = client.post("/patients", person).is(201);
        OtherTransaction other = new OtherTransaction(environment);
        String row = jdbc.sql("SELECT to_json(r)::text FROM idempotency_record r WHERE key = ?")
                .param(key)
                .query(String.class)
                .single();
        jdbc.sql("DELETE FROM idempotency_record WHERE key = ?").param(key).update();

        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Answer> refused = other.around(sql -> {
                sql.sql("INSERT INTO idempotency_record"
                                + " SELECT * FROM json_populate_record(null::idempotency_record, ?::json)")
                        .param(row)
                        .update();
                return other.untilItWaits(clients.submit(() -> client.post("/patients", person)));
            });
            refused.get().isProblem(409, "duplicate_patient");
        }

        assertThat(client.post("/patients", person).is(201).body()).isEqualTo(first.body());
    }

    @Test
    void after_a_day_the_key_is_free_again() {
        client.post("/patients", People.somebody()).is(201);
        jdbc.sql("UPDATE idempotency_record SET created_at = created_at - interval '24 hours 1 second' WHERE key = ?")
                .param(key)
                .update();

        client.post("/patients", People.somebody()).is(201);
    }

    @Test
    void of_many_sent_at_once_one_is_carried_out() throws Exception {
        Map<String, Object> person = People.somebody();
        Callable<Answer> send = () -> client.post("/patients", person);

        List<Answer> answers;
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            answers = clients.invokeAll(Collections.nCopies(16, send)).stream()
                    .map(Future::resultNow)
                    .toList();
        }

        assertThat(answers).allSatisfy(answer -> {
            if (answer.status() != 201) {
                answer.isProblem(409, "idempotency_key_in_use");
            }
        });
        assertThat(answers.stream().filter(answer -> answer.status() == 201).map(Answer::body))
                .isNotEmpty()
                .containsOnly(client.post("/patients", person).is(201).body());
    }

    @Test
    void a_key_whose_first_request_is_still_running_is_in_use_and_free_when_that_has_failed(
            @Autowired Environment environment) {
        Map<String, Object> person = People.somebody();

        Answer meanwhile = new OtherTransaction(environment).around(sql -> {
            sql.sql("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))")
                    .param("front-desk\n" + key)
                    .query((row, n) -> n)
                    .single();
            return client.post("/patients", person);
        });

        meanwhile.isProblem(409, "idempotency_key_in_use");
        client.post("/patients", person).is(201);
    }

    @Test
    void a_key_has_at_most_255_characters() {
        String longest = key + "x".repeat(255 - key.length());

        FRONT_DESK
                .with("Idempotency-Key", longest)
                .post("/patients", People.somebody())
                .is(201);
        assertThat(FRONT_DESK
                        .with("Idempotency-Key", longest + "x")
                        .post("/patients", People.somebody())
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly("Idempotency-Key invalid_format");
    }

    @ParameterizedTest
    @ValueSource(strings = {"with space", "x\ty"})
    void a_key_that_is_not_visible_text_is_refused(String bad) {
        assertThat(FRONT_DESK
                        .with("Idempotency-Key", bad)
                        .post("/patients", People.somebody())
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly("Idempotency-Key invalid_format");
    }

    @Test
    void what_is_wrong_with_the_key_is_named_together_with_what_is_wrong_with_the_body() {
        String id = FRONT_DESK.post("/patients", People.somebody()).is(201).id();
        Api.Client bad = FRONT_DESK.with("Idempotency-Key", "with space");

        assertThat(bad.post("/patients", People.somebodyWith("gender", "none"))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactlyInAnyOrder("Idempotency-Key invalid_format", "gender invalid_format");
        assertThat(bad.post("/patients/" + id + "/visits", Map.of("type", "OPD", "date", "2026-01-01"))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactlyInAnyOrder("Idempotency-Key invalid_format", "provider required");
    }

    @Test
    void no_personal_data_is_kept_to_answer_again() {
        client.post("/patients", People.somebodyWith("first_name", "Canarybird"))
                .is(201);

        String row = jdbc.sql("SELECT r::text FROM idempotency_record r WHERE key = ?")
                .param(key)
                .query(String.class)
                .single();

        assertThat(row).doesNotContainIgnoringCase("canarybird").doesNotContain(hex("Canarybird"));
    }

    private static String hex(String text) {
        return java.util.HexFormat.of().formatHex(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
