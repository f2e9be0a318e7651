package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.patientsapi.standalone.Api.Answer;
import org.patientsapi.testbackends.TestProcesses;
import tools.jackson.databind.JsonNode;

/**
 * The drill of {@code docs/operations.md}: both stores are lost; the database comes back from a base backup and the archived
 * WAL, the index from the database, and whoever was erased stays so.
 */
class RestoreDrillTest {

    private final Path folder = ProductProcess.emptyFolder("restore");
    private final Path data = folder.resolve("data");
    private final Path cluster = data.resolve("postgresql/cluster");
    private final Path archive = folder.resolve("archive").toAbsolutePath();
    private final Path backup = folder.resolve("backup");
    private final Map<String, String> environment =
            Map.of("SERVER_PORT", Integer.toString(TestProcesses.freePort()), "PATIENTS_DEMO_ENABLED", "false");
    private final Api api = new Api("http://localhost:" + environment.get("SERVER_PORT"));
    private final Api.Client desk = api.as("front-desk");
    private final Api.Client admin = api.as("admin");

    @Test
    void everything_up_to_the_last_archived_wal_comes_back_and_the_erased_do_not() throws Exception {
        Files.createDirectories(archive);
        Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("rwxrwxrwx"));
        Answer before;
        Answer after;
        String erased;
        String tooLate;
        List<ProcessHandle> servers;
        try (ProductProcess product = ProductProcess.start(folder, environment).awaitReady()) {
            archiveFromNowOn();
            before = desk.post("/patients", People.named("Before", "Backup")).is(201);
            erased = desk.post("/patients", People.named("Erased", "Later"))
                    .is(201)
                    .id();
            takeBaseBackup();

            String id = desk.post("/patients", People.named("After", "Backup"))
                    .is(201)
                    .id();
            after = desk.patch("/patients/" + id, Map.of("email", "after@example.com"))
                    .is(200);
            admin.send("DELETE", "/patients/" + erased + "?reason=court_order", null)
                    .is(200);
            archiveWhatThereIs();

            tooLate = desk.post("/patients", People.named("Never", "Archived"))
                    .is(201)
                    .id();
            servers = product.servers();
            product.kill();
        }
        for (ProcessHandle server : servers) {
            server.destroyForcibly();
            server.onExit().join();
        }

        restoreFromBackupAndArchive();

        try (ProductProcess restored = ProductProcess.start(folder, environment).awaitReady()) {
            for (Answer patient : List.of(before, after)) {
                assertThat(desk.get("/patients/" + patient.id()).is(200).json()).isEqualTo(patient.json());
            }
            desk.get("/patients/" + erased).isProblem(404, "patient_not_found");
            admin.get("/patients/" + erased + "/erasure").is(200);
            desk.get("/patients/" + tooLate).isProblem(404, "patient_not_found");

            // The index was lost, and is built anew.
            ProductProcess.await(
                    Duration.ofSeconds(60), () -> desk.get("/patients").status() == 200);
            Eventually.that(() -> assertThat(desk.get("/patients").is(200).all("id"))
                    .containsExactlyInAnyOrder(before.id(), after.id()));
            JsonNode check = new Operations(api).run("check");
            assertThat(check.get("repaired").longValue()).isZero();
            // Card numbers given out since the last archived WAL must not be given out again.
            try (Connection database = ProductProcess.superuser(folder)) {
                execute(database, "select setval('patient_number_seq', last_value + 1000) from patient_number_seq");
            }
            desk.post("/patients", People.somebody()).is(201);
            restored.stop();
        }
    }

    /** Archiving is switched on by a restart of the database, which the product survives. */
    private void archiveFromNowOn() throws Exception {
        try (Connection database = ProductProcess.superuser(folder)) {
            execute(database, "alter system set archive_mode = on");
            execute(database, "alter system set archive_command = 'cp %p " + archive + "/%f'");
        }
        long postmaster = Long.parseLong(
                Files.readAllLines(cluster.resolve("postmaster.pid")).getFirst());
        TestProcesses.signal("INT", postmaster);
        ProductProcess.await(Duration.ofSeconds(60), this::archives);
        assertThat(archives()).isTrue();
        Eventually.that(() -> assertThat(api.anonymous()
                        .get(api.address() + "/actuator/health/readiness")
                        .status())
                .isEqualTo(200));
    }

    private boolean archives() {
        try (Connection database = ProductProcess.superuser(folder)) {
            return one(database, "show archive_mode").equals("on");
        } catch (SQLException notYet) {
            return false;
        }
    }

    /** What {@code pg_basebackup} does, which is not among the embedded programs. */
    private void takeBaseBackup() throws Exception {
        try (Connection database = ProductProcess.superuser(folder)) {
            one(database, "select pg_backup_start('drill', true)");
            TestProcesses.run("cp", "-a", cluster.toString(), backup.toString());
            String label = one(database, "select labelfile from pg_backup_stop()");
            Files.writeString(backup.resolve("backup_label"), label);
        }
        Files.delete(backup.resolve("postmaster.pid"));
        TestProcesses.run("sh", "-c", "rm -rf '" + backup + "'/pg_wal/*");
    }

    private void archiveWhatThereIs() throws Exception {
        try (Connection database = ProductProcess.superuser(folder)) {
            String segment = one(database, "select pg_walfile_name(pg_switch_wal())");
            Eventually.that(() -> assertThat(archive.resolve(segment)).exists());
            Eventually.that(() -> assertThat(one(database, "select last_archived_wal from pg_stat_archiver"))
                    .isGreaterThanOrEqualTo(segment));
        }
    }

    private void restoreFromBackupAndArchive() throws Exception {
        TestProcesses.run(
                "rm", "-r", cluster.toString(), data.resolve("elasticsearch").toString());
        TestProcesses.run("cp", "-a", backup.toString(), cluster.toString());
        Files.writeString(
                cluster.resolve("postgresql.auto.conf"),
                "restore_command = 'cp " + archive + "/%f %p'\nhot_standby = off\n",
                StandardOpenOption.APPEND);
        Files.createFile(cluster.resolve("recovery.signal"));
    }

    private static void execute(Connection database, String sql) throws SQLException {
        try (var statement = database.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String one(Connection database, String sql) throws SQLException {
        try (var statement = database.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return String.valueOf(rows.getString(1));
        }
    }
}
