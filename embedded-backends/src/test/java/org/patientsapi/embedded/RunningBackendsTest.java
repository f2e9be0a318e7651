package org.patientsapi.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.patientsapi.embedded.BackendStartException.Reason;

/** Both servers, started once, seen from their clients. */
class RunningBackendsTest {

    private static final List<String> PROGRESS = new CopyOnWriteArrayList<>();
    private static Path data;
    private static EmbeddedBackends backends;

    @BeforeAll
    static void start() throws IOException {
        data = TestFolders.empty("running");
        backends = EmbeddedBackends.start(TestFolders.settings(data).withProgress(PROGRESS::add));
    }

    @AfterAll
    static void stop() {
        backends.close();
    }

    @Test
    void the_operator_is_told_what_is_up_and_where() {
        assertThat(PROGRESS)
                .anyMatch(line -> line.matches("PostgreSQL 18\\.6 is up on port \\d+ \\(\\d+\\.\\d s\\)"))
                .anyMatch(line -> line.matches("Elasticsearch 9\\.5\\.3 is up on port \\d+ \\(\\d+\\.\\d s\\)"));
    }

    @Test
    void an_acknowledged_write_is_on_disk() throws SQLException {
        for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes", "data_checksums")) {
            assertThat(Clients.query(backends, "SHOW " + setting)).as(setting).isEqualTo("on");
        }
    }

    @Test
    void text_is_utf_8_and_sorted_by_code_point() throws SQLException {
        assertThat(Clients.query(
                        backends,
                        "SELECT pg_encoding_to_char(encoding) || ' ' || datcollate FROM pg_database"
                                + " WHERE datname = 'patients'"))
                .isEqualTo("UTF8 C");
    }

    @Test
    void a_wrong_password_is_refused() {
        for (String user : List.of("postgres", "patients_owner", "patients_app")) {
            assertThatThrownBy(() -> Clients.connect(backends.jdbcUrl(), new DatabaseLogin(user, "wrong")))
                    .as(user)
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
        }
    }

    @Test
    void the_roles_have_different_random_passwords_in_files_for_this_user_only() throws IOException {
        assertThat(backends.owner().password())
                .hasSizeGreaterThan(30)
                .isNotEqualTo(backends.application().password());
        assertThat(backends.owner().toString()).doesNotContain(backends.owner().password());
        try (Stream<Path> files = Files.list(data.resolve("secrets"))) {
            assertThat(files.toList())
                    .hasSize(3)
                    .allSatisfy(file -> assertThat(Files.getPosixFilePermissions(file))
                            .isEqualTo(PosixFilePermissions.fromString("rw-------")));
        }
    }

    @Test
    void the_owner_makes_tables_and_the_application_has_only_what_it_is_granted() throws SQLException {
        Clients.execute(backends, "CREATE TABLE granted (id int); GRANT SELECT ON granted TO patients_app");
        Clients.execute(backends, "CREATE TABLE not_granted (id int)");
        try (Connection application = Clients.connect(backends.jdbcUrl(), backends.application());
                Statement statement = application.createStatement()) {
            statement.executeQuery("SELECT * FROM granted").close();
            for (String refused : List.of(
                    "SELECT * FROM not_granted",
                    "INSERT INTO granted VALUES (1)",
                    "CREATE TABLE mine (id int)",
                    "CREATE DATABASE mine",
                    "CREATE ROLE mine",
                    "COPY granted TO PROGRAM 'true'")) {
                assertThatThrownBy(() -> statement.execute(refused)).as(refused).isInstanceOf(SQLException.class);
            }
        }
        assertThat(Clients.query(backends, "SELECT count(*) FROM pg_roles WHERE rolsuper AND rolname ~ 'patients'"))
                .isEqualTo("0");
    }

    @Test
    void a_further_database_is_empty_and_has_the_same_roles() throws SQLException {
        String jdbcUrl = backends.createDatabase("further");

        assertThat(jdbcUrl).contains("/further?");
        try (Connection owner = Clients.connect(jdbcUrl, backends.owner());
                Statement statement = owner.createStatement()) {
            statement.execute("CREATE TABLE here (id int)");
        }
        Clients.connect(jdbcUrl, backends.application()).close();
        assertThatThrownBy(() -> backends.createDatabase("x; DROP TABLE granted"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_violated_constraint_shows_its_values_neither_in_the_exception_nor_in_the_log()
            throws SQLException, IOException {
        Clients.execute(backends, "CREATE TABLE claim (phone text PRIMARY KEY)");
        Clients.execute(backends, "INSERT INTO claim VALUES ('9876500001')");

        assertThatThrownBy(() -> Clients.execute(backends, "INSERT INTO claim VALUES ('9876500001')"))
                .isInstanceOf(SQLException.class)
                .message()
                .contains("claim_pkey")
                .doesNotContain("9876500001");
        assertThat(Files.readString(data.resolve("logs").resolve("postgresql.log")))
                .contains("claim_pkey")
                .doesNotContain("9876500001")
                .doesNotContain(backends.owner().password());
    }

    @Test
    void an_index_is_made_on_purpose_only() throws IOException, InterruptedException {
        URI server = backends.elasticsearchUri();

        assertThat(Clients.http(server, "PUT", "/unknown/_doc/1", "{}").statusCode())
                .isEqualTo(404);
        assertThat(Clients.http(server, "PUT", "/known", "{}").statusCode()).isEqualTo(200);
        assertThat(Clients.http(server, "PUT", "/known/_doc/1", "{}").statusCode())
                .isEqualTo(201);
    }

    /** As the system lists who listens: where a machine has no network there is nothing to try it from. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void both_servers_listen_on_loopback_only() throws IOException {
        for (int port : List.of(postgresPort(), backends.elasticsearchUri().getPort())) {
            assertThat(listeningAddresses(port))
                    .as("port %d", port)
                    .isNotEmpty()
                    .isSubsetOf("0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F");
        }
    }

    /** In hexadecimal, as proc(5) has them. */
    private static List<String> listeningAddresses(int port) throws IOException {
        Pattern listening = Pattern.compile(" *\\d+: (\\p{XDigit}+):%04X \\p{XDigit}+:0000 0A .*".formatted(port));
        List<String> addresses = new ArrayList<>();
        // A kernel without IPv6 has no second one.
        for (Path table : Stream.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"))
                .filter(Files::exists)
                .toList()) {
            for (String line : Files.readAllLines(table)) {
                Matcher socket = listening.matcher(line);
                if (socket.matches()) {
                    addresses.add(socket.group(1));
                }
            }
        }
        return addresses;
    }

    @Test
    void nobody_on_the_network_can_reach_either_server() throws IOException {
        List<InetAddress> others = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .toList();
        for (InetAddress address : others) {
            for (int port : List.of(postgresPort(), backends.elasticsearchUri().getPort())) {
                assertThatThrownBy(() -> new Socket(address, port).close())
                        .as("%s port %d", address, port)
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void a_second_instance_on_the_same_directory_is_told_so() {
        assertThatThrownBy(() -> EmbeddedBackends.start(TestFolders.settings(data)))
                .isInstanceOfSatisfying(
                        BackendStartException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.DATA_DIRECTORY_IN_USE))
                .hasMessage("The data directory " + data + " is in use by another running instance (process "
                        + ProcessHandle.current().pid()
                        + "); stop that one or choose another folder with PATIENTS_DATA_DIR.");
    }

    @Test
    void a_terminals_ctrl_c_does_not_reach_the_servers() {
        OptionalInt ourGroup = processGroup(ProcessHandle.current());
        List<Integer> groups = ProcessHandle.current()
                .descendants()
                .map(RunningBackendsTest::processGroup)
                .flatMapToInt(OptionalInt::stream)
                .boxed()
                .toList();

        assertThat(groups).hasSizeGreaterThan(3).doesNotContain(ourGroup.orElseThrow());
    }

    /** Nothing for a process that has ended since it was listed, as PostgreSQL's workers do at any time. */
    private static OptionalInt processGroup(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            return OptionalInt.of(
                    Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[2]));
        } catch (IOException e) {
            return OptionalInt.empty();
        }
    }

    @Test
    void a_database_server_that_is_killed_comes_back_with_its_data() throws Exception {
        Clients.execute(backends, "CREATE TABLE survivor AS SELECT 'here' AS word");
        ProcessHandle postmaster = ProcessHandle.current()
                .children()
                .filter(child -> Processes.program(child).endsWith("/postgres"))
                .findFirst()
                .orElseThrow();

        postmaster.destroyForcibly();
        postmaster.onExit().join();

        assertThat(eventuallyQueried("SELECT word FROM survivor")).isEqualTo("here");
    }

    private static String eventuallyQueried(String sql) throws InterruptedException, SQLException {
        for (int attempt = 0; attempt < 100; attempt++) {
            try {
                return Clients.query(backends, sql);
            } catch (SQLException e) {
                Thread.sleep(Duration.ofMillis(100));
            }
        }
        return Clients.query(backends, sql);
    }

    private static int postgresPort() {
        return URI.create(backends.jdbcUrl().substring("jdbc:".length())).getPort();
    }
}
