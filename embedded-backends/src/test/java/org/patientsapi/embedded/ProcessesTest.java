package org.patientsapi.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.security.auth.module.UnixSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ProcessesTest {

    private static final ServerAccount ACCOUNT = ServerAccount.as(1000);

    /** The usual container leaves it no CAP_SYS_PTRACE. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void root_that_may_not_look_into_processes_finds_its_servers(@TempDir Path folder) throws Exception {
        assumeThat(new UnixSystem().getUid()).isZero();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Process server = new ProcessBuilder(ACCOUNT.command(
                        List.of("bash", "-c", "exec -a /bin/postgres sh -c 'sleep 300; :' $0", folder.toString())))
                .start();
        try {
            Process finder = new ProcessBuilder(
                            "setpriv",
                            "--bounding-set=-sys_ptrace",
                            "--inh-caps=-sys_ptrace",
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                            Finder.class.getName(),
                            folder.toString(),
                            Long.toString(server.pid()))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();

            assertThat(new String(finder.getInputStream().readAllBytes(), UTF_8))
                    .isEqualToIgnoringNewLines("[" + server.pid() + "] true");
        } finally {
            Processes.end(server.toHandle(), Duration.ZERO);
        }
    }

    /** The main program of a JVM with fewer rights: says which processes work on a folder, and whether one is PostgreSQL. */
    static final class Finder {

        public static void main(String[] arguments) {
            List<Long> found =
                    Processes.workingOn(Path.of(arguments[0]), line -> line.contains(arguments[0]), ACCOUNT).stream()
                            .map(ProcessHandle::pid)
                            .toList();
            System.out.println(found + " " + PostgresServer.isPostgres(arguments[1]));
        }
    }
}
