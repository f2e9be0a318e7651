package org.patientsapi.platform.eventstore;

import java.util.ArrayDeque;
import java.util.Deque;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Up to which place the order of an append-only table is final: nothing that is committed later can have a place at or below
 * it. A reader that never passes this place misses nothing and needs no list of gaps.
 *
 * <p>The table gives out its places from a sequence, and takes a transaction id before it does ({@code
 * take_transaction_id()} in the migrations). So whoever holds a place up to the sequence's last value has a lower transaction
 * id than one that is taken afterwards; once none lower is under way, that value is settled. A transaction that stays
 * open holds the order up until {@code transaction_timeout} ends it, and never longer.
 */
public final class SettledOrder {

    /** How many places are waited for at a time: under a steady load the oldest is through within milliseconds. */
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

    /** @param taken a transaction id taken after the place was seen */
    private record Pending(long place, long taken) {}

    /** The last settled place; 0 for an empty table. Never goes back. */
    public synchronized long place() {
        long last = jdbc.sql(lastPlace).query(Long.class).single();
        if (last > lastSeen() && pending.size() < MAX_PENDING) {
            settle(pending(last));
        } else if (!pending.isEmpty()) {
            settle(jdbc.sql("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
                    .query(Long.class)
                    .single());
        }
        return settled;
    }

    /** Notes the place with a transaction id taken now. @return the oldest transaction id under way */
    private long pending(long place) {
        return jdbc.sql("select pg_current_xact_id()::text::bigint,"
                        + " pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
                .query((row, n) -> {
                    pending.addLast(new Pending(place, row.getLong(1)));
                    return row.getLong(2);
                })
                .single();
    }

    private void settle(long oldestUnderWay) {
        while (!pending.isEmpty() && pending.getFirst().taken() <= oldestUnderWay) {
            settled = pending.removeFirst().place();
        }
    }

    /** Whether an event has this place, had it until it was rolled back, or may yet be committed with it. */
    public boolean isGivenOut(long place) {
        return place <= jdbc.sql(lastPlace).query(Long.class).single();
    }

    /** Whether places were given out, when last looked, that are not settled yet: looking again soon is worthwhile. */
    public synchronized boolean isBehind() {
        return !pending.isEmpty();
    }

    private long lastSeen() {
        return pending.isEmpty() ? settled : pending.getLast().place();
    }
}
