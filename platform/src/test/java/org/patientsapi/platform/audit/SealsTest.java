package org.patientsapi.platform.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.crypto.tink.subtle.Ed25519Sign;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** What is sealed, how it is proven, and how whole months leave without a trace being lost. */
class SealsTest {

    @TempDir
    Path folder;

    private AuditDatabase audit;
    private Connection owner;

    @BeforeEach
    void start() {
        audit = new AuditDatabase(folder);
        owner = audit.as(audit.database.owner());
    }

    @AfterEach
    void stop() throws SQLException {
        owner.close();
        audit.close();
    }

    @Test
    void nodes_that_seal_at_once_make_one_chain_over_every_row() throws Exception {
        // Of the platform: where a seal had nothing to do it would not let the others on.
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<?>> appended = List.of(
                    threads.submit(() -> audit.appendEvents(200)), threads.submit(() -> audit.appendAccesses(200)));
            List<Future<?>> sealed = Stream.generate(audit::keeper)
                    .limit(3)
                    .<Future<?>>map(node -> threads.submit(() -> {
                        while (!appended.stream().allMatch(Future::isDone)) {
                            node.seal();
                        }
                    }))
                    .toList();
            for (Future<?> task :
                    Stream.concat(appended.stream(), sealed.stream()).toList()) {
                task.get();
            }
        }
        audit.keeper().seal();

        AuditVerification.Report report = verify();
        assertThat(report.findings()).isEmpty();
        assertThat(report.rows()).isEqualTo(400);
        assertThat(report.sealedUpTo()).containsOnlyKeys(SealedLog.values());
        assertThat(audit.seals.last().orElseThrow().number())
                .as("more than one of each log")
                .isGreaterThan(2);
    }

    /** 100 MB of them; the clock is asked when a seal has its root and is about to be stored. */
    @Test
    void of_what_is_sealed_only_the_hashes_are_held() {
        audit.sql
                .sql("insert into domain_event (event_id, aggregate_id, sequence_number, aggregate_type, payload_type,"
                        + " payload_revision, occurred_at, payload, metadata) select gen_random_uuid(),"
                        + " gen_random_uuid(), 0, 'patient', 'patient.registered', '1', now(),"
                        + " decode(repeat('00', 250000), 'hex'), '{}' from generate_series(1, 400)")
                .update();
        long before = usedMemory();
        AtomicLong then = new AtomicLong();

        audit.seals(asking(() -> then.set(usedMemory()))).seal(SealedLog.EVENTS, 400, 4096);

        assertThat(audit.seals.last().orElseThrow().leaves()).isEqualTo(400);
        assertThat(then.get() - before).isLessThan(20_000_000);
    }

    private static Clock asking(Runnable work) {
        return new Clock() {
            @Override
            public Instant instant() {
                work.run();
                return Instant.now();
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
    }

    private static long usedMemory() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void a_keeper_goes_on_after_an_error() {
        AtomicBoolean failed = new AtomicBoolean();
        AuditKeeper keeper = audit.keeper(audit.seals(asking(() -> {
            if (failed.compareAndSet(false, true)) {
                throw new AssertionError("once");
            }
        })));
        audit.appendAccesses(1);
        keeper.start();

        await().atMost(Duration.ofSeconds(10)).until(() -> audit.seals.last().isPresent());
        keeper.stop();
        assertThat(failed).isTrue();
    }

    @Test
    void an_access_can_be_proven_with_nothing_but_the_public_key() throws SQLException {
        String patient = AuditDatabase.id();
        Access access = AuditDatabase.access(Instant.now(), patient);
        audit.appendAccesses(5);
        try (Connection connection = audit.dataSource.getConnection()) {
            AccessSql.insert(connection, List.of(access));
        }
        audit.appendAccesses(7);
        assertThat(audit.seals.proof(patient, access.accessId())).isEmpty();
        audit.keeper().seal();

        Seals.Proof proof = audit.seals.proof(patient, access.accessId()).orElseThrow();

        HexFormat hex = HexFormat.of();
        assertThat(new String(hex.parseHex(proof.leaf()), UTF_8))
                .contains(access.accessId().toString(), patient, "front-desk");
        assertThat(hex.formatHex(MerkleTree.leafHash(hex.parseHex(proof.leaf()))))
                .isEqualTo(proof.leafHash());
        assertThat(hex.formatHex(InclusionProofs.root(
                        hex.parseHex(proof.leafHash()),
                        proof.leafIndex(),
                        proof.seal().leaves(),
                        proof.path().stream().map(hex::parseHex).toList())))
                .isEqualTo(proof.seal().root());
        assertThat(AuditKey.verifies(AuditKey.parse(audit.key.publicPem()), proof.seal()))
                .isTrue();
        assertThat(audit.seals.proof(AuditDatabase.id(), access.accessId())).isEmpty();
        assertThat(audit.seals.proof(patient, UUID.randomUUID())).isEmpty();
    }

    /** There is no minute to wait between the seals over many rows: else more would come in it than are sealed. */
    @Test
    void more_rows_than_one_seal_takes_are_sealed_one_seal_after_the_other() {
        audit.appendAccesses(5);
        long last = SealedLog.ACCESSES.order(audit.sql).place();

        assertThat(audit.seals.seal(SealedLog.ACCESSES, last, 2)).isTrue();
        assertThat(audit.seals.seal(SealedLog.ACCESSES, last, 2)).isTrue();
        assertThat(audit.seals.seal(SealedLog.ACCESSES, last, 2)).isFalse();
        assertThat(audit.seals.sealedUpTo(SealedLog.ACCESSES)).isEqualTo(last).isPositive();
    }

    /** Whoever has kept the public key could verify nothing that is sealed by another. */
    @Test
    void the_key_that_seals_are_signed_with_is_made_the_same_for_ever() throws GeneralSecurityException {
        byte[] open = Ed25519Sign.KeyPair.newKeyPairFromSeed(audit.vault.derive("audit seals"))
                .getPublicKey();

        assertThat(AuditKey.parse(audit.key.publicPem()).getEncoded()).endsWith(open);
    }

    /** As docs/audit.md has it: were it put otherwise by a later version, all that was sealed before would look changed. */
    @Test
    void the_bytes_of_a_row_that_are_hashed_are_the_same_for_ever() throws SQLException, IOException {
        String patient = AuditDatabase.id();
        Access access = AuditDatabase.access(Instant.now(), patient);
        try (Connection connection = audit.dataSource.getConnection()) {
            AccessSql.insert(connection, List.of(access));
        }
        audit.keeper().seal();
        String place = audit.sql
                .sql("select place::text from access_record where access_id = ?")
                .param(access.accessId())
                .query(String.class)
                .single();

        ByteArrayOutputStream leaf = new ByteArrayOutputStream();
        DataOutputStream fields = new DataOutputStream(leaf);
        for (String field : Arrays.asList(
                place,
                access.accessId().toString(),
                Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, access.at())),
                "read",
                "GET /patients",
                null,
                null,
                "front-desk",
                "asha",
                "BLR",
                "127.0.0.1",
                "request-1",
                "{" + patient + "}")) {
            fields.writeInt(field == null ? -1 : field.length());
            fields.writeBytes(field == null ? "" : field);
        }
        assertThat(audit.seals.proof(patient, access.accessId()).orElseThrow().leaf())
                .isEqualTo(HexFormat.of().formatHex(leaf.toByteArray()));
    }

    @Test
    void a_month_whose_time_is_over_is_dropped_whole_and_the_rest_still_verifies() throws SQLException {
        YearMonth old = YearMonth.now(ZoneOffset.UTC).minusMonths(15);
        YearMonth younger = YearMonth.now(ZoneOffset.UTC).minusMonths(12);
        partition(old);
        partition(younger);
        for (YearMonth month : List.of(old, younger, old)) {
            insert(month, 4);
        }
        audit.appendAccesses(3);
        AuditKeeper keeper = audit.keeper();
        keeper.seal();
        assertThat(verify().rows()).isEqualTo(15);

        keeper.tidy();
        keeper.tidy();

        AuditVerification.Report report = verify();
        assertThat(report.findings()).isEmpty();
        assertThat(report.rows()).isEqualTo(7);
        assertThat(audit.seals.last().orElseThrow()).satisfies(seal -> {
            assertThat(seal.kind()).isEqualTo(Seal.DROPPED);
            assertThat(seal.month()).isEqualTo(old.toString());
            assertThat(seal.leaves()).isEqualTo(8);
        });
        assertThat(partitions()).doesNotContain(name(old)).contains(name(younger));
    }

    @Test
    void a_month_of_which_something_is_left_though_a_seal_says_it_was_dropped_is_noticed() throws SQLException {
        YearMonth old = sealedLongAgo();
        execute("alter table access_record detach partition " + name(old));
        execute("alter table " + name(old) + " rename to kept");
        audit.seals.drop(old);
        execute("alter table access_record attach partition kept for values from ('%s-01 00:00Z') to ('%s-01 00:00Z')"
                .formatted(old, old.plusMonths(1)));

        assertThat(verify().findings()).singleElement().asString().contains("rows of a month that was dropped");
    }

    @Test
    void a_month_that_was_dropped_by_hand_is_noticed() throws SQLException {
        YearMonth old = sealedLongAgo();

        execute("drop table " + name(old));

        assertThat(verify().findings()).singleElement().asString().contains("there are 0 rows, and 4 were sealed");
    }

    @Test
    void a_month_that_was_dropped_too_early_is_noticed_even_though_a_seal_says_so() throws SQLException {
        YearMonth old = sealedLongAgo();
        Instant inTime = old.plusMonths(1).atDay(1).plusDays(365).atStartOfDay().toInstant(ZoneOffset.UTC);
        // Somebody with the vault has sealed the drop with a clock put back.
        audit.seals(Clock.fixed(inTime.minusMillis(1), ZoneOffset.UTC)).drop(old);

        assertThat(verify().findings()).singleElement().asString().contains("dropped less than a year after");
    }

    @Test
    void a_month_that_was_dropped_a_year_after_its_end_was_dropped_in_time() throws SQLException {
        YearMonth old = sealedLongAgo();
        Instant inTime = old.plusMonths(1).atDay(1).plusDays(365).atStartOfDay().toInstant(ZoneOffset.UTC);
        audit.seals(Clock.fixed(inTime, ZoneOffset.UTC)).drop(old);

        assertThat(verify().findings()).isEmpty();
    }

    /** Its last day counts: those of its first days are kept longer than they have to be, and nobody's shorter. */
    @Test
    void a_month_is_dropped_when_the_time_of_its_last_record_is_over() throws SQLException {
        YearMonth old = YearMonth.now(ZoneOffset.UTC).minusMonths(15);
        partition(old);

        tidyKeepingFrom(old.atEndOfMonth());
        assertThat(partitions()).contains(name(old));
        tidyKeepingFrom(old.plusMonths(1).atDay(1));
        assertThat(partitions()).doesNotContain(name(old));
    }

    private void tidyKeepingFrom(LocalDate day) {
        Clock clock = Clock.fixed(Instant.now(), ZoneOffset.UTC);
        Instant from = day.atStartOfDay().toInstant(ZoneOffset.UTC);
        audit.keeper(Duration.between(from, clock.instant()), clock).tidy();
    }

    @Test
    void partitions_are_made_for_the_months_to_come() {
        audit.keeper().tidy();

        assertThat(partitions()).contains(name(YearMonth.now(ZoneOffset.UTC).plusMonths(3)));
    }

    @Test
    void months_are_made_even_while_nothing_can_be_sealed() throws SQLException {
        YearMonth ahead = YearMonth.now(ZoneOffset.UTC).plusMonths(3);
        execute("drop table " + name(ahead));
        execute("revoke insert on audit_seal from \"%s\""
                .formatted(audit.database.application().user()));
        audit.appendAccesses(1);
        AuditKeeper keeper = audit.keeper();
        keeper.start();

        await().atMost(Duration.ofSeconds(10)).until(() -> partitions().contains(name(ahead)));
        keeper.stop();
        assertThat(audit.seals.last()).isEmpty();
    }

    @Test
    void a_node_that_shall_not_seal_makes_and_drops_months_all_the_same() throws SQLException {
        YearMonth old = sealedLongAgo();
        YearMonth ahead = YearMonth.now(ZoneOffset.UTC).plusMonths(3);
        execute("drop table " + name(ahead));
        audit.appendAccesses(1);
        AuditKeeper keeper = audit.keeper(audit.seals, Duration.ZERO);
        // As Spring does.
        if (keeper.isAutoStartup()) {
            keeper.start();
        }

        await().atMost(Duration.ofSeconds(10)).until(() -> !partitions().contains(name(old)));
        keeper.stop();
        assertThat(partitions()).contains(name(ahead));
        assertThat(audit.seals.last().orElseThrow().kind()).isEqualTo(Seal.DROPPED);
    }

    @Test
    @Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
    void a_month_is_made_while_somebody_reads_for_long_and_none_is_dropped_until_then() throws SQLException {
        YearMonth old = sealedLongAgo();
        LocalDate notMadeYet = LocalDate.now(ZoneOffset.UTC).minusDays(61);
        try (Connection reader = audit.as(audit.database.application())) {
            reader.setAutoCommit(false);
            reader.createStatement().executeQuery("select count(*) from access_record");

            audit.sql
                    .sql("select 1 from prepare_access_month(?)")
                    .param(notMadeYet)
                    .query(Integer.class)
                    .single();
            assertThatThrownBy(() -> audit.keeper().tidy()).hasMessageContaining("lock timeout");

            reader.rollback();
        }
        assertThat(partitions()).contains(name(old), name(YearMonth.from(notMadeYet)));
        audit.keeper().tidy();
        assertThat(partitions()).doesNotContain(name(old));
    }

    @Test
    void a_month_that_is_made_takes_records_as_the_others_do() throws SQLException {
        LocalDate day = LocalDate.now(ZoneOffset.UTC).minusDays(61);
        audit.sql
                .sql("select 1 from prepare_access_month(?)")
                .param(day)
                .query(Integer.class)
                .single();
        try (Connection connection = audit.dataSource.getConnection()) {
            Instant at = day.atStartOfDay().toInstant(ZoneOffset.UTC);
            AccessSql.insert(connection, List.of(AuditDatabase.access(at, AuditDatabase.id())));
        }
        audit.appendAccesses(1);
        audit.keeper().seal();

        assertThat(verify().findings()).isEmpty();
        assertThat(verify().rows()).isEqualTo(2);
        List<String> indexes = indexes(name(YearMonth.now(ZoneOffset.UTC)));
        assertThat(indexes(name(YearMonth.from(day)))).isNotEmpty().hasSameSizeAs(indexes);
        assertThatThrownBy(() -> execute("delete from " + name(YearMonth.from(day))))
                .hasMessageContaining("is refused");
    }

    private List<String> indexes(String table) {
        return audit.sql
                .sql("select indexdef from pg_indexes where tablename = ?")
                .param(table)
                .query(String.class)
                .list();
    }

    /** Of the database and of an export of it, which have to say the same. */
    private AuditVerification.Report verify() throws SQLException {
        try {
            PublicKey key = AuditKey.parse(audit.key.publicPem());
            SealedDatabase database = new SealedDatabase(owner);
            AuditVerification.Report report = AuditVerification.verify(database, key, null);
            Path export = folder.resolve(System.nanoTime() + ".jsonl.gz");
            AuditExport.write(database, export);
            assertThat(AuditVerification.verify(new AuditExport(export), key, null))
                    .isEqualTo(report);
            return report;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A month whose time is over, with four records that are sealed. */
    private YearMonth sealedLongAgo() throws SQLException {
        YearMonth month = YearMonth.now(ZoneOffset.UTC).minusMonths(15);
        partition(month);
        insert(month, 4);
        audit.keeper().seal();
        return month;
    }

    private void partition(YearMonth month) throws SQLException {
        execute("create table %s partition of access_record for values from ('%s-01 00:00Z') to ('%s-01 00:00Z')"
                .formatted(name(month), month, month.plusMonths(1)));
    }

    private void insert(YearMonth month, int count) throws SQLException {
        try (Connection connection = audit.dataSource.getConnection()) {
            for (int i = 0; i < count; i++) {
                Instant at = month.atDay(10 + i).atStartOfDay().toInstant(ZoneOffset.UTC);
                AccessSql.insert(connection, List.of(AuditDatabase.access(at, AuditDatabase.id())));
            }
        }
    }

    private List<String> partitions() {
        return audit.sql
                .sql("select inhrelid::regclass::text from pg_inherits where inhparent = 'access_record'::regclass")
                .query(String.class)
                .list();
    }

    private static String name(YearMonth month) {
        return "access_record_" + month.toString().replace('-', '_');
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = owner.createStatement()) {
            statement.execute(sql);
        }
    }
}
