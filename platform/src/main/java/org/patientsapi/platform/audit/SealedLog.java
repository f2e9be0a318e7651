package org.patientsapi.platform.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.patientsapi.platform.eventstore.SettledOrder;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The two append-only tables that are sealed, and which bytes of a row are hashed: all of it, payloads as ciphertext. */
enum SealedLog {
    EVENTS(
            "domain_event",
            "global_index",
            "domain_event_global_index_seq",
            "occurred_at",
            "null",
            "event_id::text, aggregate_id::text, sequence_number::text, aggregate_type, payload_type, payload_revision,"
                    + " trunc(extract(epoch from occurred_at) * 1000000)::text, payload, metadata::text",
            List.of(
                    "global_index",
                    "event_id",
                    "aggregate_id",
                    "sequence_number",
                    "aggregate_type",
                    "payload_type",
                    "payload_revision",
                    "occurred_at",
                    SealedLog.BINARY,
                    "metadata"),
            // Each may be as large as a request.
            50),

    ACCESSES(
            "access_record",
            "place",
            "access_record_place_seq",
            "accessed_at",
            "to_char(accessed_at at time zone 'UTC', 'YYYY-MM')",
            "access_id::text, trunc(extract(epoch from accessed_at) * 1000000)::text, kind, action, reason,"
                    + " version::text, client, subject, branch, source, request_id, patient_ids::text",
            List.of(
                    "place",
                    "access_id",
                    "accessed_at",
                    "kind",
                    "action",
                    "reason",
                    "version",
                    "client",
                    "subject",
                    "branch",
                    "source",
                    "request_id",
                    "patient_ids"),
            500);

    /** The one column that is no text. */
    private static final String BINARY = "payload";

    /** The columns before those that make the leaf. */
    private static final int LEADING = 2;

    private static final int ABSENT = -1;

    private final String table;
    private final String place;
    private final String sequence;
    private final String time;
    private final String select;
    private final List<String> names;
    private final int fetched;

    /**
     * @param names of what is in a leaf, in its order
     * @param fetched rows in memory at a time
     */
    SealedLog(
            String table,
            String place,
            String sequence,
            String time,
            String month,
            String columns,
            List<String> names,
            int fetched) {
        this.table = table;
        this.place = place;
        this.sequence = sequence;
        this.time = time;
        this.names = names;
        this.fetched = fetched;
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

    /** The time of the first row behind this place. */
    Optional<Instant> firstAfter(JdbcClient jdbc, long after) {
        return jdbc.sql("select " + time + " from " + table + " where " + place + " > ? order by " + place + " limit 1")
                .param(after)
                .query(OffsetDateTime.class)
                .optional()
                .map(OffsetDateTime::toInstant);
    }

    /** Up to which place it can be sealed. */
    SettledOrder order(JdbcClient jdbc) {
        return new SettledOrder(jdbc, table, place, sequence);
    }

    /** Takes one row after the other. */
    interface RowReader<E extends Exception> {
        void read(Row row) throws E;
    }

    /**
     * Reads the rows behind a place up to another, in their order. No more are in memory at a time than the connection fetches: it
     * must not commit by itself.
     */
    <E extends Exception> void read(Connection connection, long after, long upTo, long limit, RowReader<E> reader)
            throws SQLException, E {
        try (PreparedStatement statement = connection.prepareStatement(select)) {
            statement.setFetchSize(fetched);
            statement.setLong(1, after);
            statement.setLong(2, upTo);
            statement.setLong(3, limit);
            try (ResultSet row = statement.executeQuery()) {
                int columns = row.getMetaData().getColumnCount();
                while (row.next()) {
                    reader.read(new Row(row.getLong(1), row.getString(2), leaf(row, columns)));
                }
            }
        }
    }

    /** How many rows stand behind a place. */
    long countAfter(Connection connection, long after) throws SQLException {
        return count(connection, place + " > " + after);
    }

    /** How many rows stand at places that were never given out: below the first one, beyond the last, or at none at all. */
    long countStrays(Connection connection) throws SQLException {
        return count(
                connection,
                "(" + place + " between 1 and (select case when is_called then last_value else 0 end from " + sequence
                        + ")) is not true");
    }

    private long count(Connection connection, String where) throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement("select count(*) from " + table + " where " + where);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
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

    /** What is in a leaf, by name: text as it is, the payload in Base64. */
    Map<String, @Nullable String> fields(byte[] leaf) {
        ByteBuffer bytes = ByteBuffer.wrap(leaf);
        Map<String, @Nullable String> fields = new LinkedHashMap<>();
        for (String name : names) {
            int length = bytes.getInt();
            byte[] value = new byte[Math.max(length, 0)];
            bytes.get(value);
            fields.put(name, length == ABSENT ? null : name.equals(BINARY) ? base64(value) : new String(value, UTF_8));
        }
        return fields;
    }

    private static String base64(byte[] value) {
        return Base64.getEncoder().encodeToString(value);
    }

    /**
     * The leaf that has these fields.
     *
     * @throws IllegalArgumentException for other names than this log's, and for what is no Base64
     */
    byte[] leaf(Map<String, @Nullable String> fields) {
        if (!fields.keySet().equals(Set.copyOf(names))) {
            throw new IllegalArgumentException("Not the fields of " + code());
        }
        ByteArrayOutputStream leaf = new ByteArrayOutputStream();
        for (String name : names) {
            String value = fields.get(name);
            add(
                    value == null
                            ? null
                            : name.equals(BINARY) ? Base64.getDecoder().decode(value) : value.getBytes(UTF_8),
                    leaf);
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
