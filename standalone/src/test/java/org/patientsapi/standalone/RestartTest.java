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
import org.patientsapi.testbackends.TestProcesses;

/** Started, interrupted, started, stopped: the data are kept, and the demo hospital is completed. */
class RestartTest {

    private static final int SIGTERM = 128 + 15;

    private final Path folder = ProductProcess.emptyFolder("restart");
    private final String port = Integer.toString(TestProcesses.freePort());
    private final Api.Client desk = new Api("http://localhost:" + port).as("front-desk");

    @Test
    void what_an_interrupted_start_has_registered_is_kept_and_the_next_one_goes_on() {
        try (ProductProcess interrupted = start()) {
            interrupted.await("Registering a demo hospital");
            ProductProcess.await(Duration.ofSeconds(60), () -> registeredSoFar() >= 60);
            assertNoNoise(interrupted.console());
            interrupted.kill();
        }
        assertThat(folder.resolve("data/demo-hospital.unfinished"))
                .as("killed in the middle of it")
                .exists();

        try (ProductProcess resumed = start().awaitReady()) {
            assertThat(resumed.console()).contains("Registering a demo hospital", "The demo hospital is open");
            assertThat(desk.get("/patients?per_page=1").is(200).header("X-Total-Count"))
                    .as("all are found when it is ready")
                    .isEqualTo(Integer.toString(DemoHospital.PATIENTS));
            desk.post("/patients", People.named("Kalpana", "Wadekar")).is(201);

            List<ProcessHandle> servers = resumed.servers();
            assertThat(servers).isNotEmpty();
            assertThat(resumed.stop()).isEqualTo(SIGTERM);
            assertThat(servers).noneMatch(ProcessHandle::isAlive);
            assertNoNoise(resumed.console());
            assertThat(resumed.console()).endsWith(" has stopped\n");
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

    /** Nothing but the product's own lines. */
    private static void assertNoNoise(String console) {
        assertThat(console).doesNotContain("INFO", "WARN", "ERROR", "AxonIQ", "\tat ");
    }
}
