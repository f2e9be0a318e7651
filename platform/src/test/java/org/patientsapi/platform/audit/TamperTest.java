package org.patientsapi.platform.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the owner of the database can do once the triggers are out of the way, and that none of it goes unnoticed. Each attempt
 * is a transaction of its own, which is rolled back.
 */
class TamperTest {

    private static final int ATTEMPTS = 100;
    private static final int ROWS = 50;
    private static final int ROUNDS = 2;

    /** What is tampered with. */
    private enum Target {
        EVENTS("domain_event", "global_index", "payload = set_bit(payload, %1$d, 1 - get_bit(payload, %1$d))"),
        ACCESSES(
                "access_record",
                "place",
                "request_id = convert_from(set_bit(request_id::bytea, %1$d & 24, 1 - get_bit(request_id::bytea, %1$d & 24)),"
                        + " 'UTF8')");

        private final String table;
        private final String place;
        private final String flip;

        Target(String table, String place, String flip) {
            this.table = table;
            this.place = place;
            this.flip = flip;
        }
    }

    @TempDir
    static Path folder;

    private static AuditDatabase audit;
    private static PublicKey key;
    private static Connection owner;
    private static Seal newest;
    private final Random random = new Random(20261124);

    @BeforeAll
    static void fill() {
        audit = new AuditDatabase(folder);
        AuditKeeper keeper = audit.keeper();
        for (int round = 0; round < ROUNDS; round++) {
            audit.appendEvents(ROWS / ROUNDS);
            audit.appendAccesses(ROWS / ROUNDS);
            keeper.seal();
        }
        key = AuditKey.parse(audit.key.publicPem());
        newest = audit.seals.last().orElseThrow();
        owner = audit.as(audit.database.owner());
    }

    @AfterAll
    static void close() throws SQLException {
        owner.close();
        audit.close();
    }

    @Test
    void what_nobody_touched_is_as_it_was_sealed() throws SQLException {
        AuditVerification.Report report = verify(newest);

        assertThat(report.findings()).isEmpty();
        assertThat(report.rows()).isEqualTo(2 * ROWS);
        assertThat(report.seals()).isEqualTo(2 * ROUNDS);
        assertThat(report.sealedUpTo().values()).containsOnly((long) ROWS);
    }

    @ParameterizedTest
    @EnumSource
    void a_flipped_bit_is_noticed_a_hundred_times_of_a_hundred(Target target) throws SQLException {
        everyAttempt((connection, place) -> change(
                connection,
                "update " + target.table + " set " + target.flip.formatted(random.nextInt(32)) + " where "
                        + target.place + " = ?",
                place));
    }

    /** But for the number of the transaction, which orders what is not sealed yet. */
    @ParameterizedTest
    @EnumSource
    void a_change_of_any_column_is_noticed(Target target) throws SQLException {
        List<String> changes = audit.sql
                .sql("""
                        select column_name || ' = ' || case
                            when column_name = 'kind' then '''refusal'''
                            when data_type = 'uuid' then 'gen_random_uuid()'
                            when data_type = 'bigint' then 'coalesce(' || column_name || ' + 1, 0)'
                            when data_type = 'text' then 'coalesce(' || column_name || ' || ''!'', '''')'
                            when data_type = 'bytea' then column_name || ' || ''!''::bytea'
                            when data_type = 'jsonb' then '''{}'''
                            when data_type = 'ARRAY' then column_name || ' || gen_random_uuid()'
                            else column_name || ' + interval ''1 microsecond''' end
                        from information_schema.columns
                        where table_name = ? and column_name not in (?, 'tx_id')""")
                .params(target.table, target.place)
                .query(String.class)
                .list();
        assertThat(changes).hasSizeGreaterThan(8);
        withoutTriggers(() -> {
            for (String change : changes) {
                Savepoint untouched = owner.setSavepoint();
                change(owner, "update " + target.table + " set " + change + " where " + target.place + " = ?", ROWS);
                assertThat(verify(newest).findings()).as(change).hasSize(1);
                owner.rollback(untouched);
            }
        });
    }

    /** Of which there are no microseconds since 1970. */
    @ParameterizedTest
    @ValueSource(strings = {"infinity", "-infinity"})
    void an_event_of_no_time_is_noticed(String time) throws SQLException {
        tamper(connection -> {
            execute(connection, "alter table domain_event drop constraint domain_event_has_a_time");
            change(connection, "update domain_event set occurred_at = '" + time + "' where global_index = ?", 7);
        });
    }

    @ParameterizedTest
    @EnumSource
    void a_deleted_row_is_noticed_a_hundred_times_of_a_hundred(Target target) throws SQLException {
        everyAttempt((connection, place) ->
                change(connection, "delete from " + target.table + " where " + target.place + " = ?", place));
    }

    @ParameterizedTest
    @EnumSource
    void two_rows_that_changed_places_are_noticed_a_hundred_times_of_a_hundred(Target target) throws SQLException {
        everyAttempt((connection, place) -> {
            long other = place == 1 ? ROWS : place - 1;
            execute(
                    connection,
                    "alter table " + target.table + " alter column " + target.place + " set generated by default");
            String move = "update " + target.table + " set " + target.place + " = %d where " + target.place + " = ?";
            change(connection, move.formatted(2 * ROWS), place);
            change(connection, move.formatted(place), other);
            change(connection, move.formatted(other), 2 * ROWS);
        });
    }

    @ParameterizedTest
    @EnumSource
    void a_cut_tail_is_noticed_a_hundred_times_of_a_hundred(Target target) throws SQLException {
        everyAttempt((connection, place) -> cutFrom(connection, target, place));
    }

    /** Also by the seals themselves, where the cut went through the middle of one, or left rows of the other log behind. */
    @ParameterizedTest
    @EnumSource
    void a_tail_cut_off_with_its_seals_is_noticed_by_whoever_kept_a_seal(Target target) throws SQLException {
        everyAttempt((connection, place) -> {
            cutFrom(connection, target, place);
            change(
                    connection,
                    "delete from audit_seal where number >= (select min(number) from audit_seal where log = '"
                            + target.name().toLowerCase(Locale.ROOT) + "' and up_to_place >= ?)",
                    place);
        });
    }

    @Test
    void a_clean_cut_of_rows_and_seals_is_noticed_only_with_a_seal_that_was_kept_elsewhere() throws SQLException {
        tamper(connection -> {
            change(connection, "delete from audit_seal where number > ?", 2);
            cutFrom(connection, Target.EVENTS, 26);
            cutFrom(connection, Target.ACCESSES, 26);
            assertThat(verify(null).findings()).isEmpty();
        });
    }

    /** Whoever holds the vault can sign anything: this chain is sound in itself, over other rows. */
    @Test
    void a_chain_signed_anew_is_noticed_only_with_a_seal_that_was_kept_elsewhere() throws IOException, SQLException {
        try (AuditDatabase forged = new AuditDatabase(folder)) {
            for (int round = 0; round < ROUNDS; round++) {
                forged.appendEvents(1);
                forged.appendAccesses(1);
                forged.keeper().seal();
            }
            try (Connection connection = forged.as(forged.database.application())) {
                SealedDatabase recorded = new SealedDatabase(connection);

                assertThat(AuditVerification.verify(recorded, key, null).findings())
                        .isEmpty();
                assertThat(AuditVerification.verify(recorded, key, newest).findings())
                        .containsExactly("Seal 4 is another one than the one that was kept elsewhere");
            }
        }
    }

    @Test
    void a_row_put_in_between_is_noticed() throws SQLException {
        tamper(connection -> {
            change(connection, "delete from domain_event where global_index = ?", 7);
            execute(
                    connection,
                    "insert into domain_event (global_index, event_id, aggregate_id, sequence_number, aggregate_type,"
                            + " payload_type, payload_revision, occurred_at, payload, metadata) overriding system value"
                            + " select 7, gen_random_uuid(), gen_random_uuid(), 0, aggregate_type, payload_type,"
                            + " payload_revision, occurred_at, payload, metadata from domain_event where global_index = 8");
        });
    }

    /** Below the first place no seal begins, and beyond the last that was given out none will ever end. */
    @ParameterizedTest
    @EnumSource
    void a_row_at_a_place_that_was_never_given_out_is_noticed(Target target) throws SQLException {
        withoutTriggers(() -> {
            for (long place : List.of(0L, -1L, Long.MIN_VALUE, ROWS + 1L, Long.MAX_VALUE)) {
                Savepoint untouched = owner.setSavepoint();
                change(owner, smuggled(target), place);
                assertThat(verify(newest).findings())
                        .as("place %d", place)
                        .singleElement()
                        .asString()
                        .contains("never given out");
                owner.rollback(untouched);
            }
        });
    }

    /** Neither below nor beyond anything, which is why it is asked whether a place is one that was given out. */
    @ParameterizedTest
    @EnumSource
    void a_row_without_a_place_is_noticed(Target target) throws SQLException {
        withoutTriggers(() -> {
            String sequence = target.table + "_" + target.place + "_seq";
            execute(owner, "alter table domain_event drop constraint domain_event_pkey");
            for (String dropped : List.of("identity", "not null")) {
                execute(owner, "alter table " + target.table + " alter column " + target.place + " drop " + dropped);
            }
            execute(owner, "create sequence " + sequence);
            execute(owner, "select setval('" + sequence + "', " + ROWS + ")");
            change(owner, smuggled(target).replace("?", "nullif(?, 0)"), 0);

            assertThat(verify(newest).findings()).singleElement().asString().contains("never given out");
        });
    }

    /** A copy of a row that passes for another one, at a place that is left open. */
    private static String smuggled(Target target) {
        return ("insert into %s overriding system value select (jsonb_populate_record(original, jsonb_build_object("
                        + "'%s', ?, 'event_id', gen_random_uuid(), 'access_id', gen_random_uuid(),"
                        + " 'aggregate_id', gen_random_uuid()))).* from %1$s original where %2$s = 1")
                .formatted(target.table, target.place);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    at least 25 rows, and 24 were sealed  | update audit_seal set leaves = leaves - 1 where number = 3
                    something was changed                 | update audit_seal set root = sha256(root) where number = 3
                    Seal 3 is not signed by the key       | update audit_seal set sealed_at = sealed_at - interval '1 day' where number = 3
                    Seal 4 does not name the seal before  | update audit_seal set sealed_at = sealed_at - interval '1 day' where number = 3
                    Seal 4 does not name the seal before  | delete from audit_seal where number = 3
                    Seal 4 follows where seal 3 should be | delete from audit_seal where number = 3
                    leaves places of the events out       | delete from audit_seal where number = 1
                    Seal 2 follows where seal 1 should be | delete from audit_seal where number = 1
                    that was kept elsewhere is not among  | delete from audit_seal
                    What stands in the place of seal 3 is | update audit_seal set month = 'May' where number = 3
                    What stands in the place of seal 3 is | alter table audit_seal alter kind drop not null; update audit_seal set kind = null where number = 3
                    What stands in the place of seal 3 is | alter table audit_seal alter root drop not null; update audit_seal set root = null where number = 3
                    What stands in the place of seal 3 is | alter table audit_seal alter previous drop not null; update audit_seal set previous = null where number = 3
                    What stands in the place of seal 3 is | alter table audit_seal alter sealed_at drop not null; update audit_seal set sealed_at = null where number = 3
                    What stands in the place of seal 3 is | alter table audit_seal alter signature drop not null; update audit_seal set signature = null where number = 3
                    What stands in the place of seal 3 is | update audit_seal set leaves = -2 where number = 3
                    What stands in the place of seal 3 is | update audit_seal set leaves = 9223372036854775807 where number = 3
                    Seal 5 is not signed by the key       | insert into audit_seal select 5, 'dropped', log, '2026-01', 0, 0, 5, root, previous, sealed_at, key_id, signature from audit_seal where number = 4
                    """)
    void a_changed_or_missing_or_forged_seal_is_named(String finding, String tampering) throws SQLException {
        withoutTriggers(() -> {
            execute(owner, tampering);
            assertThat(verify(newest).findings())
                    .anySatisfy(found -> assertThat(found).contains(finding));
        });
    }

    @Test
    void without_the_triggers_out_of_the_way_even_the_owner_is_refused() throws SQLException {
        for (String table : List.of("domain_event", "access_record", partition(), "audit_seal")) {
            for (String statement : List.of("delete from " + table, "truncate " + table)) {
                assertThatThrownBy(() -> execute(owner, statement))
                        .as(statement)
                        .hasMessageContaining("is refused");
            }
        }
        for (String update : List.of(
                "update domain_event set payload = payload",
                "update access_record set client = client",
                "update " + partition() + " set client = client",
                "update audit_seal set root = root")) {
            assertThatThrownBy(() -> execute(owner, update)).as(update).hasMessageContaining("is refused");
        }
    }

    @Test
    void the_application_may_insert_and_select_and_nothing_else() throws SQLException {
        try (Connection application = audit.as(audit.database.application())) {
            for (String statement : List.of(
                    "delete from access_record",
                    "update access_record set client = 'x'",
                    "truncate access_record",
                    "delete from " + partition(),
                    "insert into " + partition() + " default values",
                    "drop table " + partition(),
                    "alter table access_record disable trigger user",
                    "update audit_seal set root = root",
                    "delete from audit_seal")) {
                assertThatThrownBy(() -> execute(application, statement))
                        .as(statement)
                        .hasMessageMatching("(?s).*(permission denied|must be owner).*");
            }
            for (String day : List.of("current_date", "(now() at time zone 'UTC')::date - 365")) {
                assertThatThrownBy(() -> execute(application, "select drop_access_month(" + day + ")"))
                        .as(day)
                        .hasMessageContaining("not a year old");
            }
            assertThatThrownBy(
                            () -> execute(
                                    application,
                                    "select drop_access_month(make_date(-extract(year from now())::int, extract(month from now())::int, 1))"))
                    .as("before our era")
                    .hasMessageContaining("no access records of that time");
            assertThatThrownBy(() -> execute(application, "select prepare_access_month(date '2099-01-01')"))
                    .hasMessageContaining("around today only");
        }
    }

    private interface Attempt {
        void on(Connection connection, long place) throws SQLException;
    }

    private interface Tampering {
        void on(Connection connection) throws SQLException;
    }

    private void everyAttempt(Attempt attempt) throws SQLException {
        withoutTriggers(() -> {
            for (int i = 0; i < ATTEMPTS; i++) {
                long place = 1 + random.nextInt(ROWS);
                Savepoint untouched = owner.setSavepoint();
                attempt.on(owner, place);
                assertNoticed();
                owner.rollback(untouched);
            }
        });
    }

    private static void tamper(Tampering tampering) throws SQLException {
        withoutTriggers(() -> {
            tampering.on(owner);
            assertNoticed();
        });
    }

    private static void assertNoticed() throws SQLException {
        assertThat(verify(newest).findings()).isNotEmpty();
    }

    private static AuditVerification.Report verify(@Nullable Seal known) throws SQLException {
        try {
            return AuditVerification.verify(new SealedDatabase(owner), key, known);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Work {
        void run() throws SQLException;
    }

    private static void withoutTriggers(Work work) throws SQLException {
        owner.setAutoCommit(false);
        try {
            for (String table : List.of("domain_event", "access_record", partition(), "audit_seal")) {
                execute(owner, "alter table " + table + " disable trigger user");
            }
            work.run();
        } finally {
            owner.rollback();
            owner.setAutoCommit(true);
        }
    }

    private static void cutFrom(Connection connection, Target target, long place) throws SQLException {
        change(connection, "delete from " + target.table + " where " + target.place + " >= ?", place);
    }

    private static String partition() {
        return "access_record_" + YearMonth.now(ZoneOffset.UTC).toString().replace('-', '_');
    }

    private static void change(Connection connection, String sql, long place) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, place);
            assertThat(statement.executeUpdate()).as(sql).isPositive();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
