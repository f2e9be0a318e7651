package org.patientsapi.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.patientsapi.embedded.BackendSettings.Parts;
import org.patientsapi.embedded.BackendStartException.Reason;

/** Each of an operator's mishaps gives one clear sentence, and leaves no process behind. */
class FailedStartTest {

    @Test
    void a_port_in_use() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            int port = taken.getLocalPort();

            assertFails(
                    TestFolders.settings(TestFolders.empty("port-in-use"))
                            .withOnly(Parts.ELASTICSEARCH)
                            .withElasticsearchPort(port),
                    Reason.PORT_IN_USE,
                    "Port " + port + ", meant for Elasticsearch 9.5.3, is already in use by another program; stop that"
                            + " one or choose another port.");
        }
    }

    @Test
    void a_port_in_use_stops_the_other_server_too() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            assertFails(
                    TestFolders.settings(TestFolders.empty("port-in-use-by-one"))
                            .withPostgresPort(taken.getLocalPort()),
                    Reason.PORT_IN_USE,
                    "Port " + taken.getLocalPort() + ", meant for PostgreSQL 18.6, is already in use by another"
                            + " program; stop that one or choose another port.");
        }
    }

    @Test
    void too_little_room_on_the_disk() {
        assertThatThrownBy(() -> DataDirectory.requireSpace(Path.of("/data"), 999_999_999, 1_000_000_000))
                .hasMessage("The disk that holds /data has only 999 MB free, and 1000 MB are needed; free some space or"
                        + " choose a folder on another disk with PATIENTS_DATA_DIR.");
        DataDirectory.requireSpace(Path.of("/data"), 1_000_000_000, 1_000_000_000);
    }

    @Test
    void a_disk_that_fills_up_on_the_way() {
        IOException failure = new IOException("x: Auf dem Gerät ist kein Speicherplatz mehr verfügbar");

        assertThat(DataDirectory.unusable(Path.of("/data"), "PATIENTS_DATA_DIR", failure, 16_000_000))
                .hasMessage("The disk that holds /data is full; free some space or choose a folder on another disk with"
                        + " PATIENTS_DATA_DIR.")
                .extracting(BackendStartException::reason)
                .isEqualTo(Reason.DISK_FULL);
    }

    @Test
    void a_server_speaks_english_and_keeps_the_names_of_files() {
        Map<String, String> environment = new HashMap<>(Map.of("LC_ALL", "de_DE.UTF-8", "LANG", "hi_IN.UTF-8"));
        Processes.inEnglish(environment);

        assertThat(environment).isEqualTo(Map.of("LC_CTYPE", "de_DE.UTF-8", "LC_MESSAGES", "C", "LANG", "hi_IN.UTF-8"));
    }

    @Test
    void a_data_directory_that_is_a_file(@TempDir Path folder) throws IOException {
        Path file = Files.createFile(folder.resolve("data"));

        assertFails(
                TestFolders.settings(file),
                Reason.DATA_DIRECTORY_UNUSABLE,
                "The directory " + file + " cannot be used (FileAlreadyExistsException: " + file
                        + "); make it writable for this user or choose another folder with PATIENTS_DATA_DIR.");
    }

    @Test
    void a_folder_in_which_nothing_can_be_made() {
        BackendStartException failure = failure(TestFolders.settings(Path.of("/proc/patients-data")));

        assertThat(failure.reason()).isEqualTo(Reason.DATA_DIRECTORY_UNUSABLE);
        assertThat(failure).message().startsWith("The directory /proc/patients-data cannot be used (");
    }

    @Test
    void a_server_that_dies_is_quoted() throws IOException {
        Path data = TestFolders.empty("dies");
        BackendStartException failure =
                failure(TestFolders.settings(data).withOnly(Parts.ELASTICSEARCH).withElasticsearchHeapMegabytes(1));

        assertThat(failure.reason()).isEqualTo(Reason.SERVER_FAILED);
        assertThat(failure)
                .message()
                .startsWith("Elasticsearch 9.5.3 stopped while it was starting; it said: \"")
                .contains("heap")
                .endsWith("the whole story is in " + data.resolve("logs/elasticsearch.log") + ".");
    }

    @Test
    void lost_passwords_and_a_damaged_database() throws IOException {
        Path data = TestFolders.empty("lost");
        BackendSettings settings = TestFolders.settings(data).withOnly(Parts.POSTGRES);
        EmbeddedBackends.start(settings).close();

        Path password = data.resolve("secrets/postgres.password");
        Path aside = data.resolve("aside");
        Files.move(password, aside);
        assertFails(
                settings,
                Reason.DATA_DIRECTORY_UNUSABLE,
                "The password in " + password + " is not the one of the database in "
                        + data.resolve("postgresql/cluster") + "; put the original file back.");
        Files.delete(password);
        Files.move(aside, password);

        Files.delete(data.resolve("postgresql/cluster/global/pg_control"));
        BackendStartException failure = failure(settings);
        assertThat(failure.reason()).isEqualTo(Reason.SERVER_FAILED);
        assertThat(failure).message().contains("it said: \"postgres: could not find the database system\"");
    }

    @Test
    void an_empty_password_file() throws IOException {
        Path data = TestFolders.empty("empty-password");
        Files.createDirectories(data.resolve("secrets"));
        Path password = Files.createFile(data.resolve("secrets/patients-app.password"));

        assertFails(
                TestFolders.settings(data).withOnly(Parts.POSTGRES),
                Reason.DATA_DIRECTORY_UNUSABLE,
                "The file " + password + " is empty; put the original file back.");
        assertThat(password).isEmptyFile();
    }

    @Test
    void data_of_another_major_version() throws IOException {
        Path data = TestFolders.empty("other-version");
        Files.createDirectories(data.resolve("postgresql/cluster"));
        Files.writeString(data.resolve("postgresql/cluster/PG_VERSION"), "17\n");

        assertThat(failure(TestFolders.settings(data).withOnly(Parts.POSTGRES)))
                .message()
                .contains("was written by PostgreSQL 17, which PostgreSQL 18.6 cannot read");
    }

    private static void assertFails(BackendSettings settings, Reason reason, String sentence) {
        BackendStartException failure = failure(settings);
        assertThat(failure).hasMessage(sentence);
        assertThat(failure.reason()).isEqualTo(reason);
    }

    private static BackendStartException failure(BackendSettings settings) {
        BackendStartException failure = catchThrowableOfType(
                BackendStartException.class,
                () -> EmbeddedBackends.start(settings).close());
        assertThat(ProcessHandle.current().descendants()).isEmpty();
        return failure;
    }
}
