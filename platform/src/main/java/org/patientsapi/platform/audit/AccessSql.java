package org.patientsapi.platform.audit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** How an access stands in its table. */
final class AccessSql {

    static final String COLUMNS =
            "access_id, accessed_at, kind, action, reason, version, client, subject, branch, source,"
                    + " request_id, patient_ids";

    /** A record that is there already stays: the journal may hand one over twice. */
    private static final String INSERT = "insert into access_record (" + COLUMNS
            + ") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing";

    private AccessSql() {}

    /** In one statement, however many they are (the driver's {@code reWriteBatchedInserts}). */
    static void insert(Connection connection, List<Access> accesses) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            for (Access access : accesses) {
                insert.setObject(1, access.accessId());
                insert.setObject(2, access.at().atOffset(ZoneOffset.UTC));
                insert.setString(3, access.kind().code());
                insert.setString(4, access.action());
                insert.setString(5, access.reason());
                insert.setObject(6, access.version(), Types.BIGINT);
                insert.setString(7, access.client());
                insert.setString(8, access.subject());
                insert.setString(9, access.branch());
                insert.setString(10, access.source());
                insert.setString(11, access.requestId());
                insert.setArray(
                        12,
                        connection.createArrayOf(
                                "uuid",
                                access.patientIds().stream()
                                        .map(UUID::fromString)
                                        .toArray()));
                insert.addBatch();
            }
            insert.executeBatch();
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
