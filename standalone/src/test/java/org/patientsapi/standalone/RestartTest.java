package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.patientsapi.standalone.Api.Answer;
import org.patientsapi.testbackends.TestProcesses;

/** Started, interrupted, started, stopped, started: the data are kept, and the demo hospital opens once. */
class RestartTest {

    private static final int SIGTERM = 128 + 15;

    private final Path folder = ProductProcess.emptyFolder("restart");
    private final String port = Integer.toString(TestProcesses.freePort());
    private final Api.Client desk = new Api("http://localhost:" + port).as("front-desk");

    @Test
    void data_are_kept_and_the_demo_hospital_is_completed_once() {
        try (ProductProcess interrupted = start()) {
            interrupted.await("Registering a demo hospital");
            ProductProcess.await(Duration.ofSeconds(60), () -> registeredSoFar() >= 60);
            assertNoNoise(interrupted.console());
            interrupted.kill();
        }
        assertThat(folder.resolve("data/demo-hospital.unfinished"))
                .as("killed in the middle of it")
                .exists();

        String registered;
        try (ProductProcess resumed = start().awaitReady()) {
            assertThat(resumed.console()).contains("Registering a demo hospital", "The demo hospital is open");
            assertThat(total()).as("all are found when it is ready").isEqualTo(DemoHospital.PATIENTS);
            registered = desk.post("/patients", People.named("Kalpana", "Wadekar"))
                    .is(201)
                    .body();

            List<ProcessHandle> servers = resumed.servers();
            assertThat(servers).isNotEmpty();
            assertThat(resumed.stop()).isEqualTo(SIGTERM);
            assertThat(servers).noneMatch(ProcessHandle::isAlive);
            assertQuiet(resumed.console());
        }

        try (ProductProcess again = start().awaitReady()) {
            assertThat(again.console()).doesNotContain("demo hospital");
            String id = Api.JSON.readTree(registered).get("id").stringValue();
            assertThat(desk.get("/patients/" + id).is(200).body()).isEqualTo(registered);
            awaitTotal(DemoHospital.PATIENTS + 1);
            assertThat(again.stop()).isEqualTo(SIGTERM);
            assertQuiet(again.console());
        }
        assertThat(log()).contains("org.patientsapi.access").doesNotContain("Wadekar", "+91");
    }

    private ProductProcess start() {
        return ProductProcess.start(folder, Map.of("SERVER_PORT", port));
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("data/logs/patients-api.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long registeredSoFar() {
        return log().lines()
                .filter(line -> line.contains("POST /api/v1/patients 201"))
                .count();
    }

    private void awaitTotal(int expected) {
        ProductProcess.await(Duration.ofSeconds(20), () -> total() == expected);
        assertThat(total()).isEqualTo(expected);
    }

    private int total() {
        Answer answer = desk.get("/patients?per_page=1");
        return answer.status() == 200 ? Integer.parseInt(answer.header("X-Total-Count")) : -1;
    }

    /** Nothing but the product's own lines. */
    private static void assertNoNoise(String console) {
        assertThat(console).doesNotContain("INFO", "WARN", "ERROR", "AxonIQ", "\tat ");
    }

    private static void assertQuiet(String console) {
        assertNoNoise(console);
        assertThat(console).endsWith(" has stopped\n");
    }
}
