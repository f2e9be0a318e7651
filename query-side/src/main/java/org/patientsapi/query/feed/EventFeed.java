package org.patientsapi.query.feed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.patientsapi.api.BranchScope;
import org.patientsapi.platform.eventstore.EventLog;
import org.patientsapi.platform.eventstore.EventLogTail;
import org.patientsapi.platform.eventstore.LoggedEvent;

/** Reads the log page by page, up to where its order is final, and leaves out what the consumer did not ask for or may not see. */
final class EventFeed {

    /** Rows per query where most may be left out. */
    private static final int READ = 1000;

    /** So often is read for one page, however few of the events are wanted or large: an answer takes a bounded time. */
    private static final int MOST_READINGS = 20;

    /** For those who follow the log and have read it to its end: what comes meanwhile they get by one reading. */
    static final Duration GATHERING = Duration.ofMillis(25);

    private final EventLog log;
    private final EventLogTail tail;

    EventFeed(EventLog log, EventLogTail tail) {
        this.log = log;
        this.tail = tail;
    }

    /**
     * Which events a consumer gets.
     *
     * @param types names of events, empty for all
     * @param branchId home branch of the patient at that time, {@code null} for any
     */
    record Filter(Set<String> types, @Nullable String branchId, BranchScope branches) {

        boolean letsAllThrough() {
            return types.isEmpty() && branchId == null && branches.branches() == null;
        }

        private boolean lets(LoggedEvent event) {
            return isOfType(event) && isOfBranch(event);
        }

        /** What type an event is that only a newer version can read, nobody knows: it is for everybody. */
        private boolean isOfType(LoggedEvent event) {
            String type = CloudEvents.type(event);
            return types.isEmpty() || types.contains(type) || type.equals(CloudEvents.UNKNOWN);
        }

        /** An event stored before its branch was kept is only for those who may see all. */
        private boolean isOfBranch(LoggedEvent event) {
            if (branchId == null && branches.branches() == null) {
                return true;
            }
            return event.homeBranch()
                    .filter(home -> home.isOneOf(branches))
                    .filter(home -> branchId == null || home.isOneOf(BranchScope.of(Set.of(branchId))))
                    .isPresent();
        }
    }

    /**
     * @param events fewer than asked for where they are large
     * @param next the place to go on from, also where there is no event: those that were left out are behind it
     */
    record Page(List<LoggedEvent> events, long next) {}

    /** Whether this place was ever one of the log's. */
    boolean knows(long place) {
        return place <= tail.settled() || log.knows(place);
    }

    /** What there is now: where what is known to be settled cannot fill the page, the database is asked for more first. */
    Page page(Filter filter, long after, int limit) {
        if (tail.settled() < after + limit) {
            tail.refresh();
        }
        return pageOfKnown(filter, after, limit);
    }

    /** What is known to be settled, for those who were just told. */
    Page pageOfKnown(Filter filter, long after, int limit) {
        long upTo = tail.settled();
        List<LoggedEvent> found = new ArrayList<>();
        long at = after;
        long bytes = 0;
        for (int readings = 0; at < upTo && readings < MOST_READINGS; readings++) {
            List<LoggedEvent> read = log.read(at, upTo, filter.letsAllThrough() ? limit : READ);
            for (LoggedEvent event : read) {
                at = event.place();
                if (filter.lets(event)) {
                    found.add(event);
                    bytes += event.bytes();
                    if (found.size() == limit || bytes >= EventLog.MOST_BYTES) {
                        return new Page(found, at);
                    }
                }
            }
            if (read.isEmpty()) {
                // There are only holes.
                at = upTo;
            }
        }
        return new Page(found, at);
    }
}
