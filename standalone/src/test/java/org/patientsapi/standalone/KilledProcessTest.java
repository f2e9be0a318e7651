package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.patientsapi.standalone.Api.Answer;
import org.patientsapi.testbackends.TestProcesses;

/**
 * {@code kill -9} of the product during writes and reads: acknowledged ⊆ stored ⊆ acknowledged ∪ unanswered, and every read
 * that was answered stands in the audit. PostgreSQL is made to wait for a standby that does not exist, so that some writes are
 * certainly killed between their commit and their answer.
 */
class KilledProcessTest {

    private static final int WRITERS = 6;
    private static final int READERS = 4;
    private static final int ENOUGH = 300;

    private final Path folder = ProductProcess.emptyFolder("killed");
    private final String port = Integer.toString(TestProcesses.freePort());
    private final Api.Client desk = new Api("http://localhost:" + port).as("front-desk");

    /** The id of each patient whose registration was answered, by the body that was sent. */
    private final Map<Map<String, Object>, String> acknowledged = new ConcurrentHashMap<>();

    private final Set<Map<String, Object>> unanswered = ConcurrentHashMap.newKeySet();

    /** The request ids of the reads of one patient that were answered. */
    private final Set<String> read = ConcurrentHashMap.newKeySet();

    @Test
    void every_acknowledged_patient_is_there_exactly_once_and_every_answered_read_in_the_audit() throws Exception {
        String patient;
        Map<String, Object> last = People.named("Nalini", "Torvekar");
        Map<String, Object> committed = People.named("Vasundhara", "Athalye");
        String answerBeforeTheCrash;
        List<ProcessHandle> orphans;
        try (ProductProcess killed = start()) {
            assertThat(total()).as("no demo hospital").isZero();
            assertThat(killed.console()).doesNotContain("demo hospital");
            List<Future<?>> desks = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                desks.add(atAnotherDesk(this::register));
            }
            patient = desk.post("/patients", People.named("Vasanti", "Kelkar"))
                    .is(201)
                    .id();
            acknowledged.put(Map.of("phone", desk.get("/patients/" + patient).text("phone")), patient);
            for (int i = 0; i < READERS; i++) {
                String reader = "reader-" + i + "-";
                desks.add(atAnotherDesk(() -> read(patient, reader)));
            }
            ProductProcess.await(Duration.ofSeconds(60), () -> acknowledged.size() >= ENOUGH && read.size() >= ENOUGH);
            orphans = killed.servers();

            answerBeforeTheCrash = registerLast(last);
            holdBackAnswersToCommits();
            // Whoever else commits, such as the projection, is held back with the writers before this one begins.
            ProductProcess.await(Duration.ofSeconds(30), () -> commitsHeldBack() >= WRITERS);
            Thread.sleep(1000);
            int others = commitsHeldBack();
            desks.add(atAnotherDesk(() ->
                    assertThatThrownBy(() -> registerCommitted(committed)).isInstanceOf(UncheckedIOException.class)));
            ProductProcess.await(Duration.ofSeconds(30), () -> commitsHeldBack() > others);
            assertThat(commitsHeldBack()).as("this commit too").isGreaterThan(others);
            killed.kill();
            for (Future<?> desk : desks) {
                desk.get();
            }
        }
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(ENOUGH);
        assertThat(read).hasSizeGreaterThanOrEqualTo(ENOUGH);
        assertThat(orphans).as("PostgreSQL and Elasticsearch outlive the kill").anyMatch(ProcessHandle::isAlive);

        try (ProductProcess restarted = start()) {
            assertThat(orphans).noneMatch(ProcessHandle::isAlive);
            assertThat(registerLast(last)).isEqualTo(answerBeforeTheCrash);
            assertThat(audited(patient)).containsAll(read);

            Set<String> stored = new HashSet<>(acknowledged.values());
            stored.add(Api.JSON.readTree(answerBeforeTheCrash).get("id").stringValue());

            // Committed before the crash: there already, and answered now as it would have been then.
            Answer again = desk.post("/patients", committed).isProblem(409, "duplicate_patient");
            assertThat(registerCommitted(committed).id()).isEqualTo(again.text("existing_patient_id"));
            stored.add(again.text("existing_patient_id"));
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
            assertThat(desk.allPages("/patients?per_page=100", "id"))
                    .doesNotHaveDuplicates()
                    .containsExactlyInAnyOrderElementsOf(stored);
            assertThat(restarted.stop()).isNotZero();
        }
    }

    private static Future<?> atAnotherDesk(Runnable work) {
        return CompletableFuture.runAsync(work, command -> Thread.ofVirtual().start(command));
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

    private void read(String patient, String reader) {
        for (int i = 0; ; i++) {
            try {
                Answer answer = desk.with("X-Request-Id", reader + i).get("/patients/" + patient);
                if (answer.status() == 503) {
                    // Its record was held back like the commits of the writers.
                    return;
                }
                answer.is(200);
                read.add(reader + i);
            } catch (UncheckedIOException killed) {
                return;
            }
        }
    }

    private Set<String> audited(String patient) {
        Api.Client auditor = new Api("http://localhost:" + port).as("auditor");
        return Set.copyOf(auditor.allPages("/patients/" + patient + "/audit?kind=read&per_page=100", "request_id"));
    }

    private String registerLast(Map<String, Object> body) {
        return desk.with("Idempotency-Key", "answered-before-the-crash")
                .post("/patients", body)
                .is(201)
                .body();
    }

    private Answer registerCommitted(Map<String, Object> body) {
        return desk.with("Idempotency-Key", "committed-before-the-crash")
                .post("/patients", body)
                .is(201);
    }

    /** Until the next start, which writes the configuration anew. */
    private void holdBackAnswersToCommits() {
        try {
            Files.writeString(
                    folder.resolve("data/postgresql/cluster/postgresql.conf"),
                    "\nsynchronous_standby_names = 'nobody'\n",
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        askPostgres("select pg_reload_conf()::int");
    }

    private int commitsHeldBack() {
        return askPostgres("select count(*) from pg_stat_activity where wait_event = 'SyncRep'"
                + " and application_name not like 'patients-%'");
    }

    private int askPostgres(String query) {
        try (Connection superuser = ProductProcess.superuser(folder);
                ResultSet answer = superuser.createStatement().executeQuery(query)) {
            answer.next();
            return answer.getInt(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private ProductProcess start() {
        return ProductProcess.start(folder, Map.of("SERVER_PORT", port, "PATIENTS_DEMO_ENABLED", "false"))
                .awaitReady();
    }

    private int total() {
        return Integer.parseInt(desk.get("/patients?per_page=1").is(200).header("X-Total-Count"));
    }
}
