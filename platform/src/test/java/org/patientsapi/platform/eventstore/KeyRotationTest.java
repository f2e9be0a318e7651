package org.patientsapi.platform.eventstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.patientsapi.api.PatientEvent.ContactChanged;
import org.patientsapi.platform.lifecycle.StartRefusedException;
import org.patientsapi.platform.vault.KeyRotation;
import org.patientsapi.platform.vault.KeyRotation.Policy;
import org.patientsapi.platform.vault.KeyVault;
import org.patientsapi.platform.vault.PatientKeys;
import org.patientsapi.platform.vault.VaultException;
import org.patientsapi.platform.vault.VaultOpening;
import org.patientsapi.testbackends.TestBackends;
import org.patientsapi.testbackends.TestDatabase;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Two nodes over one database and one vault file; time is told to the vault as the test wants it. */
class KeyRotationTest {

    /** Nothing stays in memory, so every read asks the vault. */
    private static final String NO_CACHE = "patients.vault.cached-keys=0";

    private static final Duration KEPT = Duration.ofDays(35);

    @TempDir
    Path folder;

    private final TestDatabase database = TestBackends.freshDatabase();

    @Test
    void the_key_is_rotated_and_destroyed_while_two_nodes_work_and_no_patient_is_lost() {
        Path file = folder.resolve("vault.json");
        try (Node one = Node.start(database, file, NO_CACHE);
                Node two = Node.start(database, file, NO_CACHE)) {
            List<String> patients = new ArrayList<>();
            for (int i = 0; i < 1_100; i++) {
                String id = Samples.patientId();
                one.inTransaction(() -> {
                    one.bean(PatientKeys.class).create(id, "P-" + id);
                    return id;
                });
                patients.add(id);
            }
            String known = registered(one);
            byte[] inAnOldBackup = wrappedKey(one, known);
            KeyVault vault = one.bean(KeyVault.class);
            Instant now = Clock.systemUTC().instant();

            rotation(one, now, new Policy(null, now, KEPT)).run();

            assertThat(marks(one)).containsExactly(HexFormat.of().formatHex(vault.newestMark()));
            assertThat(wrappedKey(one, known)).isNotEqualTo(inAnOldBackup);
            // The other node reads what was wrapped by a version that it had not heard of, and wraps by it.
            assertThat(two.bean(PatientKeys.class).keys(patients)).hasSize(patients.size());
            two.send(new NotedPatient.ChangePhone(known, "+919812345671"));
            registered(two);
            assertThat(marks(two)).hasSize(1);
            assertThat(two.bean(PatientHistory.class).of(known).getLast().event())
                    .isInstanceOf(ContactChanged.class);
            // For a backup of yesterday the replaced version is still there.
            assertThat(vault.unwrap(inAnOldBackup, known)).hasSize(32);

            rotation(one, now.plus(KEPT).plusSeconds(10), new Policy(null, now, KEPT))
                    .run();

            for (Node node : List.of(one, two)) {
                registered(node);
                assertThatThrownBy(() -> node.bean(KeyVault.class).unwrap(inAnOldBackup, known))
                        .isInstanceOf(VaultException.class);
                assertThat(node.bean(PatientKeys.class).keys(patients)).hasSize(patients.size());
            }
        }
    }

    @Test
    void a_version_that_still_wraps_somebodys_key_is_not_destroyed() {
        try (Node node = Node.start(database, folder.resolve("vault.json"), NO_CACHE)) {
            String id = registered(node);
            KeyVault vault = node.bean(KeyVault.class);
            byte[] wrapped = wrappedKey(node, id);
            vault.rotate(Instant.MAX);

            assertThat(vault.destroyReplaced(Instant.MAX, mark -> false)).isFalse();

            assertThat(vault.unwrap(wrapped, id)).hasSize(32);
        }
    }

    @Test
    void a_version_by_which_somebody_may_be_about_to_wrap_is_not_destroyed_though_none_are_to_be_kept() {
        try (Node node = Node.start(database, folder.resolve("vault.json"), NO_CACHE)) {
            String id = registered(node);
            byte[] before = wrappedKey(node, id);
            Instant now = Clock.systemUTC().instant();
            Policy keepsNone = new Policy(null, now, Duration.ZERO);
            rotation(node, now, keepsNone).run();

            rotation(node, now.plusSeconds(30), keepsNone).run();
            assertThat(node.bean(KeyVault.class).unwrap(before, id)).hasSize(32);

            rotation(node, now.plusSeconds(120), keepsNone).run();
            assertThatThrownBy(() -> node.bean(KeyVault.class).unwrap(before, id))
                    .isInstanceOf(VaultException.class);
        }
    }

    @Test
    void a_damaged_key_is_passed_over_and_the_version_that_wraps_it_stays() {
        try (Node node = Node.start(database, folder.resolve("vault.json"), NO_CACHE)) {
            String sound = registered(node);
            String damaged = registered(node);
            byte[] before = wrappedKey(node, sound);
            node.sql()
                    .sql(
                            "update patient_key set wrapped_key = set_byte(wrapped_key, 20, 255 - get_byte(wrapped_key, 20))"
                                    + " where patient_id = ?")
                    .param(UUID.fromString(damaged))
                    .update();
            Instant now = Clock.systemUTC().instant();

            rotation(node, now, new Policy(null, now, KEPT)).run();
            rotation(node, now.plus(KEPT).plusSeconds(10), new Policy(null, now, KEPT))
                    .run();

            assertThat(wrappedKey(node, sound)).isNotEqualTo(before);
            assertThat(node.bean(KeyVault.class).unwrap(before, sound)).hasSize(32);
        }
    }

    @Test
    void a_rotation_that_was_interrupted_goes_on_and_what_is_destroyed_meanwhile_stays_so() {
        try (Node node = Node.start(database, folder.resolve("vault.json"), NO_CACHE)) {
            String gone = registered(node);
            String goneMeanwhile = registered(node);
            registered(node);
            Instant now = Clock.systemUTC().instant();
            KeyVault vault = node.bean(KeyVault.class);
            vault.rotate(now);
            String after = registered(node);
            node.destroyKey(gone);
            assertThat(marks(node)).hasSize(2);

            // When its key was read to be wrapped anew, and was not written yet.
            KeyVault overtaken = beforeItFirstWraps(() -> node.destroyKey(goneMeanwhile), vault);
            new KeyRotation(overtaken, node.sql(), Clock.fixed(now, ZoneOffset.UTC), new Policy(null, now, null)).run();

            assertThat(marks(node)).hasSize(1);
            assertThat(wrappedKey(node, gone)).isNull();
            assertThat(wrappedKey(node, goneMeanwhile)).isNull();
            assertThat(node.bean(PatientHistory.class).of(after)).hasSize(1);
        }
    }

    @Test
    void to_look_whether_anything_is_to_be_wrapped_or_destroyed_reads_hardly_any_key() throws SQLException {
        try (Node node = Node.start(database, folder.resolve("vault.json"), NO_CACHE)) {
            registered(node);
            Instant now = Clock.systemUTC().instant();
            Policy policy = new Policy(null, now, KEPT);
            rotation(node, now, policy).run();
            node.sql()
                    .sql("insert into patient_key (patient_id, patient_number, wrapped_key)"
                            + " select gen_random_uuid(), 'N' || n, ? || sha256(n::text::bytea)"
                            + " from generate_series(1, 50000) as n")
                    .param(node.bean(KeyVault.class).newestMark())
                    .update();
            try (Connection owner = DriverManager.getConnection(
                            database.jdbcUrl(),
                            database.owner().user(),
                            database.owner().password());
                    Statement statement = owner.createStatement()) {
                statement.execute("analyze patient_key");
            }

            long read = node.inTransaction(() -> {
                rotation(node, now.plus(KEPT).plusSeconds(10), policy).run();
                return node.sql()
                        .sql("select seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables"
                                + " where relname = 'patient_key'")
                        .query(Long.class)
                        .single();
            });

            assertThat(read).isLessThan(100);
        }
    }

    @Test
    void a_key_that_is_young_enough_is_not_rotated() {
        try (Node node = Node.start(database, folder.resolve("vault.json"), NO_CACHE)) {
            byte[] mark = node.bean(KeyVault.class).newestMark();
            Instant now = Clock.systemUTC().instant();
            Policy monthly = new Policy(Duration.ofDays(30), null, null);

            rotation(node, now.plus(Duration.ofDays(29)), monthly).run();
            assertThat(node.bean(KeyVault.class).newestMark()).isEqualTo(mark);

            rotation(node, now.plus(Duration.ofDays(31)), monthly).run();
            assertThat(node.bean(KeyVault.class).newestMark()).isNotEqualTo(mark);
        }
    }

    @Test
    void a_time_that_has_not_come_makes_no_key_too_old() {
        try (Node node = Node.start(database, folder.resolve("vault.json"), NO_CACHE)) {
            byte[] mark = node.bean(KeyVault.class).newestMark();
            Instant now = Clock.systemUTC().instant();
            Policy tomorrow = new Policy(null, now.plus(Duration.ofDays(1)), null);

            rotation(node, now, tomorrow).run();
            assertThat(node.bean(KeyVault.class).newestMark()).isEqualTo(mark);

            rotation(node, now.plus(Duration.ofDays(1)), tomorrow).run();
            assertThat(node.bean(KeyVault.class).newestMark()).isNotEqualTo(mark);
        }
    }

    @Test
    void a_backup_from_before_the_oldest_key_that_is_left_is_named_as_what_it_is() throws Exception {
        Path file = folder.resolve("vault.json");
        try (Node node = Node.start(database, file, NO_CACHE)) {
            registered(node);
            KeyVault vault = node.bean(KeyVault.class);
            vault.rotate(Instant.MAX);
            vault.destroyReplaced(Instant.MAX, mark -> true);

            assertThatThrownBy(() -> new VaultOpening(
                                    file,
                                    node.sql(),
                                    new TransactionTemplate(node.bean(PlatformTransactionManager.class)),
                                    Clock.systemUTC())
                            .open())
                    .isInstanceOf(StartRefusedException.class)
                    .hasMessageContaining("The database is older than the oldest key");
        }
        assertThat(Files.readString(file)).contains("destroyed_at");
    }

    private static KeyRotation rotation(Node node, Instant now, Policy policy) {
        return new KeyRotation(node.bean(KeyVault.class), node.sql(), Clock.fixed(now, ZoneOffset.UTC), policy);
    }

    private static KeyVault beforeItFirstWraps(Runnable intrusion, KeyVault vault) {
        AtomicBoolean intruded = new AtomicBoolean();
        return (KeyVault) Proxy.newProxyInstance(
                KeyVault.class.getClassLoader(), new Class<?>[] {KeyVault.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("wrap") && intruded.compareAndSet(false, true)) {
                        intrusion.run();
                    }
                    return method.invoke(vault, arguments);
                });
    }

    private static String registered(Node node) {
        String id = Samples.patientId();
        node.send(Samples.register(id));
        return id;
    }

    private static byte[] wrappedKey(Node node, String id) {
        return node.sql()
                .sql("select wrapped_key from patient_key where patient_id = ?")
                .param(UUID.fromString(id))
                .query((row, n) -> row.getBytes(1))
                .list()
                .getFirst();
    }

    private static List<String> marks(Node node) {
        return node.sql()
                .sql("select distinct encode(substring(wrapped_key from 1 for 5), 'hex') from patient_key"
                        + " where wrapped_key is not null")
                .query(String.class)
                .list();
    }
}
