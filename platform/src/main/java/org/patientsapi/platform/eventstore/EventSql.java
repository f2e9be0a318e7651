package org.patientsapi.platform.eventstore;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventsourcing.eventstore.jdbc.EventSchema;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.Serializer;
import org.patientsapi.platform.eventstore.PayloadEncryption.Kind;

/** The statements on {@code domain_event} and {@code snapshot_event} that need PostgreSQL's types or an encrypted payload. */
final class EventSql {

    /** The tables and columns of {@code V1__event_store.sql}, in Axon's terms. */
    static final EventSchema SCHEMA = EventSchema.builder()
            .eventTable("domain_event")
            .snapshotTable("snapshot_event")
            .globalIndexColumn("global_index")
            .timestampColumn("occurred_at")
            .eventIdentifierColumn("event_id")
            .aggregateIdentifierColumn("aggregate_id")
            .sequenceNumberColumn("sequence_number")
            .typeColumn("aggregate_type")
            .payloadTypeColumn("payload_type")
            .payloadRevisionColumn("payload_revision")
            .payloadColumn("payload")
            .metaDataColumn("metadata")
            .build();

    private static final String COLUMNS = SCHEMA.domainEventFields();

    private EventSql() {}

    /** One batch, so that the events of a command travel to the database together. */
    static PreparedStatement append(
            Connection connection,
            List<? extends EventMessage<?>> events,
            Serializer serializer,
            PayloadEncryption encryption)
            throws SQLException {
        PreparedStatement insert = connection.prepareStatement(
                "insert into domain_event (" + COLUMNS + ") values (?, ?, ?, ?, ?, ?, ?, ?, cast(? as jsonb))");
        for (EventMessage<?> event : events) {
            if (!(event instanceof DomainEventMessage<?> domainEvent)) {
                throw new IllegalArgumentException("Only an aggregate's events are stored");
            }
            bind(insert, Kind.EVENT, domainEvent, serializer, encryption);
            insert.addBatch();
        }
        return insert;
    }

    static PreparedStatement appendSnapshot(
            Connection connection, DomainEventMessage<?> snapshot, Serializer serializer, PayloadEncryption encryption)
            throws SQLException {
        // Two nodes may snapshot the same version; a failed statement would spoil the transaction it is part of.
        PreparedStatement insert = connection.prepareStatement("insert into snapshot_event (" + COLUMNS
                + ") values (?, ?, ?, ?, ?, ?, ?, ?, cast(? as jsonb)) on conflict do nothing");
        bind(insert, Kind.SNAPSHOT, snapshot, serializer, encryption);
        return insert;
    }

    private static void bind(
            PreparedStatement insert,
            Kind kind,
            DomainEventMessage<?> event,
            Serializer serializer,
            PayloadEncryption encryption)
            throws SQLException {
        SerializedObject<byte[]> payload = event.serializePayload(serializer, byte[].class);
        insert.setObject(1, UUID.fromString(event.getIdentifier()));
        insert.setObject(2, UUID.fromString(event.getAggregateIdentifier()));
        insert.setLong(3, event.getSequenceNumber());
        insert.setString(4, event.getType());
        insert.setObject(5, event.getTimestamp().atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE);
        insert.setString(6, payload.getType().getName());
        insert.setString(7, payload.getType().getRevision());
        insert.setBytes(8, encryption.encrypt(kind, event, payload));
        insert.setString(9, event.serializeMetaData(serializer, String.class).getData());
    }

    static PreparedStatement deleteSnapshotsBefore(Connection connection, String patientId, long sequenceNumber)
            throws SQLException {
        return ofPatient(
                connection,
                "delete from snapshot_event where aggregate_id = ? and sequence_number < ?",
                patientId,
                sequenceNumber);
    }

    static PreparedStatement snapshotsOf(Connection connection, String patientId) throws SQLException {
        return ofPatient(
                connection,
                "select " + COLUMNS + " from snapshot_event where aggregate_id = ? order by sequence_number desc",
                patientId);
    }

    static PreparedStatement eventsOf(Connection connection, String patientId, long first, int count)
            throws SQLException {
        return ofPatient(
                connection,
                "select " + COLUMNS + " from domain_event where aggregate_id = ? and sequence_number >= ?"
                        + " and sequence_number < ? order by sequence_number",
                patientId,
                first,
                first + count);
    }

    static PreparedStatement eventsOfAll(Connection connection, Collection<String> patientIds) throws SQLException {
        PreparedStatement statement = connection.prepareStatement("select " + COLUMNS
                + " from domain_event where aggregate_id = any (?) order by aggregate_id, sequence_number");
        statement.setArray(1, uuids(connection, patientIds));
        return statement;
    }

    static PreparedStatement erasedAmong(Connection connection, Collection<String> patientIds) throws SQLException {
        PreparedStatement statement =
                connection.prepareStatement("select patient_id from erasure where patient_id = any (?)");
        statement.setArray(1, uuids(connection, patientIds));
        return statement;
    }

    private static Array uuids(Connection connection, Collection<String> patientIds) throws SQLException {
        return connection.createArrayOf(
                "uuid", patientIds.stream().map(UUID::fromString).toArray());
    }

    static PreparedStatement eventsAt(Connection connection, String patientId, Collection<Long> versions)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement("select " + COLUMNS
                + " from domain_event where aggregate_id = ? and sequence_number = any (?) order by sequence_number");
        statement.setObject(1, UUID.fromString(patientId));
        statement.setArray(
                2,
                connection.createArrayOf(
                        "bigint", versions.stream().map(version -> version - 1).toArray()));
        return statement;
    }

    static PreparedStatement lastSequenceNumberOf(Connection connection, String patientId) throws SQLException {
        return ofPatient(connection, "select max(sequence_number) from domain_event where aggregate_id = ?", patientId);
    }

    private static PreparedStatement ofPatient(Connection connection, String sql, String patientId, long... numbers)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setObject(1, UUID.fromString(patientId));
        for (int i = 0; i < numbers.length; i++) {
            statement.setLong(i + 2, numbers[i]);
        }
        return statement;
    }

    /** The gaps in one array: Axon's own statement has a parameter for each, hence a new plan for each number of gaps. */
    static PreparedStatement eventsAfterWithGaps(Connection connection, long globalIndex, int count, List<Long> gaps)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement("select " + SCHEMA.trackedEventFields()
                + " from domain_event where global_index > ? and global_index <= ? or global_index = any (?)"
                + " order by global_index");
        statement.setLong(1, globalIndex);
        statement.setLong(2, globalIndex + count);
        statement.setArray(3, connection.createArrayOf("bigint", gaps.toArray()));
        return statement;
    }

    /** Those that have an event. */
    static PreparedStatement placesAmong(Connection connection, Collection<Long> places) throws SQLException {
        PreparedStatement statement =
                connection.prepareStatement("select global_index from domain_event where global_index = any (?)");
        statement.setArray(1, connection.createArrayOf("bigint", places.toArray()));
        return statement;
    }

    /** Only the lengths are looked at of those that come behind so many bytes. */
    static PreparedStatement eventsBetween(Connection connection, long after, long upTo, int limit, long mostBytes)
            throws SQLException {
        String fields = SCHEMA.trackedEventFields();
        PreparedStatement statement = connection.prepareStatement("select " + fields + " from (select " + fields
                + ", sum(octet_length(payload)) over (order by global_index) - octet_length(payload) as ahead"
                + " from (select " + fields + " from domain_event where global_index > ? and global_index <= ?"
                + " order by global_index limit ?) as next) as measured where ahead < ? order by global_index");
        statement.setLong(1, after);
        statement.setLong(2, upTo);
        statement.setInt(3, limit);
        statement.setLong(4, mostBytes);
        return statement;
    }

    static PreparedStatement tokenAt(Connection connection, Instant time) throws SQLException {
        PreparedStatement statement =
                connection.prepareStatement("select min(global_index) - 1 from domain_event where occurred_at >= ?");
        statement.setObject(1, time.atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE);
        return statement;
    }
}
