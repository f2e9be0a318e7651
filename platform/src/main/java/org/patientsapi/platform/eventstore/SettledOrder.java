package org.patientsapi.platform.eventstore;

import java.util.ArrayDeque;
import java.util.Deque;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Up to which place the order of an append-only table is final: nothing that is committed later can have a place at or below
 * it. A reader that never passes this place misses nothing and needs no list of gaps.
 *
 * <p>The table gives out its places from a sequence, and takes a transaction id before it does ({@code
 * take_transaction_id()} in the migrations). So whoever holds a place up to the sequence's last value is among the
 * transactions under way in a snapshot taken afterwards; once all of those have ended, that value is settled. A transaction
 * that stays open holds the order up until {@code transaction_timeout} ends it, and never longer.
 */
public final class SettledOrder {

    /** How many snapshots are waited for at a time: under a steady load the oldest is through within milliseconds. */
    private static final int MAX_PENDING = 256;

    private final JdbcClient jdbc;
    private final String lastPlace;
    private final Deque<Pending> pending = new ArrayDeque<>();
    private long settled;

    /** @param sequence that gives out the places, as in {@code domain_event_global_index_seq} */
    public SettledOrder(JdbcClient jdbc, String sequence) {
        this.jdbc = jdbc;
        this.lastPlace = "select case when is_called then last_value else 0 end from " + sequence;
    }

    /** @param started the first transaction id that was not given out yet when the snapshot was taken */
    private record Pending(long place, long started) {}

    private record Snapshot(long oldestRunning, long next) {}

    /** The last settled place; 0 for an empty table. Never goes back. */
    public synchronized long place() {
        // First the place, then the snapshot: the other way round, somebody could come in between and be overlooked.
        long last = jdbc.sql(lastPlace).query(Long.class).single();
        Snapshot now = jdbc.sql("select pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint"
                        + " from pg_current_snapshot() as s")
                .query((row, n) -> new Snapshot(row.getLong(1), row.getLong(2)))
                .single();
        if (pending.size() < MAX_PENDING && last > lastSeen()) {
            pending.addLast(new Pending(last, now.next()));
        }
        while (!pending.isEmpty() && pending.getFirst().started() <= now.oldestRunning()) {
            settled = pending.removeFirst().place();
        }
        return settled;
    }

    /** Whether places were given out, when last looked, that are not settled yet: looking again soon is worthwhile. */
    public synchronized boolean isBehind() {
        return !pending.isEmpty();
    }

    private long lastSeen() {
        return pending.isEmpty() ? settled : pending.getLast().place();
    }
}
