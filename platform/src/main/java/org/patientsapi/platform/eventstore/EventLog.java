package org.patientsapi.platform.eventstore;

import java.util.List;

/** All patients' events in their one final order, for readers that must neither miss nor repeat one. */
public final class EventLog {

    /** Of payloads, at a time: a thousand may have a request's 256 KB each. */
    public static final long MOST_BYTES = 4L << 20;

    private final PatientEventStorageEngine storage;
    private final SettledOrder order;

    EventLog(PatientEventStorageEngine storage, SettledOrder order) {
        this.storage = storage;
        this.order = order;
    }

    /** The place up to which the order is final. Costs two short queries. */
    public long settled() {
        return order.place();
    }

    /** Whether {@link #settled()} will move on without another event being appended. */
    public boolean isBehind() {
        return order.isBehind();
    }

    /**
     * Whether this place was ever given out. Where it was not, whoever names it has read a log that was longer: this one was
     * put back to an earlier state.
     */
    public boolean knows(long place) {
        return order.isGivenOut(place);
    }

    /**
     * The first events with places above {@code after}, up to {@code upTo}, in order. Where there are no more, there is none;
     * fewer than asked for may also be large.
     *
     * @param upTo a settled place
     * @param limit how many at most
     */
    public List<LoggedEvent> read(long after, long upTo, int limit) {
        return after >= upTo
                ? List.of()
                : storage.readEventsBetween(after, upTo, limit, MOST_BYTES).toList();
    }
}
