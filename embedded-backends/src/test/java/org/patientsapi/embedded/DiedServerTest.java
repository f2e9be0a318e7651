package org.patientsapi.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.patientsapi.embedded.BackendSettings.Parts;

class DiedServerTest {

    @Test
    void a_server_that_cannot_be_started_again_for_a_while_comes_back_by_itself() throws Exception {
        Path data = TestFolders.empty("died");
        Path needed = data.resolve("postgresql/cluster/global/pg_control");
        Path aside = data.resolve("aside");
        try (EmbeddedBackends backends =
                EmbeddedBackends.start(TestFolders.settings(data).withOnly(Parts.POSTGRES))) {
            List<ProcessHandle> server = ProcessHandle.current().descendants().toList();
            Files.move(needed, aside);
            server.forEach(ProcessHandle::destroyForcibly);
            Thread.sleep(Duration.ofSeconds(5));
            assertThatThrownBy(() -> Clients.query(backends, "SELECT 1")).isInstanceOf(SQLException.class);
            Files.move(aside, needed);

            assertThat(answersWithin(backends, Duration.ofSeconds(30))).isTrue();
        }
    }

    private static boolean answersWithin(EmbeddedBackends backends, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < end) {
            try {
                return Clients.query(backends, "SELECT 1").equals("1");
            } catch (Exception stillDown) {
                Thread.sleep(200);
            }
        }
        return false;
    }
}
