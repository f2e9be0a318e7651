package org.patientsapi.platform.eventstore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.axonframework.common.jdbc.ConnectionProvider;
import org.axonframework.common.jdbc.JdbcUtils;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.DomainEventData;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.EventUtils;
import org.axonframework.eventhandling.GapAwareTrackingToken;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.TrackedDomainEventData;
import org.axonframework.eventhandling.TrackedEventData;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventsourcing.EventStreamUtils;
import org.axonframework.eventsourcing.eventstore.EventStoreException;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.serialization.SerializationException;
import org.axonframework.serialization.SerializedType;
import org.axonframework.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.Refusal.PatientNotFound;
import org.patientsapi.platform.eventstore.PayloadEncryption.Kind;
import org.patientsapi.platform.observability.StackTrace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Axon's JDBC storage on our table, with each payload encrypted below Axon: serializer and upcasters see plain JSON only,
 * the database sees none.
 *
 * <p>A transaction that commits late leaves a gap in {@code global_index}, which readers look into again until nobody can
 * commit there any more, so none is missed. That the database says ({@link SettledOrder}): Axon would give a gap up by the
 * writer's clock held against the reader's.
 */
final class PatientEventStorageEngine extends JdbcEventStorageEngine {

    private static final Logger LOG = LoggerFactory.getLogger(PatientEventStorageEngine.class);

    /**
     * Rows per query, of which each may be as large as a request: 50 MB at most. A replay's speed hangs on it; an ordinary
     * read ends with the last row anyway.
     */
    private static final int BATCH = 200;

    /** PostgreSQL's SQLSTATE; Axon's own resolver does not know it. */
    private static final String UNIQUE_VIOLATION = "23505";

    /** The database's own, by {@code V9__event_of_erased.sql}. */
    private static final String EVENT_OF_ERASED = "PA404";

    /** Far more places than are given out while a transaction may be open. */
    private static final int MAX_GAP_OFFSET = 1_000_000;

    private final PayloadEncryption encryption;
    private final SettledOrder order;

    PatientEventStorageEngine(
            ConnectionProvider connections,
            TransactionManager transactions,
            EventSerializer eventSerializer,
            Serializer snapshotSerializer,
            PayloadEncryption encryption,
            SettledOrder order) {
        super(settings(connections, transactions, eventSerializer, snapshotSerializer, encryption));
        this.encryption = encryption;
        this.order = order;
    }

    private static Builder settings(
            ConnectionProvider connections,
            TransactionManager transactions,
            EventSerializer eventSerializer,
            Serializer snapshotSerializer,
            PayloadEncryption encryption) {
        return builder()
                .connectionProvider(connections)
                .transactionManager(transactions)
                .eventSerializer(eventSerializer)
                .snapshotSerializer(snapshotSerializer)
                .upcasterChain(EventUpcasters.chain())
                .persistenceExceptionResolver(e -> hasState(UNIQUE_VIOLATION, e))
                .schema(EventSql.SCHEMA)
                .snapshotFilter(
                        row -> isCurrent(snapshotSerializer, row.getPayload().getType()))
                .batchSize(BATCH)
                .gapTimeout(Integer.MAX_VALUE)
                .gapCleaningThreshold(Integer.MAX_VALUE)
                .maxGapOffset(MAX_GAP_OFFSET)
                // No event of a patient is ever removed, so a batch that is not full is the last.
                .finalAggregateBatchPredicate(batch -> batch.size() < BATCH)
                .appendEvents((connection, schema, type, events, serializer, timestamps) ->
                        EventSql.append(connection, events, serializer, encryption))
                .appendSnapshot((connection, schema, type, snapshot, serializer, timestamps) ->
                        EventSql.appendSnapshot(connection, snapshot, serializer, encryption))
                .deleteSnapshots(
                        (connection, schema, id, before) -> EventSql.deleteSnapshotsBefore(connection, id, before))
                .readSnapshotData((connection, schema, id) -> EventSql.snapshotsOf(connection, id))
                .readEventDataForAggregate(
                        (connection, schema, id, first, count) -> EventSql.eventsOf(connection, id, first, count))
                .lastSequenceNumberFor((connection, schema, id) -> EventSql.lastSequenceNumberOf(connection, id))
                .readEventDataWithGaps((connection, schema, index, count, gaps) ->
                        EventSql.eventsAfterWithGaps(connection, index, count, gaps))
                .createTokenAt((connection, schema, time) -> EventSql.tokenAt(connection, time));
    }

    @Override
    protected List<? extends TrackedEventData<?>> fetchTrackedEvents(@Nullable TrackingToken after, int batchSize) {
        TrackingToken shortened =
                after instanceof GapAwareTrackingToken token && token.hasGaps() ? withoutSettledGaps(token) : after;
        return decrypting(super.fetchTrackedEvents(shortened, batchSize).stream()
                .<TrackedDomainEventData<?>>map(row -> (TrackedDomainEventData<?>) row)
                .toList());
    }

    /**
     * For before the events are read, each of which has a list of its own of all the gaps that are left. A gap that was
     * filled stays one until its event is read.
     */
    private GapAwareTrackingToken withoutSettledGaps(GapAwareTrackingToken token) {
        // Asked first, so that whatever has become of the gaps up to there can be seen.
        long settled = order.place();
        GapAwareTrackingToken unsettled = token.withGapsTruncatedAt(settled + 1);
        List<Long> filled = JdbcUtils.executeQuery(
                getConnection(),
                connection -> EventSql.placesAmong(connection, token.getGaps().headSet(settled + 1)),
                JdbcUtils.listResults(row -> row.getLong(1)),
                e -> new EventStoreException("The gaps could not be looked into", e));
        if (filled.isEmpty()) {
            return unsettled;
        }
        Set<Long> gaps = new HashSet<>(unsettled.getGaps());
        gaps.addAll(filled);
        return GapAwareTrackingToken.newInstance(token.getIndex(), gaps);
    }

    private Set<String> erasedAmong(List<TrackedDomainEventData<?>> stored) {
        if (stored.isEmpty()) {
            return Set.of();
        }
        Set<String> patientIds = stored.stream()
                .<String>map(DomainEventData::getAggregateIdentifier)
                .collect(toSet());
        return Set.copyOf(JdbcUtils.executeQuery(
                getConnection(),
                connection -> EventSql.erasedAmong(connection, patientIds),
                JdbcUtils.listResults(row -> row.getString(1)),
                e -> new EventStoreException("The erasure ledger could not be read", e)));
    }

    @Override
    protected List<? extends DomainEventData<?>> fetchDomainEvents(String patientId, long first, int batchSize) {
        return encryption.decrypting(Kind.EVENT, super.fetchDomainEvents(patientId, first, batchSize));
    }

    /** All events of many patients, by one query; those of a patient in their order. */
    Stream<? extends DomainEventMessage<?>> readEventsOf(Collection<String> patientIds) {
        return read(connection -> EventSql.eventsOfAll(connection, patientIds));
    }

    /** The events that made these versions of a patient, in their order. */
    Stream<? extends DomainEventMessage<?>> readEventsAt(String patientId, Collection<Long> versions) {
        return read(connection -> EventSql.eventsAt(connection, patientId, versions));
    }

    private Stream<? extends DomainEventMessage<?>> read(JdbcUtils.SqlFunction query) {
        List<DomainEventData<?>> stored = JdbcUtils.executeQuery(
                getConnection(),
                query,
                JdbcUtils.listResults(this::getDomainEventData),
                e -> new EventStoreException("Events could not be read", e));
        return EventStreamUtils.upcastAndDeserializeDomainEvents(
                        encryption.decrypting(Kind.EVENT, stored).stream(), getEventSerializer(), upcasterChain)
                .asStream();
    }

    /** Events at places above {@code after} up to {@code upTo}, in order, until they are so many, or so large. */
    Stream<LoggedEvent> readEventsBetween(long after, long upTo, int limit, long mostBytes) {
        List<TrackedDomainEventData<?>> stored = JdbcUtils.executeQuery(
                getConnection(),
                connection -> EventSql.eventsBetween(connection, after, upTo, limit, mostBytes),
                JdbcUtils.listResults(row -> new TrackedDomainEventData<>(
                        new GlobalSequenceTrackingToken(row.getLong(schema().globalIndexColumn())),
                        getDomainEventData(row))),
                e -> new EventStoreException("The events after place " + after + " could not be read", e));
        Map<TrackingToken, Integer> bytes = new HashMap<>();
        stored.forEach(
                row -> bytes.put(row.trackingToken(), ((byte[]) row.getPayload().getData()).length));
        return EventUtils.upcastAndDeserializeTrackedEvents(
                        decrypting(stored).stream(), getEventSerializer(), upcasterChain)
                .map(message -> new LoggedEvent(message, bytes.getOrDefault(message.trackingToken(), 0)));
    }

    private List<TrackedDomainEventData<?>> decrypting(List<TrackedDomainEventData<?>> stored) {
        List<? extends DomainEventData<?>> readable = encryption.decryptingUnlessErased(stored, erasedAmong(stored));
        return IntStream.range(0, stored.size())
                .<TrackedDomainEventData<?>>mapToObj(
                        i -> new TrackedDomainEventData<>(stored.get(i).trackingToken(), readable.get(i)))
                .toList();
    }

    @Override
    protected Stream<? extends DomainEventData<?>> readSnapshotData(String patientId) {
        return encryption
                .decrypting(Kind.SNAPSHOT, super.readSnapshotData(patientId).toList())
                .stream();
    }

    /** Of somebody whose key was destroyed while it was made, there is nothing to store. */
    @Override
    protected void storeSnapshot(DomainEventMessage<?> snapshot, Serializer serializer) {
        if (encryption.canEncrypt(snapshot.getAggregateIdentifier())) {
            super.storeSnapshot(snapshot, serializer);
        }
    }

    /** A snapshot only saves time: one that cannot be read, for whatever reason, is as good as none. */
    @Override
    public Optional<DomainEventMessage<?>> readSnapshot(String patientId) {
        try {
            Optional<DomainEventMessage<?>> snapshot = super.readSnapshot(patientId);
            snapshot.ifPresent(DomainEventMessage::getPayload);
            return snapshot;
        } catch (SerializationException e) {
            LOG.info(
                    "The snapshot of patient {} is not used, because it cannot be read: {}",
                    patientId,
                    StackTrace.withoutMessages(e));
            return Optional.empty();
        }
    }

    /** False for a class that was renamed or given another revision, and for the stand-in of a destroyed key. */
    private static boolean isCurrent(Serializer snapshots, SerializedType type) {
        return snapshots.typeForClass(snapshots.classForType(type)).equals(type);
    }

    /** Whoever was erased on another node since the aggregate was loaded is not there any more. */
    @Override
    protected void handlePersistenceException(Exception exception, EventMessage<?> failed) {
        if (hasState(EVENT_OF_ERASED, exception)) {
            throw new PatientNotFound();
        }
        super.handlePersistenceException(exception, failed);
    }

    private static boolean hasState(String state, @Nullable Throwable e) {
        return e != null
                && ((e instanceof SQLException sql && state.equals(sql.getSQLState()))
                        || hasState(state, e.getCause()));
    }

    @Override
    protected Object readTimeStamp(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // bytes always, which is Axon's default
    protected <T> T readPayload(ResultSet row, String column) throws SQLException {
        boolean json = column.equals(EventSql.SCHEMA.metaDataColumn());
        return (T) (json ? row.getString(column).getBytes(UTF_8) : row.getBytes(column));
    }
}
