package org.patientsapi.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerLogTest {

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void an_earlier_run_that_failed() throws IOException {
        file = folder.resolve("server.log");
        Files.writeString(file, "FATAL: of an earlier run\n");
    }

    @Test
    void the_first_line_that_tells_of_trouble_is_quoted() throws IOException {
        ServerLog log = ServerLog.begin(file);
        append("""
                LOG: starting
                FATAL: the database system is starting up
                2026-11-22T10:00:00,000 WARN o.e.Somewhere an Exception of no importance
                FATAL: data directory is damaged
                FATAL: therefore something else
                LOG: bye
                """);

        assertThat(log.lastWords()).isEqualTo("FATAL: data directory is damaged");
    }

    @Test
    void a_stack_trace_and_what_an_earlier_run_said_are_not_quoted() throws IOException {
        ServerLog log = ServerLog.begin(file);
        append("""
                starting
                java.lang.IllegalStateException: too small
                \tat some.Place.inCode(Place.java:1)
                \t... 8 more
                ERROR: Elasticsearch did not exit normally - check the logs
                """);

        assertThat(log.lastWords()).isEqualTo("java.lang.IllegalStateException: too small");
    }

    @Test
    void a_plain_cause_goes_before_what_follows_from_it() throws IOException {
        ServerLog log = ServerLog.begin(file);
        append("""
                java.lang.RuntimeException: starting java failed with [1]
                Error occurred during initialization of VM
                Too small maximum heap
                """);

        assertThat(log.lastWords()).isEqualTo("Too small maximum heap");
    }

    @Test
    void without_trouble_the_last_line_is_quoted() throws IOException {
        ServerLog log = ServerLog.begin(file);
        assertThat(log.lastWords()).isEqualTo("nothing");

        append("one\ntwo\n\n");

        assertThat(log.lastWords()).isEqualTo("two");
    }

    @Test
    void a_large_log_is_put_aside() throws IOException {
        Files.write(file, new byte[10_000_001]);

        ServerLog log = ServerLog.begin(file);

        assertThat(log.offset()).isZero();
        assertThat(folder.resolve("server.log.1")).hasSize(10_000_001);
    }

    private void append(String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.APPEND);
    }
}
