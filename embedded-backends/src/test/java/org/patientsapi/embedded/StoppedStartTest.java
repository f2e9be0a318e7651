package org.patientsapi.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.patientsapi.embedded.BackendSettings.Parts;

/** A first start that is stopped in the middle leaves nothing behind. */
class StoppedStartTest {

    @Test
    void the_making_of_the_database_ends_with_the_start() throws Exception {
        BackendSettings settings =
                TestFolders.settings(TestFolders.empty("stopped-start")).withOnly(Parts.POSTGRES);
        try (EmbeddedBackends backends = EmbeddedBackends.begin(settings)) {
            long end = System.nanoTime() + 60_000_000_000L;
            while (!initdbRuns() && System.nanoTime() < end) {
                Thread.sleep(5);
            }
            assertThat(initdbRuns()).isTrue();
        }
        assertThat(ProcessHandle.current().descendants()).isEmpty();

        EmbeddedBackends.start(settings).close();
    }

    private static boolean initdbRuns() {
        return ProcessHandle.current()
                .descendants()
                .anyMatch(process -> Processes.program(process).endsWith("/initdb"));
    }

    @Test
    void software_that_a_killed_start_left_half_unpacked_is_unpacked_anew() throws Exception {
        Path software = TestFolders.empty("half-unpacked-software");
        Path left = software.resolve("postgresql-" + Software.postgresVersion() + ".new");
        Files.createDirectories(left.resolve("half"));

        Path home = new Software(software, line -> {}).postgres();

        assertThat(home.resolve("bin/initdb")).isExecutable();
        assertThat(home.resolve("half")).doesNotExist();
        assertThat(left).doesNotExist();
    }
}
