package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.patientsapi.standalone.Api.Answer;

/** {@code kill -9} of the product during writes: acknowledged ⊆ stored ⊆ acknowledged ∪ unanswered. */
class KilledProcessTest {

    private static final int WRITERS = 6;
    private static final int ENOUGH = 300;

    private final Path folder = ProductProcess.emptyFolder("killed");
    private final String port = Integer.toString(ProductProcess.freePort());
    private final Api.Client desk = new Api("http://localhost:" + port).as("front-desk");

    /** The id of each patient whose registration was answered, by the body that was sent. */
    private final Map<Map<String, Object>, String> acknowledged = new ConcurrentHashMap<>();

    private final Set<Map<String, Object>> unanswered = ConcurrentHashMap.newKeySet();

    @Test
    void every_acknowledged_patient_is_there_exactly_once() throws InterruptedException {
        Map<String, Object> last = People.named("Nalini", "Torvekar");
        String answerBeforeTheCrash;
        List<ProcessHandle> orphans;
        try (ProductProcess killed = start()) {
            assertThat(total()).as("no demo hospital").isZero();
            assertThat(killed.console()).doesNotContain("demo hospital");
            List<Thread> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                writers.add(Thread.ofVirtual().start(this::register));
            }
            ProductProcess.await(Duration.ofSeconds(60), () -> acknowledged.size() >= ENOUGH);
            orphans = killed.servers();

            answerBeforeTheCrash = registerLast(last);
            killed.kill();
            for (Thread writer : writers) {
                writer.join();
            }
        }
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(ENOUGH);
        assertThat(orphans).as("PostgreSQL and Elasticsearch outlive the kill").anyMatch(ProcessHandle::isAlive);

        try (ProductProcess restarted = start()) {
            assertThat(orphans).noneMatch(ProcessHandle::isAlive);
            assertThat(registerLast(last)).isEqualTo(answerBeforeTheCrash);

            Set<String> stored = new HashSet<>(acknowledged.values());
            stored.add(Api.JSON.readTree(answerBeforeTheCrash).get("id").stringValue());
            for (Map<String, Object> body : unanswered) {
                Answer answer = desk.post("/patients", body);
                stored.add(
                        answer.status() == 409
                                ? answer.text("existing_patient_id")
                                : answer.is(201).id());
            }
            acknowledged.forEach(
                    (body, id) -> assertThat(desk.get("/patients/" + id).is(200).text("phone"))
                            .isEqualTo(body.get("phone")));
            ProductProcess.await(Duration.ofSeconds(30), () -> total() >= stored.size());
            assertThat(listed()).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(stored);
            assertThat(restarted.stop()).isNotZero();
        }
    }

    private void register() {
        while (true) {
            Map<String, Object> body = People.named("Madhavi", "Paranjape");
            unanswered.add(body);
            try {
                acknowledged.put(body, desk.post("/patients", body).is(201).id());
                unanswered.remove(body);
            } catch (UncheckedIOException killed) {
                return;
            }
        }
    }

    private String registerLast(Map<String, Object> body) {
        return desk.with("Idempotency-Key", "answered-before-the-crash")
                .post("/patients", body)
                .is(201)
                .body();
    }

    private ProductProcess start() {
        return ProductProcess.start(folder, Map.of("SERVER_PORT", port, "PATIENTS_DEMO_ENABLED", "false"))
                .awaitReady();
    }

    private int total() {
        return Integer.parseInt(desk.get("/patients?per_page=1").is(200).header("X-Total-Count"));
    }

    private List<String> listed() {
        List<String> ids = new ArrayList<>();
        Answer page = desk.get("/patients?per_page=100").is(200);
        ids.addAll(page.all("id"));
        while (page.link("next").isPresent()) {
            page = desk.get(page.link("next").get()).is(200);
            ids.addAll(page.all("id"));
        }
        return ids;
    }
}
