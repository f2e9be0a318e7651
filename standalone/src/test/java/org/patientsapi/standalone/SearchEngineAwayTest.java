package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.patientsapi.standalone.Api.Answer;

class SearchEngineAwayTest extends AcceptanceTest {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** For what is timed: to hold an answer against the contract takes longer than to get it. */
    private static final Api UNCHECKED = new Api(API.address(), false);

    private static final Api.Client READS = UNCHECKED.as("reader");
    private static final Api.Client WRITES = UNCHECKED.as("front-desk");

    @AfterEach
    void engineIsBack() {
        engine().become(EngineLink.State.OPEN);
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSING", "HANGING", "REFUSING_LOGINS"})
    void a_list_or_search_is_unavailable_within_two_seconds_and_never_empty(EngineLink.State state) {
        Answer known = registered();
        String next = READER.get("/patients?per_page=1").link("next").orElseThrow();
        engine().become(state);

        List<Supplier<Answer>> calls = List.of(
                () -> READS.get("/patients"),
                () -> READS.get("/patients?search=" + known.text("first_name")),
                () -> READS.get("/patients?search=" + known.text("patient_id")),
                () -> READS.post("/patients/search", Map.of("search", known.text("phone"))),
                () -> READS.get(next));

        // More at once than there are connections to the engine: waiting for one counts too.
        try (ExecutorService desks = Executors.newVirtualThreadPerTaskExecutor()) {
            Stream.of(calls, calls, calls, calls)
                    .flatMap(List::stream)
                    .map(call -> CompletableFuture.supplyAsync(() -> inTime(call), desks))
                    .toList()
                    .forEach(answer -> assertThat(answer.join()
                                    .isProblem(503, "store_unavailable")
                                    .header("Retry-After"))
                            .matches("[1-9][0-9]*"));
        }
        READER.get("/patients").isProblem(503, "store_unavailable");
        READER.post("/patients/search", Map.of("search", "raj")).isProblem(503, "store_unavailable");
    }

    @Test
    void a_list_is_unavailable_within_two_seconds_however_many_wait_to_be_told_how_many_there_are() {
        engine().become(EngineLink.State.COUNTING_NEVER);
        // It was counted a moment ago.
        Eventually.that(() -> READER.get("/patients").isProblem(503, "store_unavailable"));

        try (ExecutorService desks = Executors.newVirtualThreadPerTaskExecutor()) {
            Stream.generate(() -> CompletableFuture.supplyAsync(() -> inTime(() -> READS.get("/patients")), desks))
                    .limit(20)
                    .toList()
                    .forEach(answer -> answer.join().isProblem(503, "store_unavailable"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSING", "HANGING", "REFUSING_LOGINS"})
    void reads_by_id_and_writes_go_on_and_what_was_written_is_found_afterwards(EngineLink.State state) {
        Answer known = registered();
        engine().become(state);

        for (String id : List.of(known.id(), known.text("patient_id"))) {
            Answer read = inTime(() -> READS.get("/patients/" + id)).is(200);
            assertThat(read.header("ETag")).isEqualTo(known.header("ETag"));
        }
        inTime(() -> READS.get("/patients/" + known.id() + "/visits")).is(200);
        inTime(() -> READS.get("/patients/01890000-0000-7000-8000-000000000000"))
                .isProblem(404, "patient_not_found");
        Answer corrected = inTime(() -> WRITES.patch("/patients/" + known.id(), Map.of("last_name", "Kshirsagar")))
                .is(200);
        assertThat(inTime(() -> READS.get("/patients/" + known.id())).is(200).header("ETag"))
                .isEqualTo(corrected.header("ETag"));
        Answer added = inTime(() -> WRITES.post("/patients", People.named("Tarabai", state + "wala")))
                .is(201);

        engine().become(EngineLink.State.OPEN);

        Eventually.that(() -> assertThat(READER.get("/patients?search=Tarabai+" + state + "wala")
                        .is(200)
                        .all("id"))
                .containsExactly(added.id()));
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSING", "HANGING", "REFUSING_LOGINS"})
    void health_tells_it_as_soon_as_a_list_would(EngineLink.State state) {
        String health = API.address() + "/actuator/health/search";
        Eventually.that(() -> READER.get(health).is(200));
        engine().become(state);

        inTime(() -> READS.get(health)).is(503);
        inTime(() -> READS.get(API.address() + "/actuator/health/readiness")).is(200);
    }

    /** Those who look after the index do so every second here, besides the projection. */
    @Test
    void an_engine_that_refuses_the_login_is_asked_again_a_few_times_a_second_only() throws InterruptedException {
        Answer known = registered();
        engine().become(EngineLink.State.REFUSING_LOGINS);
        FRONT_DESK
                .patch("/patients/" + known.id(), Map.of("last_name", "Deshmukh"))
                .is(200);
        int before = engine().refusedLogins();

        Thread.sleep(3000);

        assertThat(engine().refusedLogins() - before).isBetween(1, 30);
    }

    private static Answer registered() {
        FRONT_DESK.post("/patients", People.somebody()).is(201);
        Answer patient =
                FRONT_DESK.post("/patients", People.named("Shakuntala", "Away")).is(201);
        Eventually.that(() -> assertThat(READER.get("/patients?search=" + patient.text("patient_id"))
                        .all("id"))
                .containsExactly(patient.id()));
        return patient;
    }

    private static Answer inTime(Supplier<Answer> call) {
        long start = System.nanoTime();
        Answer answer = call.get();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
        return answer;
    }
}
