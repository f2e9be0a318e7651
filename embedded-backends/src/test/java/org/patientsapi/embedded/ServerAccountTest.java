package org.patientsapi.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.security.auth.module.UnixSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Root in a container, where the kernel allows no namespace. */
class ServerAccountTest {

    @Test
    void a_folder_that_the_other_user_cannot_enter_is_named(@TempDir Path folder) throws Exception {
        assumeThat(new UnixSystem().getUid()).isZero();
        Path notMadeYet = folder.resolve("data/postgresql");
        Map<Path, String> needed = Map.of(notMadeYet, "choose another");

        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        assertThatThrownBy(() -> ServerAccount.forRoot(1000, List.of(ServerAccount.as(1000)), needed))
                .hasMessage("PostgreSQL and Elasticsearch refuse to run as root, and user 1000 cannot enter "
                        + notMadeYet + ": choose another, or start as an ordinary user.");

        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(ServerAccount.forRoot(1000, List.of(ServerAccount.as(1000)), needed)
                        .fileOwner())
                .isEqualTo(1000);
    }

    @Test
    void a_server_runs_as_somebody_who_has_a_name() {
        assertThat(ServerAccount.named(4_242_424, 0)).isZero();
    }

    @Test
    void a_server_has_a_session_of_its_own_where_there_is_no_command_for_it_too() throws Exception {
        List<String> command = new ArrayList<>(ServerAccount.PERL_SETSID);
        command.addAll(List.of("sh", "-c", "echo $$ $(ps -o sid= -p $$)"));

        Process process = new ProcessBuilder(command).start();
        String[] processAndSession = new String(process.getInputStream().readAllBytes(), UTF_8)
                .strip()
                .split(" ");

        assertThat(processAndSession).hasSize(2);
        assertThat(processAndSession[1]).isEqualTo(processAndSession[0]);
    }
}
