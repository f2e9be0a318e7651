package org.patientsapi.platform.audit;

import static java.util.stream.Collectors.groupingBy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.Refusal.StoreUnavailable;
import org.patientsapi.platform.database.OwnConnection;
import org.patientsapi.platform.eventstore.RecentCommits;
import org.patientsapi.platform.lifecycle.BackgroundThread;
import org.patientsapi.platform.observability.StackTrace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DataSourceUtils;

/**
 * Records accesses before they are answered: whoever was answered is in the database, whatever happens next. One thread
 * stores, with one commit, all records that came in while it stored the ones before; so a read waits for a commit, but does
 * not cost one.
 *
 * <p>While the database is away, reads are refused or, where that is set, their records wait in an {@link AccessJournal}.
 */
public final class AccessLedger extends BackgroundThread {

    private static final Logger LOG = LoggerFactory.getLogger(AccessLedger.class);
    private static final String THREAD = "patients-access-ledger";
    private static final int BATCH = 500;

    /** Several times what is read while a record may wait; so many on a database that stands still are refused at once. */
    private static final int MOST_WAITING = 10_000;

    private static final Duration NETWORK_TIMEOUT = Duration.ofSeconds(10);

    /** After an attempt that failed, others would only hold up the requests that wait; at least as long as it took itself. */
    private static final long RECONNECT_PAUSE_NANOS = Duration.ofMillis(500).toNanos();

    private static final long LOOK_EVERY_NANOS = 250_000;

    /** How soon a journal is taken into the database that nothing else wants to be. */
    private static final long IDLE_SECONDS = 5;

    private final DataSource dataSource;
    private final Duration patience;

    /** How long the database may say nothing. Where there is a journal, so that those who wait are still answered after it. */
    private final Duration silence;

    private final Duration gatherFor;
    private final boolean recording;
    private final @Nullable AccessJournal journal;
    private final BlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
    private @Nullable Connection connection;
    private int expected;
    private boolean journalWaits;
    private long replayedFrom = System.nanoTime();
    private long connectFrom = System.nanoTime();

    /**
     * @param gatherFor how long records wait at most, until as many are there as were stored together before
     * @param journal {@code null} to refuse reads while the database is away
     */
    AccessLedger(
            DataSource dataSource,
            Duration patience,
            Duration gatherFor,
            boolean recording,
            @Nullable AccessJournal journal) {
        super(THREAD);
        this.dataSource = dataSource;
        this.patience = patience;
        this.silence =
                journal == null ? NETWORK_TIMEOUT : patience.multipliedBy(2).dividedBy(3);
        this.gatherFor = gatherFor;
        this.recording = recording;
        this.journal = journal;
    }

    /** @param stored with what the commit told of the patients of its whole batch */
    private record Waiting(Access access, CompletableFuture<Map<String, Long>> stored) {}

    /**
     * Returns when the access is recorded so that no crash can lose it; only then may it be answered.
     *
     * @return the newest version of a patient who is to be shown alone, and {@link RecentCommits#ERASED} for whoever was erased of
     *     those who are to be listed, which the commit that the call waits for tells at no cost. Nobody's while the database is away:
     *     then nobody is answered a write either, and there is nothing newer to know of. Empty where nothing is recorded, and so
     *     nobody was asked
     * @throws StoreUnavailable when it cannot be recorded; the access must not be answered
     */
    public Optional<Map<String, Long>> record(Access access) {
        if (!recording) {
            return Optional.empty();
        }
        Waiting record = new Waiting(access, new CompletableFuture<>());
        if (!waiting.offer(record)) {
            throw new StoreUnavailable("access ledger");
        }
        try {
            return Optional.of(record.stored().get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException | TimeoutException e) {
            record.stored().cancel(false);
            throw new StoreUnavailable("access ledger");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailable("access ledger");
        }
    }

    /**
     * Records the access with the current transaction, for an answer that is given only after its commit.
     *
     * @throws StoreUnavailable where its month is missing, after which the transaction cannot go on; it is made within a minute, or with the next read
     */
    public void recordInTransaction(Access access) {
        if (!recording) {
            return;
        }
        Connection current = DataSourceUtils.getConnection(dataSource);
        try {
            AccessSql.insert(current, List.of(access));
        } catch (SQLException e) {
            if (AccessSql.isOfMissingMonth(e)) {
                throw new StoreUnavailable("access ledger");
            }
            throw new IllegalStateException("An access could not be recorded", e);
        } finally {
            DataSourceUtils.releaseConnection(current, dataSource);
        }
    }

    @Override
    protected void work() throws InterruptedException {
        try {
            while (isRunning()) {
                storeUnlessThereIsAnError(next());
            }
        } finally {
            disconnect();
        }
    }

    /**
     * Waits for a record, and takes along those that are there by then; none after a while. Where the ones before were several,
     * as many are coming: a moment of patience then saves a commit for each of them, and whoever reads alone waits for nobody.
     */
    private List<Waiting> next() throws InterruptedException {
        List<Waiting> batch = new ArrayList<>();
        Waiting first = waiting.poll(journalWaits ? 0 : IDLE_SECONDS, TimeUnit.SECONDS);
        if (first != null) {
            long until = System.nanoTime() + gatherFor.toNanos();
            while (waiting.size() + 1 < expected && System.nanoTime() - until < 0) {
                LockSupport.parkNanos(LOOK_EVERY_NANOS);
            }
            batch.add(first);
            waiting.drainTo(batch, BATCH - 1);
            batch.removeIf(each -> each.stored().isCancelled());
        }
        // Less only by and by: whoever comes a little late would else be stored apart from the others for ever.
        expected = Math.max(batch.size(), expected - 1);
        return batch;
    }

    private void store(List<Waiting> batch) {
        boolean kept = connection != null;
        long begun = System.nanoTime();
        try {
            storeIn(connect(), batch);
        } catch (SQLException | RuntimeException e) {
            disconnect();
            if (e.getCause() instanceof SocketTimeoutException) {
                pauseAfter(begun);
            }
            if (kept && hasBroken(e)) {
                // Perhaps long ago, and the database is there. What it has stored already it does not store twice.
                store(batch);
            } else if (!batch.isEmpty()) {
                storeElsewhere(batch, e);
            }
        }
    }

    /** Behind what is to be answered now, and a piece at a time, since whoever reads meanwhile waits for it. */
    private void replayPiece() {
        journalWaits = false;
        Connection open = connection;
        if (journal == null || open == null || System.nanoTime() - replayedFrom < 0) {
            return;
        }
        try {
            journalWaits = journal.replayPiece(accesses -> refusedOf(open, accesses));
        } catch (SQLException | IOException | RuntimeException e) {
            LOG.warn("The access journal waits, because it could not be taken in: {}", StackTrace.withoutMessages(e));
            // Rather than with each batch: those are to be stored.
            replayedFrom = System.nanoTime() + TimeUnit.SECONDS.toNanos(IDLE_SECONDS);
            disconnect();
        }
    }

    /** Without this thread, nobody would be answered any more. */
    private void storeUnlessThereIsAnError(List<Waiting> batch) {
        try {
            store(batch);
            replayPiece();
        } catch (Error e) {
            LOG.error("Accesses are refused, because they cannot be recorded", e);
            disconnect();
            batch.forEach(each -> each.stored().completeExceptionally(e));
        }
    }

    /** Rather than that nobody answered in time, which takes as long another time. */
    private static boolean hasBroken(Exception failure) {
        String state = failure instanceof SQLException e ? String.valueOf(e.getSQLState()) : "";
        return (state.startsWith("08") || state.startsWith("57P"))
                && !(failure.getCause() instanceof SocketTimeoutException);
    }

    /** Those of the records that the database never takes; it has the others then. */
    private static List<Access> refusedOf(Connection open, List<Access> accesses) throws SQLException {
        List<Waiting> batch = accesses.stream()
                .map(access -> new Waiting(access, new CompletableFuture<>()))
                .toList();
        storeIn(open, batch);
        return batch.stream()
                .filter(each -> each.stored().isCompletedExceptionally())
                .map(Waiting::access)
                .toList();
    }

    /** Makes the months that are missing; of those that the database makes no more, it never takes a record. */
    private static void storeIn(Connection open, List<Waiting> batch) throws SQLException {
        try {
            storeOrRefuse(open, batch);
        } catch (SQLException e) {
            if (!AccessSql.isOfMissingMonth(e)) {
                throw e;
            }
            Map<YearMonth, List<Waiting>> months = batch.stream()
                    .filter(each -> !each.stored().isDone())
                    .collect(groupingBy(each -> each.access().month()));
            for (Map.Entry<YearMonth, List<Waiting>> month : months.entrySet()) {
                if (months.size() > 1) {
                    storeIn(open, month.getValue());
                } else if (AccessSql.makeMonth(open, month.getKey())) {
                    storeOrRefuse(open, month.getValue());
                } else {
                    refuse(month.getValue(), e);
                }
            }
        }
    }

    private static void storeOrRefuse(Connection open, List<Waiting> batch) throws SQLException {
        if (batch.isEmpty()) {
            return;
        }
        try {
            Map<String, Long> newest = AccessSql.insertAndAsk(
                    open, batch.stream().map(Waiting::access).toList());
            batch.forEach(each -> each.stored().complete(newest));
        } catch (SQLException | RuntimeException e) {
            if (e instanceof SQLException answer && !isForGood(answer)) {
                throw e;
            }
            if (batch.size() == 1) {
                refuse(batch, e);
                return;
            }
            // One record that the database does not take is no reason to refuse the others.
            storeOrRefuse(open, batch.subList(0, batch.size() / 2));
            storeOrRefuse(open, batch.subList(batch.size() / 2, batch.size()));
        }
    }

    private static void refuse(List<Waiting> batch, Exception cause) {
        LOG.error("The database never takes accesses, {} of them: {}", batch.size(), StackTrace.withoutMessages(cause));
        batch.forEach(each -> each.stored().completeExceptionally(cause));
    }

    /** Because of a value (class 22) or a constraint (23); whatever else there may be passes. */
    private static boolean isForGood(SQLException refusal) {
        String state = String.valueOf(refusal.getSQLState());
        return (state.startsWith("22") || state.startsWith("23")) && !AccessSql.isOfMissingMonth(refusal);
    }

    private void storeElsewhere(List<Waiting> batch, Exception cause) {
        try {
            if (journal != null
                    && journal.append(batch.stream().map(Waiting::access).toList())) {
                batch.forEach(each -> each.stored().complete(Map.of()));
                return;
            }
            LOG.warn("Accesses are refused, because they cannot be recorded: {}", cause.getMessage());
        } catch (IOException | RuntimeException e) {
            LOG.error("Accesses are refused, because they cannot be recorded in the journal either", e);
        }
        batch.forEach(each -> each.stored().completeExceptionally(cause));
    }

    private Connection connect() throws SQLException {
        Connection open = connection;
        if (open != null && !open.isClosed()) {
            return open;
        }
        long begun = System.nanoTime();
        if (begun - connectFrom < 0) {
            throw new SQLException("The database was away a moment ago");
        }
        try {
            open = OwnConnection.open(dataSource, THREAD, patience.dividedBy(2));
        } catch (SQLException | RuntimeException e) {
            pauseAfter(begun);
            throw e;
        }
        open.setNetworkTimeout(Runnable::run, Math.toIntExact(silence.toMillis()));
        connection = open;
        return open;
    }

    private void pauseAfter(long begun) {
        long now = System.nanoTime();
        connectFrom = now + Math.max(RECONNECT_PAUSE_NANOS, now - begun);
    }

    private void disconnect() {
        try (Connection old = connection) {
            connection = null;
        } catch (SQLException e) {
            LOG.debug("There was no connection left to close", e);
        }
    }

    /** After the web server, whose last requests still wait for their records. */
    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }
}
