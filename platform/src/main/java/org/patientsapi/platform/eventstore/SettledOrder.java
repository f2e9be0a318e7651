package org.patientsapi.platform.eventstore;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Up to which place the order of an append-only table is final: nothing that is committed later can have a place at or below
 * it. A reader that never passes this place misses nothing and needs no list of gaps.
 *
 * <p>The table gives out its places from a sequence. Whoever inserts holds a lock on the table from before the first place
 * is given out until after the commit is visible. So those who can still commit a place below the last one that is visible
 * are among the holders of that lock at any later moment; once they all have let go, that place is settled. Nobody waits for
 * that lock, and other transactions do not count. One that stays open holds the order up until {@code
 * transaction_timeout} ends it, and never longer.
 *
 * <p>A place that was given out and never committed is not settled: after a crash of the database its sequence may give it out
 * again.
 */
public final class SettledOrder {

    /** How many places are waited for at a time: under a steady load the oldest is through within milliseconds. */
    private static final int MAX_PENDING = 256;

    private final JdbcClient jdbc;
    private final String lastVisible;
    private final String lastGivenOut;
    private final String inserting;
    private final Deque<Pending> pending = new ArrayDeque<>();
    private long settled;
    private volatile boolean behind;

    /** The look that nobody has begun yet; {@code null} where nobody waits for one. */
    private final AtomicReference<@Nullable CompletableFuture<Long>> next = new AtomicReference<>();

    /**
     * @param table partitioned or not
     * @param place the column
     * @param sequence that gives out the table's places
     */
    public SettledOrder(JdbcClient jdbc, String table, String place, String sequence) {
        this.jdbc = jdbc;
        this.lastVisible = "select coalesce(max(" + place + "), 0) from " + table;
        this.lastGivenOut = "select case when is_called then last_value else 0 end from " + sequence;
        this.inserting = "select virtualtransaction from pg_locks where mode = 'RowExclusiveLock' and granted"
                + " and database = (select oid from pg_database where datname = current_database())"
                + " and (relation = '" + table + "'::regclass"
                + " or relation in (select relid from pg_partition_tree('" + table + "')))";
    }

    /** @param inserting the transactions that may still commit a place up to this one */
    private record Pending(long place, Set<String> inserting) {
        boolean isSettled(Set<String> now) {
            inserting.retainAll(now);
            return inserting.isEmpty();
        }
    }

    /**
     * The last settled place; 0 for an empty table. Never goes back. Those who come while somebody looks share the look after it,
     * which sees all that was committed before they came; and its failure, so that they do not wait out one time-out each.
     */
    public long place() {
        CompletableFuture<Long> shared =
                requireNonNull(next.updateAndGet(one -> one == null ? new CompletableFuture<>() : one));
        synchronized (this) {
            if (!shared.isDone()) {
                next.set(null);
                try {
                    shared.complete(look());
                } catch (RuntimeException failure) {
                    shared.completeExceptionally(failure);
                }
            }
        }
        if (shared.isCompletedExceptionally() && shared.exceptionNow() instanceof RuntimeException failure) {
            throw failure;
        }
        return shared.join();
    }

    private long look() {
        long last = ask(lastVisible);
        boolean isNew = last > (pending.isEmpty() ? settled : pending.getLast().place());
        if (!isNew && pending.isEmpty()) {
            return settled;
        }
        // After the place was seen: the other way round, somebody could come in between and be overlooked.
        Set<String> now = new HashSet<>(jdbc.sql(inserting).query(String.class).list());
        if (isNew && pending.size() < MAX_PENDING) {
            pending.addLast(new Pending(last, new HashSet<>(now)));
        }
        while (!pending.isEmpty() && pending.getFirst().isSettled(now)) {
            settled = pending.removeFirst().place();
        }
        behind = !pending.isEmpty();
        return settled;
    }

    /** Whether an event has this place, had it until it was rolled back, or may yet be committed with it. */
    public boolean isGivenOut(long place) {
        return place <= ask(lastGivenOut);
    }

    private long ask(String place) {
        return jdbc.sql(place).query(Long.class).single();
    }

    /** Whether there were places, when last looked, that are not settled yet: looking again soon is worthwhile. */
    public boolean isBehind() {
        return behind;
    }
}
