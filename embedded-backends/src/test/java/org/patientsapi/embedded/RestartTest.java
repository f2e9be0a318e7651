package org.patientsapi.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Stopping, being killed, and starting again on the same directory. */
class RestartTest {

    @Test
    void the_data_outlives_a_stop_and_a_kill_and_no_process_does() throws Exception {
        Path data = TestFolders.empty("restart");
        BackendSettings settings = TestFolders.settings(data);

        List<ProcessHandle> servers;
        Duration stop;
        try (EmbeddedBackends first = EmbeddedBackends.start(settings)) {
            Clients.execute(first, "CREATE TABLE note (text text)");
            Clients.execute(first, "INSERT INTO note VALUES ('kept')");
            Clients.http(first.elasticsearchUri(), "PUT", "/note", "{}");
            Clients.http(first.elasticsearchUri(), "PUT", "/note/_doc/1", "{\"text\":\"kept\"}");
            servers = ProcessHandle.current().descendants().toList();
            assertThat(servers).hasSizeGreaterThan(3);
            stop = Duration.ofNanos(-System.nanoTime());
        }
        assertThat(stop.plusNanos(System.nanoTime())).isLessThan(Duration.ofSeconds(10));
        assertThat(servers).noneMatch(ProcessHandle::isAlive);

        List<ProcessHandle> orphans = startInAnotherJvmAndKillIt(data);
        assertThat(orphans.stream().filter(ProcessHandle::isAlive)).hasSizeGreaterThan(3);

        Process bystander = new ProcessBuilder(
                        "tail",
                        "-f",
                        data.resolve("postgresql/cluster/PG_VERSION").toString())
                .start();
        Process lookalike = new ProcessBuilder(
                        "sh",
                        "-c",
                        "sleep 300; :",
                        data.resolve("postgresql/cluster").toString())
                .start();
        try (EmbeddedBackends second = EmbeddedBackends.start(settings)) {
            assertThat(orphans).noneMatch(ProcessHandle::isAlive);
            assertThat(List.of(bystander, lookalike)).allMatch(Process::isAlive);
            assertThat(Clients.query(second, "SELECT text FROM note")).isEqualTo("kept");
            assertThat(Clients.query(second, "SELECT count(*) FROM written_by_the_killed"))
                    .isEqualTo("1");
            assertThat(Clients.http(second.elasticsearchUri(), "GET", "/note/_doc/1", "")
                            .body())
                    .contains("kept");
        } finally {
            Processes.end(bystander.toHandle(), Duration.ZERO);
            Processes.end(lookalike.toHandle(), Duration.ZERO);
        }
    }

    private static List<ProcessHandle> startInAnotherJvmAndKillIt(Path data) throws IOException, InterruptedException {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dpatients.backends.quick=true",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        KilledInstance.class.getName(),
                        data.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = jvm.inputReader(StandardCharsets.UTF_8)) {
            String line = output.readLine();
            while (line != null && !line.equals(KilledInstance.READY)) {
                line = output.readLine();
            }
            assertThat(line).isEqualTo(KilledInstance.READY);
            List<ProcessHandle> orphans = jvm.descendants().toList();
            jvm.destroyForcibly().waitFor();
            return orphans;
        }
    }
}
