package org.patientsapi.platform.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.patientsapi.platform.MigratedDatabase;
import org.patientsapi.platform.lifecycle.StartRefusedException;
import org.patientsapi.testbackends.TestDatabase;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class VaultTest {

    private static final String PATIENT = "01938c5e-0f6a-7c1b-9d3e-2f4a5b6c7d8e";
    private static final Clock CLOCK = Clock.systemUTC();
    private static final byte[] DATA_KEY = "thirty-two bytes of key material".getBytes(UTF_8);

    @TempDir
    Path folder;

    private Path file;
    private JdbcClient jdbc;
    private TransactionTemplate transactions;

    @BeforeEach
    void emptyDatabase() {
        TestDatabase database = MigratedDatabase.fresh();
        var dataSource = new DriverManagerDataSource(
                database.jdbcUrl(),
                database.application().user(),
                database.application().password());
        jdbc = JdbcClient.create(dataSource);
        transactions = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        file = folder.resolve("keys/vault.json");
    }

    @Test
    void the_first_start_makes_the_file_for_its_owners_eyes_only_and_leaves_no_other() throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file.resolveSibling("vault.json.tmp"), "what a crash left behind");

        open();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void the_next_start_finds_the_same_keys() {
        KeyVault first = open();
        byte[] wrapped = first.wrap(DATA_KEY, PATIENT);

        KeyVault second = open();

        assertThat(second.unwrap(wrapped, PATIENT)).isEqualTo(DATA_KEY);
        assertThat(second.keyedHash("phone", "1")).hasSize(32).isEqualTo(first.keyedHash("phone", "1"));
        assertThat(second.derive("numbers")).isEqualTo(first.derive("numbers"));
    }

    @Test
    void a_wrapped_key_is_of_no_use_for_another_patient() {
        KeyVault vault = open();
        byte[] wrapped = vault.wrap(DATA_KEY, PATIENT);

        assertThatThrownBy(() -> vault.unwrap(wrapped, PATIENT.replace('0', '1')))
                .isInstanceOf(VaultException.class);
    }

    @Test
    void equal_values_of_two_kinds_or_purposes_are_not_recognised_as_equal() {
        KeyVault vault = open();

        assertThat(Stream.of(
                                vault.keyedHash("phone", "1"),
                                vault.keyedHash("abha", "1"),
                                vault.keyedHash("phone", "2"),
                                vault.derive("phone"),
                                vault.derive("phone\0" + "1"))
                        .map(HexFormat.of()::formatHex))
                .doesNotHaveDuplicates();
    }

    /**
     * Whatever is stored hangs on it: an update that derives otherwise finds no claim, opens no event and signs by another key. The
     * file is of no installation.
     */
    @Test
    void what_an_earlier_version_wrapped_hashed_and_derived_is_the_same_in_every_later_one() throws IOException {
        Files.createDirectories(file.getParent());
        try (InputStream earlier = VaultTest.class.getResourceAsStream("vault.json")) {
            Files.copy(Objects.requireNonNull(earlier), file);
        }

        KeyVault vault = open();

        HexFormat hex = HexFormat.of();
        assertThat(vault.unwrap(
                        hex.parseHex("0105e0ca04118b7609844e01af4ceb6bf9552b629d5bb48c481c571cf024c181ddea"
                                + "20142db8dac97c0b75813728f7b2f7e9bebc5793dd99a1e22647c25811c5c8"),
                        PATIENT))
                .isEqualTo(DATA_KEY);
        assertThat(hex.formatHex(vault.keyedHash("PHONE_AND_BIRTH", "+919812345670|1985-03-15")))
                .isEqualTo("c2909be4befa8acc174531afdcf222784b0f8478dee5a17a718b0edce5509f9a");
        assertThat(hex.formatHex(vault.derive("lasting events")))
                .isEqualTo("e24406f97f283fe5bacd93f89261b7cb0a18ad7ea29276edf99f79d7e6181fff");
        assertThat(jdbc.sql("select fingerprint from vault_fingerprint")
                        .query(byte[].class)
                        .single())
                .isEqualTo(vault.derive("vault fingerprint"));
    }

    @Test
    void what_was_wrapped_before_the_key_was_rotated_is_still_unwrapped() {
        KeyVault before = open();
        byte[] old = before.wrap(DATA_KEY, PATIENT);
        byte[] hash = before.keyedHash("phone", "1");

        FileKeyVault.open(file, CLOCK).rotate(Instant.MAX);

        KeyVault after = open();
        assertThat(after.unwrap(old, PATIENT)).isEqualTo(DATA_KEY);
        assertThat(after.keyedHash("phone", "1")).isEqualTo(hash);
        assertThat(Arrays.copyOf(after.wrap(DATA_KEY, PATIENT), 5))
                .isEqualTo(after.newestMark())
                .isNotEqualTo(Arrays.copyOf(old, 5));
    }

    /** However old it is: the backups of yesterday need it as those of a year ago do. */
    @Test
    void a_version_is_destroyed_by_when_it_was_replaced_and_not_by_when_it_was_made() {
        Instant made = Instant.parse("2024-01-01T00:00:00Z");
        Instant replaced = Instant.parse("2026-01-01T00:00:00Z");
        byte[] wrapped =
                FileKeyVault.create(file, Clock.fixed(made, ZoneOffset.UTC)).wrap(DATA_KEY, PATIENT);
        FileKeyVault vault = FileKeyVault.open(file, Clock.fixed(replaced, ZoneOffset.UTC));
        vault.rotate(replaced);

        assertThat(vault.destroyReplaced(replaced, mark -> true)).isFalse();
        assertThat(vault.unwrap(wrapped, PATIENT)).isEqualTo(DATA_KEY);
        assertThat(vault.destroyReplaced(replaced.plusMillis(1), mark -> true)).isTrue();
        assertThatThrownBy(() -> vault.unwrap(wrapped, PATIENT)).isInstanceOf(VaultException.class);
    }

    @Test
    void without_the_file_of_a_database_that_has_one_nothing_starts_and_no_new_one_is_made() throws IOException {
        open();
        Files.delete(file);

        assertThatThrownBy(this::open)
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("vault.json is missing")
                .hasMessageEndingWith("put back the file that this database was started with.");
        assertThat(file).doesNotExist();
    }

    @Test
    void with_the_file_of_another_database_nothing_starts() {
        open();
        FileKeyVault.create(file, CLOCK);

        assertThatThrownBy(this::open)
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("belongs to another database");
    }

    @Test
    void with_a_file_from_before_the_last_rotation_nothing_starts() throws IOException {
        open();
        Path backup = Files.copy(file, folder.resolve("backup.json"));
        FileKeyVault.open(file, CLOCK).rotate(Instant.MAX);
        new PatientKeys(jdbc, open(), 10, Duration.ofMinutes(1)).create(PATIENT, "P-1");

        Files.move(backup, file, StandardCopyOption.REPLACE_EXISTING);

        assertThatThrownBy(this::open)
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("is older than the database");
    }

    @Test
    void a_file_that_is_no_vault_is_named() throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "{}");

        assertThatThrownBy(this::open)
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("vault.json cannot be read as a vault (IOException): ");
    }

    @Test
    void a_patient_is_found_by_the_number_on_the_card() {
        PatientKeys keys = new PatientKeys(jdbc, open(), 10, Duration.ofMinutes(1));

        keys.create(PATIENT, "P-1");

        assertThat(keys.patientIdOf("P-1")).contains(PATIENT);
        assertThat(keys.patientIdOf("P-2")).isEmpty();
    }

    private KeyVault open() {
        return new VaultOpening(file, jdbc, transactions, CLOCK).open();
    }
}
