package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.patientsapi.standalone.Api.Answer;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

class DuplicatePatientTest extends AcceptanceTest {

    private static final AtomicInteger TWINS = new AtomicInteger();
    private static final String CLAIM = " FROM identity_claim WHERE patient_id = ? AND kind = 'PHONE_AND_BIRTH'";

    @Autowired
    private JdbcClient jdbc;

    private OtherTransaction other;

    @BeforeEach
    void connectAsOwner(@Autowired Environment environment) {
        other = new OtherTransaction(environment);
    }

    @Test
    void of_32_desks_registering_one_person_at_once_one_succeeds_and_the_others_learn_who_it_was() throws Exception {
        Map<String, Object> person = People.somebody();
        long events = lastEvent();
        Callable<Answer> register = () -> FRONT_DESK.post("/patients", person);

        List<Answer> created;
        List<Answer> refused;
        try (ExecutorService desks = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Answer> answers = desks.invokeAll(Collections.nCopies(32, register)).stream()
                    .map(Future::resultNow)
                    .toList();
            created = answers.stream().filter(answer -> answer.status() == 201).toList();
            refused = answers.stream().filter(answer -> answer.status() == 409).toList();
        }

        assertThat(created).hasSize(1);
        assertThat(refused).hasSize(31).allSatisfy(answer -> {
            answer.isProblem(409, "duplicate_patient");
            assertThat(answer.text("existing_patient_id"))
                    .isEqualTo(created.getFirst().id());
            assertThat(answer.text("existing_patient_number"))
                    .isEqualTo(created.getFirst().text("patient_id"));
            assertThat(answer.json().get("matched_on"))
                    .isEqualTo(Api.JSON.valueToTree(List.of("phone", "date_of_birth")));
        });
        FRONT_DESK.post("/patients", People.somebody()).is(201);
        assertThat(lastEvent())
                .as("the refused took no place in the event sequence")
                .isEqualTo(events + 2);
    }

    private long lastEvent() {
        return jdbc.sql("SELECT coalesce(max(global_index), 0) FROM domain_event")
                .query(Long.class)
                .single();
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s", "+91-%s", "0%s", "0091 %s", "91%s"})
    void a_duplicate_is_known_however_the_phone_is_written(String writing) {
        Map<String, Object> person = People.somebody();
        String digits = person.get("phone").toString().substring(3);
        Answer first = FRONT_DESK.post("/patients", person).is(201);

        person.put("phone", writing.formatted(digits));

        assertThat(FRONT_DESK.post("/patients", person).is(409).text("existing_patient_id"))
                .isEqualTo(first.id());
    }

    @Test
    void the_same_phone_with_another_birthday_is_another_person() {
        Map<String, Object> person = People.somebody();
        FRONT_DESK.post("/patients", person).is(201);

        person.put("date_of_birth", "1990-06-21");

        FRONT_DESK.post("/patients", person).is(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1990", "1990-06"})
    void an_incomplete_date_of_birth_makes_nobody_a_duplicate(String date) {
        Map<String, Object> person = People.somebodyWith("date_of_birth", date);

        FRONT_DESK.post("/patients", person).is(201);
        FRONT_DESK.post("/patients", person).is(201);
    }

    @Test
    void an_abha_number_belongs_to_one_patient() {
        Map<String, Object> abha = Map.of("abha_id", "91-5555-1212-0001");
        Answer first = FRONT_DESK
                .post("/patients", People.somebodyWith("identifiers", abha))
                .is(201);

        Answer refused = FRONT_DESK
                .post("/patients", People.somebodyWith("identifiers", Map.of("abha_id", "91555512120001")))
                .isProblem(409, "duplicate_patient");

        assertThat(refused.text("existing_patient_id")).isEqualTo(first.id());
        assertThat(refused.json().get("matched_on")).isEqualTo(Api.JSON.valueToTree(List.of("abha_id")));
    }

    /** Each of them has something of the newcomer's, and only one can be named: what the other has is not said of that one. */
    @Test
    void of_two_patients_whom_a_newcomer_is_taken_for_one_is_named_with_what_is_that_ones() {
        Map<String, Object> abha = Map.of("abha_id", "91-5555-1212-0003");
        FRONT_DESK.post("/patients", People.somebodyWith("identifiers", abha)).is(201);
        Map<String, Object> person = People.somebody();
        Answer namesake = FRONT_DESK.post("/patients", person).is(201);
        person.put("identifiers", abha);

        Answer refused = FRONT_DESK.post("/patients", person).isProblem(409, "duplicate_patient");

        assertThat(refused.text("existing_patient_id")).isEqualTo(namesake.id());
        assertThat(refused.json().get("matched_on")).isEqualTo(Api.JSON.valueToTree(List.of("phone", "date_of_birth")));
    }

    /** Nobody whom an override names, or who is known to be distinct, lets an ABHA number go. */
    @Test
    void a_twin_is_refused_the_abha_number_of_the_other() {
        Map<String, Object> abha = Map.of("abha_id", "91-5555-1212-0002");
        Map<String, Object> first = People.somebodyWith("identifiers", abha);
        Answer elder = FRONT_DESK.post("/patients", first).is(201);
        Map<String, Object> second = twinOf(elder, first);
        second.put("identifiers", abha);

        Answer refused = FRONT_DESK.post("/patients", second).isProblem(409, "duplicate_patient");

        assertThat(refused.text("existing_patient_id")).isEqualTo(elder.id());
        assertThat(refused.json().get("matched_on")).isEqualTo(Api.JSON.valueToTree(List.of("abha_id")));
        second.remove("identifiers");
        Answer younger = FRONT_DESK.post("/patients", second).is(201);
        FRONT_DESK
                .patch("/patients/" + younger.id(), Map.of("identifiers", abha))
                .isProblem(409, "duplicate_patient");
    }

    @ParameterizedTest
    @CsvSource({"phone, +919700000001, +919700000002", "date_of_birth, 1991-06-20, 1992-06-20"})
    void a_patch_frees_the_old_identity_and_takes_the_new_one(String field, String another, String changed) {
        Map<String, Object> person = People.somebody();
        Answer first = FRONT_DESK.post("/patients", person).is(201);
        Map<String, Object> sameButFor = new HashMap<>(person);
        sameButFor.put(field, another);
        Answer other = FRONT_DESK.post("/patients", sameButFor).is(201);

        FRONT_DESK.patch("/patients/" + first.id(), Map.of(field, changed)).is(200);

        Answer refused = FRONT_DESK
                .patch("/patients/" + other.id(), Map.of(field, changed))
                .isProblem(409, "duplicate_patient");
        assertThat(refused.text("existing_patient_id")).isEqualTo(first.id());
        assertThat(refused.json().get("matched_on")).isEqualTo(Api.JSON.valueToTree(List.of("phone", "date_of_birth")));
        assertThat(READER.get("/patients/" + other.id()).is(200).json()).isEqualTo(other.json());
        FRONT_DESK.post("/patients", person).is(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1990", "1990-06"})
    void a_patch_to_an_incomplete_date_of_birth_frees_the_identity_and_takes_none(String incomplete) {
        Map<String, Object> person = People.somebody();
        Map<String, Object> change = Map.of("date_of_birth", incomplete);
        Answer first = FRONT_DESK.post("/patients", person).is(201);

        FRONT_DESK.patch("/patients/" + first.id(), change).is(200);

        Answer other = FRONT_DESK.post("/patients", person).is(201);
        FRONT_DESK.patch("/patients/" + other.id(), change).is(200);
        FRONT_DESK.post("/patients", person).is(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"twin", "family_phone", "verified_distinct"})
    void twins_and_families_are_registered_by_an_override_that_names_the_other(String reason) {
        Map<String, Object> first = People.somebody();
        Answer elder = FRONT_DESK.post("/patients", first).is(201);
        Map<String, Object> second = twinOf(elder, first);
        second.put("duplicate_override", Map.of("reason", reason, "of", elder.id()));

        Answer younger = FRONT_DESK.post("/patients", second).is(201);

        assertThat(younger.id()).isNotEqualTo(elder.id());
        assertThat(younger.json().get("known_distinct"))
                .isEqualTo(Api.JSON.valueToTree(List.of(Map.of("id", elder.id(), "reason", reason))));
        assertThat(READER.get("/patients/" + elder.id()).is(200).json().get("known_distinct"))
                .isEqualTo(Api.JSON.valueToTree(List.of(Map.of("id", younger.id(), "reason", reason))));
        assertThat(FRONT_DESK.post("/patients", first).is(409).text("existing_patient_id"))
                .isEqualTo(elder.id());

        // Who is left is still found when the first of them goes elsewhere.
        FRONT_DESK
                .patch("/patients/" + elder.id(), Map.of("phone", People.phone()))
                .is(200);
        assertThat(FRONT_DESK.post("/patients", first).is(409).text("existing_patient_id"))
                .isEqualTo(younger.id());
    }

    @Test
    void nobody_is_registered_twice_as_the_twin_of_their_own_twin() {
        Map<String, Object> first = People.somebody();
        Answer elder = FRONT_DESK.post("/patients", first).is(201);
        Answer younger = FRONT_DESK.post("/patients", twinOf(elder, first)).is(201);
        Map<String, Object> again = twinOf(younger, first);
        again.put("first_name", first.get("first_name"));

        assertThat(FRONT_DESK
                        .post("/patients", again)
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly("duplicate_override.of not_a_duplicate");
    }

    @Test
    void triplets_are_registered_by_overrides_that_name_whom_the_refusal_named() {
        Map<String, Object> first = People.somebody();
        Answer eldest = FRONT_DESK.post("/patients", first).is(201);
        FRONT_DESK.post("/patients", twinOf(eldest, first)).is(201);
        String named = FRONT_DESK.post("/patients", first).is(409).text("existing_patient_id");

        Map<String, Object> third = twinOf(eldest, first);
        third.put("duplicate_override", Map.of("reason", "twin", "of", named));
        FRONT_DESK.post("/patients", third).is(201);

        assertThat(READER.get("/patients/" + eldest.id()).is(200).json().get("known_distinct"))
                .hasSize(2);
    }

    @Test
    void an_override_that_is_sent_once_more_registers_nobody_once_more() throws Exception {
        Map<String, Object> first = People.somebody();
        Answer elder = FRONT_DESK.post("/patients", first).is(201);
        Map<String, Object> twin = twinOf(elder, first);
        Callable<Answer> register = () -> FRONT_DESK.post("/patients", twin);

        List<Answer> answers = oneBehindTheOther(elder, register, register, "identity_claim");

        String registered = answers.getFirst().is(201).id();
        Answer refused = answers.getLast().isProblem(409, "duplicate_patient");
        assertThat(refused.text("existing_patient_id")).isEqualTo(registered);
        assertThat(refused.json().get("matched_on")).hasSize(2);
        assertThat(knownDistinctOf(elder.id())).containsExactly(registered);
    }

    @Test
    void nor_does_one_that_is_sent_once_more_with_the_name_in_capitals() {
        Map<String, Object> first = People.somebody();
        Map<String, Object> twin = twinOf(FRONT_DESK.post("/patients", first).is(201), first);
        Answer registered = FRONT_DESK.post("/patients", twin).is(201);
        twin.replaceAll(
                (field, value) -> field.endsWith("_name") ? value.toString().toUpperCase(Locale.ROOT) : value);

        assertThat(FRONT_DESK
                        .post("/patients", twin)
                        .isProblem(409, "duplicate_patient")
                        .text("existing_patient_id"))
                .isEqualTo(registered.id());
    }

    @Test
    void fifty_patients_share_a_phone_and_a_birthday_at_most() {
        Map<String, Object> person = People.somebody();
        Answer holder = FRONT_DESK.post("/patients", person).is(201);
        for (int rank = 1; rank < 50; rank++) {
            Answer sharing = FRONT_DESK
                    .post("/patients", Map.of("registration_type", "emergency"))
                    .is(201);
            jdbc.sql("INSERT INTO identity_claim (kind, hash, rank, patient_id) SELECT kind, hash, ?, ?" + CLAIM)
                    .params(rank, UUID.fromString(sharing.id()), UUID.fromString(holder.id()))
                    .update();
        }

        assertThat(FRONT_DESK
                        .post("/patients", twinOf(holder, person))
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly("phone too_many");

        jdbc.sql("DELETE FROM identity_claim WHERE rank = 7 AND (kind, hash) = (SELECT kind, hash" + CLAIM + ")")
                .param(UUID.fromString(holder.id()))
                .update();
        FRONT_DESK.post("/patients", twinOf(holder, person)).is(201);
    }

    @Test
    void an_override_has_to_name_somebody_who_really_is_a_duplicate() {
        Answer stranger = FRONT_DESK.post("/patients", People.somebody()).is(201);
        Map<String, Object> person = People.somebody();
        FRONT_DESK.post("/patients", person).is(201);

        person.put("duplicate_override", Map.of("reason", "family_phone", "of", stranger.id()));

        assertThat(FRONT_DESK
                        .post("/patients", person)
                        .isProblem(400, "invalid_fields")
                        .errors())
                .containsExactly("duplicate_override.of not_a_duplicate");
    }

    @Test
    void a_duplicate_of_another_branch_is_told_and_not_shown() {
        Map<String, Object> person = People.somebodyWith("branch_id", "MUM");
        Answer foreign = FRONT_DESK.post("/patients", person).is(201);
        person.put("branch_id", "BLR");

        Answer refused = FRONT_DESK_BLR.post("/patients", person).isProblem(409, "duplicate_patient");

        assertThat(refused.text("existing_patient_id")).isEqualTo(foreign.id());
        FRONT_DESK_BLR.get("/patients/" + refused.text("existing_patient_id")).isProblem(404, "patient_not_found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"date_of_birth", "phone"})
    void an_override_that_nothing_asked_for_is_refused_and_tells_and_changes_nobody(String withoutDay) {
        Answer foreign = FRONT_DESK
                .post("/patients", People.somebodyWith("branch_id", "MUM"))
                .is(201);

        for (String id : List.of(foreign.id(), UUID.randomUUID().toString())) {
            Map<String, Object> nobodys = People.somebodyWith(
                    "registration_type", "emergency", "duplicate_override", Map.of("reason", "twin", "of", id));
            if (withoutDay.equals("phone")) {
                nobodys.remove("phone");
            } else {
                nobodys.put("date_of_birth", "1990");
            }

            assertThat(FRONT_DESK_BLR
                            .post("/patients", nobodys)
                            .isProblem(400, "invalid_fields")
                            .errors())
                    .containsExactly("duplicate_override not_applicable");
        }
        assertThat(READER.get("/patients/" + foreign.id()).is(200).json()).isEqualTo(foreign.json());
    }

    @Test
    void twins_take_their_new_phone_one_after_the_other() {
        Map<String, Object> first = People.somebody();
        Answer elder = FRONT_DESK.post("/patients", first).is(201);
        Answer younger = FRONT_DESK.post("/patients", twinOf(elder, first)).is(201);
        Map<String, Object> newPhone = Map.of("phone", People.phone());

        FRONT_DESK.patch("/patients/" + elder.id(), newPhone).is(200);
        FRONT_DESK.patch("/patients/" + younger.id(), newPhone).is(200);

        Answer stranger = FRONT_DESK.post("/patients", People.somebody()).is(201);
        assertThat(FRONT_DESK
                        .patch("/patients/" + stranger.id(), newPhone)
                        .isProblem(409, "duplicate_patient")
                        .text("existing_patient_id"))
                .isEqualTo(elder.id());
        FRONT_DESK.post("/patients", first).is(201);
    }

    @Test
    void triplets_take_their_new_phone_one_after_the_other_whoever_of_them_is_first() {
        Map<String, Object> person = People.somebody();
        Answer eldest = FRONT_DESK.post("/patients", person).is(201);
        Answer second = FRONT_DESK.post("/patients", twinOf(eldest, person)).is(201);
        Answer third = FRONT_DESK.post("/patients", twinOf(eldest, person)).is(201);
        Map<String, Object> newPhone = Map.of("phone", People.phone());

        assertThat(third.json().get("known_distinct"))
                .isEqualTo(Api.JSON.valueToTree(List.of(
                        Map.of("id", eldest.id(), "reason", "twin"), Map.of("id", second.id(), "reason", "twin"))));
        assertThat(READER.get("/patients/" + second.id()).is(200).json().get("known_distinct"))
                .isEqualTo(Api.JSON.valueToTree(List.of(
                        Map.of("id", eldest.id(), "reason", "twin"), Map.of("id", third.id(), "reason", "twin"))));
        for (Answer each : List.of(second, third, eldest)) {
            FRONT_DESK.patch("/patients/" + each.id(), newPhone).is(200);
        }
    }

    @Test
    void whoever_is_known_for_another_person_than_one_behind_the_holder_may_be_the_holder_all_the_same() {
        Map<String, Object> person = People.somebody();
        Map<String, Object> elsewhere = People.somebody();
        Map<String, Object> phone = Map.of("phone", person.get("phone"));
        Answer holder = FRONT_DESK.post("/patients", person).is(201);
        Answer behind = FRONT_DESK.post("/patients", twinOf(holder, person)).is(201);
        FRONT_DESK
                .patch("/patients/" + behind.id(), Map.of("phone", elsewhere.get("phone")))
                .is(200);
        Answer third = FRONT_DESK.post("/patients", twinOf(behind, elsewhere)).is(201);
        FRONT_DESK.patch("/patients/" + behind.id(), phone).is(200);

        assertThat(FRONT_DESK
                        .patch("/patients/" + third.id(), phone)
                        .isProblem(409, "duplicate_patient")
                        .text("existing_patient_id"))
                .isEqualTo(holder.id());
    }

    @Test
    void registering_a_twin_and_changing_the_others_phone_do_not_wait_for_each_other() throws Exception {
        Map<String, Object> first = People.somebody();
        Answer elder = FRONT_DESK_BLR.post("/patients", first).is(201);

        List<Answer> answers = oneBehindTheOther(
                elder,
                () -> FRONT_DESK.post("/patients", twinOf(elder, first)),
                () -> FRONT_DESK_BLR.patch("/patients/" + elder.id(), Map.of("phone", People.phone())),
                "home_branch");

        answers.getFirst().is(201);
        answers.getLast().is(200);
    }

    @Test
    void two_who_are_registered_as_distinct_from_the_same_person_at_once_know_each_other() throws Exception {
        Map<String, Object> first = People.somebody();
        Answer eldest = FRONT_DESK.post("/patients", first).is(201);
        Callable<Answer> register = () -> FRONT_DESK.post("/patients", twinOf(eldest, first));

        List<Answer> registered = oneBehindTheOther(eldest, register, register, "identity_claim");

        String one = registered.getFirst().is(201).id();
        String another = registered.getLast().is(201).id();
        assertThat(knownDistinctOf(eldest.id())).containsExactlyInAnyOrder(one, another);
        assertThat(knownDistinctOf(one)).containsExactlyInAnyOrder(eldest.id(), another);
        assertThat(knownDistinctOf(another)).containsExactlyInAnyOrder(eldest.id(), one);
    }

    @Test
    void whoever_comes_behind_the_holder_just_before_somebody_is_registered_there_knows_them() throws Exception {
        Map<String, Object> first = People.somebody();
        Answer eldest = FRONT_DESK.post("/patients", first).is(201);
        String back =
                FRONT_DESK.post("/patients", twinOf(eldest, first)).is(201).id();
        FRONT_DESK.patch("/patients/" + back, Map.of("phone", People.phone())).is(200);

        List<Answer> answers = oneBehindTheOther(
                eldest,
                () -> FRONT_DESK.patch("/patients/" + back, Map.of("phone", first.get("phone"))),
                () -> FRONT_DESK.post("/patients", twinOf(eldest, first)),
                "identity_claim");

        answers.getFirst().is(200);
        String registered = answers.getLast().is(201).id();
        assertThat(knownDistinctOf(registered)).containsExactlyInAnyOrder(eldest.id(), back);
        assertThat(knownDistinctOf(back)).containsExactlyInAnyOrder(eldest.id(), registered);
    }

    /** The second desk did not find the twin, who had another phone by then: it may be the same person once more. */
    @Test
    void whoever_comes_back_to_a_phone_that_somebody_else_has_come_to_share_is_refused_for_them() {
        Map<String, Object> first = People.somebody();
        Answer eldest = FRONT_DESK.post("/patients", first).is(201);
        String twin =
                FRONT_DESK.post("/patients", twinOf(eldest, first)).is(201).id();
        FRONT_DESK.patch("/patients/" + twin, Map.of("phone", People.phone())).is(200);
        Answer another = FRONT_DESK.post("/patients", twinOf(eldest, first)).is(201);

        Answer refused = FRONT_DESK
                .patch("/patients/" + twin, Map.of("phone", first.get("phone")))
                .isProblem(409, "duplicate_patient");

        assertThat(refused.text("existing_patient_id")).isEqualTo(another.id());
    }

    private static List<String> knownDistinctOf(String id) {
        return READER.get("/patients/" + id)
                .is(200)
                .json()
                .get("known_distinct")
                .valueStream()
                .map(person -> person.get("id").asString())
                .toList();
    }

    @Test
    void an_override_that_names_somebody_who_is_just_erased_is_refused_as_one_that_names_nobody() throws Exception {
        Map<String, Object> first = People.somebody();
        Answer elder = FRONT_DESK.post("/patients", first).is(201);

        List<Answer> answers = oneBehindTheOther(
                elder,
                () -> ADMIN.send("DELETE", "/patients/" + elder.id() + "?reason=registered_in_error", null),
                () -> FRONT_DESK.post("/patients", twinOf(elder, first)),
                "identity_claim");

        answers.getFirst().is(200);
        assertThat(answers.getLast().isProblem(400, "invalid_fields").errors())
                .containsExactly("duplicate_override.of not_a_duplicate");
    }

    /**
     * Sends two requests that each need the holder's claim, which neither gets before both are under way.
     *
     * @param asked by the second in its last query before it waits for the process's own lock
     */
    private List<Answer> oneBehindTheOther(Answer holder, Callable<Answer> first, Callable<Answer> second, String asked)
            throws Exception {
        try (ExecutorService desks = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> answers = other.around(sql -> {
                other.lockClaim(holder.id());
                Future<Answer> waiting = other.untilItWaits(desks.submit(first));
                Future<Answer> behind = desks.submit(second);
                Eventually.that(() -> assertThat(isUnderWay(behind, asked)).isTrue());
                return List.of(waiting, behind);
            });
            return List.of(answers.getFirst().get(), answers.getLast().get());
        }
    }

    /**
     * Whether it waits for a lock behind the request before, be it the database's or the process's own.
     *
     * @param asked in the last query before it waits for the process's own
     */
    private boolean isUnderWay(Future<Answer> request, String asked) {
        return request.isDone()
                || jdbc.sql("SELECT count(*) FILTER (WHERE wait_event = 'advisory') > 1"
                                + " OR bool_or(state = 'idle in transaction' AND query LIKE '%' || ? || '%')"
                                + " FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
                        .param(asked)
                        .query(Boolean.class)
                        .single();
    }

    private static Map<String, Object> twinOf(Answer elder, Map<String, Object> person) {
        Map<String, Object> twin = new HashMap<>(person);
        twin.put("first_name", "Usha " + TWINS.incrementAndGet());
        twin.put("duplicate_override", Map.of("reason", "twin", "of", elder.id()));
        return twin;
    }

    @Test
    void whoever_comes_behind_one_who_just_leaves_is_still_found() throws Exception {
        foundBehind(leaving -> FRONT_DESK.patch("/patients/" + leaving, Map.of("phone", People.phone())));
    }

    @Test
    void whoever_comes_behind_one_who_is_just_erased_is_still_found() throws Exception {
        foundBehind(leaving -> ADMIN.send("DELETE", "/patients/" + leaving + "?reason=patient_request", null));
    }

    private void foundBehind(Function<String, Answer> leave) throws Exception {
        Map<String, Object> person = People.somebody();
        Answer leaving = FRONT_DESK.post("/patients", person).is(201);
        Answer behind = FRONT_DESK.post("/patients", People.somebody()).is(201);

        whileComingBehind(behind, leaving, () -> leave.apply(leaving.id()));

        assertThat(FRONT_DESK.post("/patients", person).is(409).text("existing_patient_id"))
                .isEqualTo(behind.id());
    }

    /** Has a transaction put one patient behind another's claim, and end only when the request waits for it or is answered. */
    private void whileComingBehind(Answer behind, Answer holder, Callable<Answer> request) throws Exception {
        try (ExecutorService desk = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Answer> answer = other.around(sql -> {
                other.lockClaim(holder.id());
                sql.sql("INSERT INTO identity_claim (kind, hash, rank, patient_id) SELECT kind, hash, 1, ?"
                                + " FROM identity_claim WHERE patient_id = ? AND kind = 'PHONE_AND_BIRTH'")
                        .params(UUID.fromString(behind.id()), UUID.fromString(holder.id()))
                        .update();
                return other.untilItWaits(desk.submit(request));
            });
            answer.get().is(200);
        }
    }

    @Test
    void a_claim_that_is_let_go_while_its_holder_is_looked_up_is_taken() throws Exception {
        Map<String, Object> person = People.somebody();
        Answer holder = FRONT_DESK.post("/patients", person).is(201);
        Answer patient = FRONT_DESK
                .post("/patients", People.somebodyWith("date_of_birth", person.get("date_of_birth")))
                .is(201);

        try (ExecutorService desk = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Answer> answer = other.around(sql -> {
                // Holders are looked up there, by whoever has found a claim taken.
                sql.sql("LOCK TABLE patient_key IN ACCESS EXCLUSIVE MODE").update();
                Future<Answer> patched = other.untilItWaits(desk.submit(
                        () -> FRONT_DESK.patch("/patients/" + patient.id(), Map.of("phone", person.get("phone")))));
                sql.sql("DELETE FROM identity_claim WHERE patient_id = ?")
                        .param(UUID.fromString(holder.id()))
                        .update();
                return patched;
            });
            answer.get().is(200);
        }
    }
}
