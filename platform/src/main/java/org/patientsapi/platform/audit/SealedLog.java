package org.patientsapi.platform.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.patientsapi.platform.eventstore.SettledOrder;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The two append-only tables that are sealed, and which bytes of a row are hashed: all of it, payloads as ciphertext. */
enum SealedLog {
    EVENTS(
            "domain_event",
            "global_index",
            "domain_event_global_index_seq",
            "null",
            "event_id::text, aggregate_id::text, sequence_number::text, aggregate_type, payload_type, payload_revision,"
                    + " (extract(epoch from occurred_at) * 1000000)::bigint::text, payload, metadata::text"),

    ACCESSES(
            "access_record",
            "place",
            "access_record_place_seq",
            "to_char(accessed_at at time zone 'UTC', 'YYYY-MM')",
            "access_id::text, (extract(epoch from accessed_at) * 1000000)::bigint::text, kind, action, reason,"
                    + " version::text, client, subject, branch, source, request_id, patient_ids::text");

    /** The columns before those that make the leaf. */
    private static final int LEADING = 2;

    private static final int ABSENT = -1;

    private final String table;
    private final String place;
    private final String sequence;
    private final String select;

    SealedLog(String table, String place, String sequence, String month, String columns) {
        this.table = table;
        this.place = place;
        this.sequence = sequence;
        this.select = "select " + place + ", " + month + ", " + columns + " from " + table + " where " + place
                + " > ? and " + place + " <= ? order by " + place + " limit ?";
    }

    /** @param month of an access, {@code YYYY-MM} */
    record Row(long place, @Nullable String month, byte[] leaf) {}

    /** As seals name it. */
    String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    static SealedLog of(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT));
    }

    /** Up to which place it can be sealed. */
    SettledOrder order(JdbcClient jdbc) {
        return new SettledOrder(jdbc, table, sequence);
    }

    /** The rows behind a place up to another, in their order. */
    List<Row> rows(Connection connection, long after, long upTo, long limit) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(select)) {
            statement.setLong(1, after);
            statement.setLong(2, upTo);
            statement.setLong(3, limit);
            try (ResultSet row = statement.executeQuery()) {
                int columns = row.getMetaData().getColumnCount();
                while (row.next()) {
                    rows.add(new Row(row.getLong(1), row.getString(2), leaf(row, columns)));
                }
            }
        }
        return rows;
    }

    /** How many rows stand behind a place. */
    long countAfter(Connection connection, long after) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select count(*) from " + table + " where " + place + " > ?")) {
            statement.setLong(1, after);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** The place and each column: length in four bytes (-1 for null, which has nothing more), then the bytes. */
    private static byte[] leaf(ResultSet row, int columns) throws SQLException {
        ByteArrayOutputStream leaf = new ByteArrayOutputStream();
        add(Long.toString(row.getLong(1)).getBytes(UTF_8), leaf);
        for (int column = LEADING + 1; column <= columns; column++) {
            // The driver gives the payload as it is, and of any other column, all of them text, the UTF-8.
            add(row.getBytes(column), leaf);
        }
        return leaf.toByteArray();
    }

    private static void add(byte @Nullable [] value, ByteArrayOutputStream leaf) {
        leaf.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                .putInt(value == null ? ABSENT : value.length)
                .array());
        if (value != null) {
            leaf.writeBytes(value);
        }
    }
}
