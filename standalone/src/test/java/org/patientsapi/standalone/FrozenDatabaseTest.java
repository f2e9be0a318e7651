package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.patientsapi.standalone.Api.Answer;
import org.patientsapi.testbackends.TestProcesses;
import org.springframework.core.io.support.PropertiesLoaderUtils;

/** A database whose host hangs neither answers nor refuses: nobody but the product itself ends the wait. */
class FrozenDatabaseTest {

    /** Above the time-outs of the pool and of a socket, and far below for ever. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String SOCKET_TIMEOUT = "spring.datasource.hikari.data-source-properties.socketTimeout";

    private final String port = Integer.toString(TestProcesses.freePort());
    private final Api.Client desk = new Api("http://localhost:" + port).as("front-desk");
    private final Path folder = ProductProcess.emptyFolder("frozen-database");

    @Test
    void requests_are_answered_that_the_store_is_away_and_go_on_when_it_thaws() throws Exception {
        // Much shorter than by default, since it is waited for.
        Map<String, String> environment = Map.of(
                "SERVER_PORT",
                port,
                "PATIENTS_DEMO_ENABLED",
                "false",
                "SPRING_APPLICATION_JSON",
                "{\"" + SOCKET_TIMEOUT + "\":10}");
        try (ProductProcess product = ProductProcess.start(folder, environment).awaitReady();
                ExecutorService desks = Executors.newCachedThreadPool()) {
            Answer patient = desk.post("/patients", People.somebody()).is(201);
            List<ProcessHandle> database = product.servers().stream()
                    .filter(server -> isPostgres(server.info().commandLine().orElse("")))
                    .toList();
            assertThat(database).isNotEmpty();
            // Some of them are in the middle of a statement when it freezes.
            List<Future<Answer>> refused = IntStream.range(0, 4)
                    .mapToObj(n -> desks.submit(this::registerUntilRefused))
                    .toList();
            Thread.sleep(1_000);
            database.forEach(process -> TestProcesses.signal("STOP", process.pid()));
            try {
                for (Future<Answer> each : refused) {
                    isAway(each.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
                }
                isAway(desks.submit(this::registerUntilRefused).get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            } finally {
                database.forEach(process -> TestProcesses.signal("CONT", process.pid()));
                desks.shutdownNow();
            }
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> desk.post("/patients", People.somebody()).status() == 201);
            // Whoever records the reads waits as long as it had to wait in vain before it asks again.
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> desk.get("/patients/" + patient.id()).status() == 200);
        }
    }

    @Test
    void a_socket_is_given_up_unless_somebody_sets_it_otherwise() throws IOException {
        Properties defaults = PropertiesLoaderUtils.loadAllProperties("event-store-defaults.properties");

        // In seconds. Beyond the time-outs of statements and transactions, which tell more of what went wrong.
        assertThat(defaults).containsEntry(SOCKET_TIMEOUT, "45");
    }

    private Answer registerUntilRefused() {
        Answer answer;
        do {
            answer = desk.post("/patients", People.somebody());
        } while (answer.status() == 201 && !Thread.currentThread().isInterrupted());
        return answer;
    }

    private static void isAway(Answer answer) {
        assertThat(answer.isProblem(503, "store_unavailable").header("Retry-After"))
                .matches("[1-9][0-9]*");
    }

    /** The first process names its program, the others what they do. */
    private static boolean isPostgres(String commandLine) {
        return commandLine.contains("/bin/postgres ") || commandLine.startsWith("postgres: ");
    }
}
