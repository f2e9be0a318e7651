package org.patientsapi.platform.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.patientsapi.api.Refusal.StoreUnavailable;
import org.patientsapi.platform.audit.AccessHistory.Filter;
import org.patientsapi.platform.eventstore.Node;
import org.patientsapi.testbackends.TestProcesses;
import org.springframework.jdbc.datasource.DelegatingDataSource;

@Timeout(60)
class AccessLedgerTest {

    /** A day of a month that the database makes no more. */
    private static final Instant NEVER_MADE = Instant.parse("1990-01-01T00:00:00Z");

    @TempDir
    static Path folder;

    private static AuditDatabase audit;

    private final String patient = AuditDatabase.id();
    private final Path journalFile = folder.resolve(patient + ".journal");
    private Gate gate;
    private HikariDataSource pool;

    @BeforeAll
    static void migrate() {
        audit = new AuditDatabase(folder);
    }

    @AfterAll
    static void end() {
        audit.close();
    }

    @BeforeEach
    void connect() {
        URI direct = URI.create(audit.database.jdbcUrl().substring("jdbc:".length()));
        gate = new Gate(direct.getPort());
        HikariConfig settings = new HikariConfig();
        settings.setJdbcUrl(audit.database
                .jdbcUrl()
                .replace(direct.getHost() + ":" + direct.getPort(), "127.0.0.1:" + gate.port()));
        settings.setUsername(audit.database.application().user());
        settings.setPassword(audit.database.application().password());
        settings.setMinimumIdle(0);
        settings.setInitializationFailTimeout(-1);
        pool = new HikariDataSource(settings);
    }

    @AfterEach
    void disconnect() {
        pool.close();
        gate.close();
    }

    @Test
    void what_was_recorded_by_many_at_once_is_there_when_the_call_returns() throws Exception {
        AccessLedger ledger = started(null);
        Queue<Long> seenAtOnce = new ConcurrentLinkedQueue<>();
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 300; i++) {
                readers.submit(() -> {
                    String other = AuditDatabase.id();
                    ledger.record(access(patient, other));
                    seenAtOnce.add(count(other));
                });
            }
        }
        ledger.stop();

        assertThat(seenAtOnce).hasSize(300).containsOnly(1L);
        assertThat(count(patient)).isEqualTo(300);
        assertThat(new AccessHistory(audit.sql).newest(filter(patient), null, 10))
                .hasSize(10)
                .isSortedAccordingTo(
                        (a, b) -> b.access().at().compareTo(a.access().at()));
    }

    @Test
    void after_an_error_the_next_access_is_recorded() {
        AtomicBoolean failed = new AtomicBoolean();
        AccessLedger ledger = started(null, new DelegatingDataSource(pool) {
            @Override
            public <T> T unwrap(Class<T> type) {
                if (failed.compareAndSet(false, true)) {
                    throw new AssertionError("once");
                }
                return type.cast(pool);
            }
        });
        assertThatThrownBy(() -> ledger.record(access(patient))).isInstanceOf(StoreUnavailable.class);

        ledger.record(access(patient));

        ledger.stop();
        assertThat(count(patient)).isOne();
    }

    @Test
    void while_the_database_is_away_an_access_is_refused_and_soon_after_it_is_back_no_longer() {
        AccessLedger ledger = started(null);
        ledger.record(access(patient));
        gate.shut();

        assertThatThrownBy(() -> ledger.record(access(patient))).isInstanceOf(StoreUnavailable.class);
        long begun = System.nanoTime();
        assertThatThrownBy(() -> ledger.record(access(patient))).isInstanceOf(StoreUnavailable.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));

        gate.reopen();
        await().atMost(Duration.ofSeconds(10)).ignoreExceptions().until(() -> {
            ledger.record(access(patient));
            return true;
        });
        ledger.stop();
        assertThat(count(patient)).isEqualTo(2);
    }

    @Test
    void with_a_journal_accesses_are_answered_meanwhile_and_taken_into_the_database_when_it_is_back()
            throws IOException {
        AccessLedger ledger = started(new AccessJournal(journalFile, 1_000_000));
        gate.shut();
        for (int i = 0; i < 20; i++) {
            assertThat(ledger.record(access(patient))).hasValue(Map.of());
        }
        assertThat(Files.readAllLines(journalFile)).hasSize(20);
        assertThat(count(patient)).isZero();

        gate.reopen();

        await().atMost(Duration.ofSeconds(20)).until(() -> count(patient) == 20);
        await().atMost(Duration.ofSeconds(5)).until(() -> Files.size(journalFile) == 0);
        ledger.stop();
    }

    @Test
    void with_a_journal_everybody_is_answered_while_the_database_stands_still() throws Exception {
        AccessLedger ledger = started(new AccessJournal(journalFile, 1_000_000));
        ledger.record(access(patient));
        gate.freeze();

        List<Future<Optional<Map<String, Long>>>> reads = new ArrayList<>();
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 80; i++) {
                reads.add(readers.submit(() -> ledger.record(access(patient))));
                Thread.sleep(100);
            }
        }

        assertThat(reads).extracting(Future::state).containsOnly(Future.State.SUCCESS);
        gate.reopen();
        await().atMost(Duration.ofSeconds(20)).until(() -> count(patient) == 81);
        ledger.stop();
    }

    @Test
    void a_journal_is_taken_in_also_where_reads_are_refused_by_now() throws IOException {
        try (AccessJournal journal = new AccessJournal(journalFile, 1_000_000)) {
            assertThat(journal.append(List.of(access(patient)))).isTrue();
        }

        try (Node node =
                Node.start(audit.database, folder.resolve("vault.json"), "patients.audit.journal=" + journalFile)) {
            await().atMost(Duration.ofSeconds(20)).until(() -> count(patient) == 1);
            await().atMost(Duration.ofSeconds(5)).until(() -> Files.size(journalFile) == 0);
        }
    }

    /** It waits for whoever is about to insert the same. */
    @Test
    void nobody_waits_for_a_journal_that_is_taken_in() throws Exception {
        Access held = access(patient);
        try (AccessJournal journal = new AccessJournal(journalFile, 1_000_000)) {
            journal.append(List.of(held));
        }
        AccessLedger ledger = started(new AccessJournal(journalFile, 1_000_000));
        try (Connection other = audit.as(audit.database.application())) {
            other.setAutoCommit(false);
            AccessSql.insert(other, List.of(held));

            ledger.record(access(patient));

            other.rollback();
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> Files.size(journalFile) == 0);
        ledger.stop();
        assertThat(count(patient)).isEqualTo(2);
    }

    @Test
    void a_journal_is_taken_in_by_pieces_and_one_that_failed_is_the_next_one() throws Exception {
        List<Access> waiting =
                Stream.generate(() -> access(patient)).limit(2_000).toList();
        List<Access> taken = new ArrayList<>();
        try (AccessJournal journal = new AccessJournal(journalFile, 10_000_000)) {
            journal.append(waiting);
            AccessJournal.Replay piece = accesses -> {
                assertThat(accesses).hasSizeBetween(1, 1_000);
                taken.addAll(accesses);
                return List.of();
            };
            assertThat(journal.replayPiece(piece)).isTrue();
            assertThatThrownBy(() -> journal.replayPiece(accesses -> {
                        throw new SQLException("away");
                    }))
                    .isInstanceOf(SQLException.class);
            assertThat(Files.size(journalFile)).isPositive();
            journal.append(List.of(access(patient)));

            await().until(() -> !journal.replayPiece(piece));
        }
        assertThat(taken).extracting(Access::accessId).startsWith(ids(waiting)).hasSize(2_001);
        assertThat(Files.size(journalFile)).isZero();
    }

    private static UUID[] ids(List<Access> accesses) {
        return accesses.stream().map(Access::accessId).toArray(UUID[]::new);
    }

    @Test
    void a_full_journal_refuses_and_another_process_cannot_use_it() throws IOException {
        AccessJournal journal = new AccessJournal(journalFile, 1_000);
        assertThatThrownBy(() -> new AccessJournal(journalFile, 1_000)).isInstanceOf(Exception.class);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(journalFile)))
                .isEqualTo("rw-------");
        AccessLedger ledger = started(journal);
        gate.shut();
        ledger.record(access(patient));
        ledger.record(access(patient));

        assertThatThrownBy(() -> {
                    for (int i = 0; i < 10; i++) {
                        ledger.record(access(patient));
                    }
                })
                .isInstanceOf(StoreUnavailable.class);
        ledger.stop();
    }

    /** A process loses its locks on a file with the first of its channels to it that is closed. */
    @Test
    void a_journal_that_was_taken_in_stays_this_processs_own() throws Exception {
        try (AccessJournal journal = new AccessJournal(journalFile, 1_000_000)) {
            journal.append(List.of(access(patient)));
            journal.replayPiece(accesses -> List.of());

            assertThat(exitCodeOfAnotherProcess()).isEqualTo(1);
        }
        assertThat(exitCodeOfAnotherProcess()).isZero();
    }

    private int exitCodeOfAnotherProcess() throws IOException, InterruptedException {
        return new ProcessBuilder(
                        TestProcesses.java(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        AnotherProcess.class.getName(),
                        journalFile.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    static final class AnotherProcess {

        private AnotherProcess() {}

        public static void main(String[] arguments) throws IOException {
            new AccessJournal(Path.of(arguments[0]), 1_000_000).close();
        }
    }

    @Test
    void a_journal_that_a_crash_left_behind_is_taken_in_once_and_half_a_record_is_left_out() throws Exception {
        Access kept = access(patient);
        try (AccessJournal journal = new AccessJournal(journalFile, 1_000_000)) {
            journal.append(List.of(kept, access(patient)));
        }
        Files.writeString(journalFile, "{\"accessId\":\"01", StandardOpenOption.APPEND);
        audit.sql.sql("select 1").query(Integer.class).single();
        try (var connection = audit.dataSource.getConnection()) {
            AccessSql.insert(connection, List.of(kept));
        }

        AccessLedger ledger = started(new AccessJournal(journalFile, 1_000_000));
        ledger.record(access(patient));
        await().atMost(Duration.ofSeconds(20)).until(() -> Files.size(journalFile) == 0);
        ledger.stop();

        assertThat(count(patient)).isEqualTo(3);
    }

    @Test
    void half_a_record_that_a_crash_left_behind_is_not_glued_to_the_next_one() throws IOException {
        Files.writeString(journalFile, "{\"accessId\":\"01");
        gate.shut();
        AccessLedger ledger = started(new AccessJournal(journalFile, 1_000_000));
        ledger.record(access(patient));

        gate.reopen();

        await().atMost(Duration.ofSeconds(20)).until(() -> count(patient) == 1);
        ledger.stop();
    }

    @Test
    void what_the_database_never_takes_of_a_journal_is_put_aside_and_the_others_are_taken_in() throws IOException {
        Access ofNoMonth = access(NEVER_MADE, Access.Kind.READ);
        Access ofThatMonthToo = access(NEVER_MADE.plusSeconds(1), Access.Kind.READ);
        Access unspeakable = AuditDatabase.access(Instant.now(), patient, "no UUID");
        try (AccessJournal journal = new AccessJournal(journalFile, 1_000_000)) {
            journal.append(
                    List.of(access(patient), ofNoMonth, access(patient), unspeakable, access(patient), ofThatMonthToo));
        }
        String whole = Files.readAllLines(journalFile).getFirst();
        List<String> damaged =
                List.of("null", "{}", whole.replace("requestId", "requestIe"), whole.replace("branch", "brancj"));
        Files.write(journalFile, new byte[] {'{', (byte) 0xff, '\n'}, StandardOpenOption.APPEND);
        Files.write(journalFile, damaged, StandardOpenOption.APPEND);

        AccessLedger ledger = started(new AccessJournal(journalFile, 1_000_000));
        ledger.record(access(patient));
        await().atMost(Duration.ofSeconds(20)).until(() -> Files.size(journalFile) == 0);
        ledger.stop();

        assertThat(count(patient)).isEqualTo(4);
        Path rejected = Path.of(journalFile + ".rejected");
        assertThat(Files.readAllLines(rejected)).containsAll(damaged);
        assertThat(Files.readAllLines(rejected))
                .filteredOn(line -> !damaged.contains(line))
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).contains(ofNoMonth.accessId().toString()),
                        line -> assertThat(line)
                                .contains(ofThatMonthToo.accessId().toString()),
                        line -> assertThat(line).contains(unspeakable.accessId().toString()),
                        line -> assertThat(line).isEqualTo("{\ufffd"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(rejected)))
                .isEqualTo("rw-------");
    }

    @Test
    void a_record_of_a_month_that_cannot_be_made_just_now_waits_in_the_journal() throws Exception {
        Instant notMadeYet = Instant.now().plus(Duration.ofDays(123));
        AccessLedger ledger = started(new AccessJournal(journalFile, 1_000_000));
        try (Connection owner = audit.as(audit.database.owner());
                Statement statement = owner.createStatement()) {
            owner.setAutoCommit(false);
            statement.execute("lock table access_record in share update exclusive mode");

            assertThat(ledger.record(access(notMadeYet, Access.Kind.READ))).hasValue(Map.of());

            assertThat(Files.readAllLines(journalFile)).hasSize(1);
            owner.rollback();
        }
        ledger.record(access(patient));
        await().atMost(Duration.ofSeconds(20)).until(() -> Files.size(journalFile) == 0);
        ledger.stop();

        assertThat(count(patient)).isEqualTo(2);
        assertThat(Path.of(journalFile + ".rejected")).doesNotExist();
    }

    @Test
    void a_record_of_a_missing_month_refuses_a_command_as_it_does_a_read() {
        AccessLedger ledger = started(null);
        Access ofNoMonth = access(NEVER_MADE, Access.Kind.READ);

        assertThatThrownBy(() -> ledger.record(ofNoMonth)).isInstanceOf(StoreUnavailable.class);
        assertThatThrownBy(() -> ledger.recordInTransaction(ofNoMonth)).isInstanceOf(StoreUnavailable.class);
        ledger.stop();
    }

    @Test
    void a_connection_that_broke_while_nobody_read_refuses_nobody() {
        AccessLedger ledger = started(null);
        ledger.record(access(patient));
        audit.sql
                .sql("select pg_terminate_backend(pid, 5000) from pg_stat_activity"
                        + " where application_name = 'patients-access-ledger' and datname = current_database()")
                .query(Boolean.class)
                .single();
        ledger.record(access(patient));

        gate.shut();
        gate.reopen();
        ledger.record(access(patient));
        ledger.stop();

        assertThat(count(patient)).isEqualTo(3);
    }

    @Test
    void a_record_that_the_database_does_not_take_spoils_no_other() throws Exception {
        AccessLedger ledger = started(null);
        Access ofNoMonth = access(NEVER_MADE, Access.Kind.READ);
        Access unspeakable = AuditDatabase.access(Instant.now(), patient, "no UUID");
        Queue<String> outcomes = new ConcurrentLinkedQueue<>();
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                Access access = i % 10 == 0 ? ofNoMonth : i % 10 == 5 ? unspeakable : access(patient);
                readers.submit(() -> {
                    try {
                        ledger.record(access);
                        outcomes.add("recorded");
                    } catch (StoreUnavailable refused) {
                        outcomes.add("refused");
                    }
                });
            }
        }
        ledger.stop();

        assertThat(outcomes).hasSize(50);
        assertThat(outcomes.stream().filter("refused"::equals)).hasSize(10);
        assertThat(count(patient)).isEqualTo(40);
    }

    @Test
    void more_records_than_may_wait_are_refused_at_once_and_the_others_are_kept() {
        int mostWaiting = 10_000;
        AccessLedger ledger = new AccessLedger(pool, Duration.ofSeconds(40), Duration.ZERO, true, null);
        Queue<String> outcomes = new ConcurrentLinkedQueue<>();
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i <= mostWaiting; i++) {
                readers.submit(() -> {
                    try {
                        ledger.record(access(patient));
                        outcomes.add("recorded");
                    } catch (StoreUnavailable refused) {
                        outcomes.add("refused");
                    }
                });
            }
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> List.copyOf(outcomes).equals(List.of("refused")));
            ledger.start();
        }
        ledger.stop();

        assertThat(outcomes).hasSize(mostWaiting + 1).containsOnlyOnce("refused");
        assertThat(count(patient)).isEqualTo(mostWaiting);
    }

    @Test
    void whatever_a_record_fails_of_the_next_one_is_recorded() {
        AccessLedger ledger = started(null);
        Access impossible = access(Instant.now(), null);

        assertThatThrownBy(() -> ledger.record(impossible)).isInstanceOf(StoreUnavailable.class);

        ledger.record(access(patient));
        assertThat(count(patient)).isEqualTo(1);
        ledger.stop();
    }

    @Test
    void accesses_are_counted_up_to_as_many_as_can_be_counted_in_time() {
        audit.sql
                .sql(
                        "insert into access_record (access_id, accessed_at, kind, action, client, subject, source, request_id,"
                                + " patient_ids) select gen_random_uuid(), now() - n * interval '1 millisecond', 'search', 'GET /patients',"
                                + " 'c', 's', '127.0.0.1', 'r', array[?]::uuid[] from generate_series(1, 100002) n")
                .param(UUID.fromString(patient))
                .update();

        assertThat(count(patient)).isEqualTo(100_000);
        assertThat(new AccessHistory(audit.sql).newest(filter(patient), null, 20))
                .hasSize(20);
    }

    private AccessLedger started(@Nullable AccessJournal journal) {
        return started(journal, pool);
    }

    private static AccessLedger started(@Nullable AccessJournal journal, DataSource dataSource) {
        AccessLedger ledger = new AccessLedger(dataSource, Duration.ofSeconds(3), Duration.ofMillis(3), true, journal);
        ledger.start();
        return ledger;
    }

    private Access access(Instant at, Access.Kind kind) {
        return new Access(
                AuditDatabase.access(Instant.now()).accessId(),
                at,
                kind,
                "GET /patients/{id}",
                null,
                1L,
                "c",
                "s",
                null,
                "127.0.0.1",
                "r",
                List.of(patient));
    }

    private static Access access(String... patients) {
        return AuditDatabase.access(Instant.now(), patients);
    }

    private static long count(String patientId) {
        return new AccessHistory(audit.sql).count(filter(patientId));
    }

    private static Filter filter(String patientId) {
        return new Filter(patientId, null, null, null, EnumSet.allOf(Access.Kind.class));
    }
}
