package org.patientsapi.platform.audit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.patientsapi.platform.eventstore.RecentCommits;
import org.postgresql.util.PSQLException;

/** How an access stands in its table. */
final class AccessSql {

    static final String COLUMNS =
            "access_id, accessed_at, kind, action, reason, version, client, subject, branch, source,"
                    + " request_id, patient_ids";

    /**
     * One statement for any number of records, a column of them as an array each: it is planned once, and travels once. A record
     * that is there already stays, as the journal may hand one over twice.
     */
    private static final String INSERT = "insert into access_record (" + COLUMNS + ") select "
            + COLUMNS.replace("patient_ids", "patient_ids::uuid[]")
            + " from unnest(?::uuid[], ?::timestamptz[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::text[], ?::text[],"
            + " ?::text[], ?::text[], ?::text[], ?::text[]) as accesses (" + COLUMNS + ") on conflict do nothing";

    /** The same, and in the same round trip the newest versions of some patients, and who of some others was erased. */
    private static final String INSERT_AND_ASK = "with recorded as (" + INSERT + ") select aggregate_id,"
            + " max(sequence_number) + 1 from domain_event where aggregate_id = any (?) group by aggregate_id"
            + " union all select patient_id, " + RecentCommits.ERASED + " from erasure where patient_id = any (?)";

    /** Of the month's days the one nearest to today, around which the database makes months. */
    private static final String MAKE_MONTH = "select prepare_access_month(greatest(?, least(?, current_date)))";

    private static final String CHECK_VIOLATION = "23514";
    private static final String RAISED = "P0001";

    private AccessSql() {}

    static void insert(Connection connection, List<Access> accesses) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            bind(connection, insert, accesses);
            insert.executeUpdate();
        }
    }

    /** @return how many events each patient has who is to be shown alone; and who was erased of those who are to be listed */
    static Map<String, Long> insertAndAsk(Connection connection, List<Access> accesses) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT_AND_ASK)) {
            Columns columns = bind(connection, insert, accesses);
            columns.add("uuid", patients(accesses, Access.Kind.READ));
            columns.add("uuid", patients(accesses, Access.Kind.SEARCH));
            Map<String, Long> newest = new HashMap<>();
            try (ResultSet rows = insert.executeQuery()) {
                while (rows.next()) {
                    newest.put(rows.getString(1), rows.getLong(2));
                }
            }
            return newest;
        }
    }

    /** Rather than of a value that a constraint does not allow, which has a name. */
    static boolean isOfMissingMonth(SQLException refusal) {
        return CHECK_VIOLATION.equals(refusal.getSQLState())
                && refusal instanceof PSQLException answer
                && answer.getServerErrorMessage() != null
                && answer.getServerErrorMessage().getConstraint() == null;
    }

    /** @return false for a month too far from today, which the database makes no more */
    static boolean makeMonth(Connection connection, YearMonth month) throws SQLException {
        try (PreparedStatement make = connection.prepareStatement(MAKE_MONTH)) {
            make.setObject(1, month.atDay(1));
            make.setObject(2, month.atEndOfMonth());
            make.execute();
            return true;
        } catch (SQLException e) {
            if (RAISED.equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }

    private static Stream<String> patients(List<Access> accesses, Access.Kind kind) {
        return accesses.stream()
                .filter(access -> access.kind() == kind)
                .flatMap(access -> access.patientIds().stream())
                .distinct();
    }

    private static Columns bind(Connection connection, PreparedStatement insert, List<Access> accesses)
            throws SQLException {
        Columns columns = new Columns(connection, insert, accesses);
        columns.add("uuid", Access::accessId);
        columns.add("timestamptz", access -> access.at().atOffset(ZoneOffset.UTC));
        columns.add("text", access -> access.kind().code());
        columns.add("text", Access::action);
        columns.add("text", Access::reason);
        columns.add("bigint", Access::version);
        columns.add("text", Access::client);
        columns.add("text", Access::subject);
        columns.add("text", Access::branch);
        columns.add("text", Access::source);
        columns.add("text", Access::requestId);
        // As the text of an array each: one array of arrays would have to have rows of one length.
        columns.add("text", access -> "{" + String.join(",", access.patientIds()) + "}");
        return columns;
    }

    /** Fills the statement's parameters from the first on. */
    private static final class Columns {

        private final Connection connection;
        private final PreparedStatement insert;
        private final List<Access> accesses;
        private int filled;

        Columns(Connection connection, PreparedStatement insert, List<Access> accesses) {
            this.connection = connection;
            this.insert = insert;
            this.accesses = accesses;
        }

        void add(String type, Function<Access, @Nullable Object> value) throws SQLException {
            add(type, accesses.stream().map(value));
        }

        void add(String type, Stream<? extends @Nullable Object> values) throws SQLException {
            filled++;
            insert.setArray(filled, connection.createArrayOf(type, values.toArray()));
        }
    }

    static Access read(ResultSet row) throws SQLException {
        Long version = row.getObject("version", Long.class);
        return new Access(
                row.getObject("access_id", UUID.class),
                row.getObject("accessed_at", OffsetDateTime.class).toInstant(),
                Access.Kind.of(row.getString("kind")),
                row.getString("action"),
                row.getString("reason"),
                version,
                row.getString("client"),
                row.getString("subject"),
                row.getString("branch"),
                row.getString("source"),
                row.getString("request_id"),
                Stream.of((UUID[]) row.getArray("patient_ids").getArray())
                        .map(UUID::toString)
                        .toList());
    }
}
