package org.patientsapi.query.feed;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.patientsapi.platform.security.Caller;
import org.patientsapi.platform.web.QueryParameters;
import org.patientsapi.query.feed.EventFeed.Filter;
import org.patientsapi.values.Problems;

/** What a consumer asks for, whichever way it wants to be answered. */
record FeedRequest(long after, int limit, Duration patience, Filter filter, FeedTier tier) {

    private static final int LONGEST_CURSOR = 100;
    private static final int LONGEST_BRANCH = 100;
    private static final int LONGEST_TYPES = 2000;
    private static final int USUAL_LIMIT = 100;
    private static final int MOST_EVENTS = 1000;

    /** Well within the minute after which proxies give up. */
    private static final int LONGEST_WAIT_SECONDS = 30;

    /**
     * @param lastEventId the header of that name, which goes before the parameter {@code after}
     * @throws org.patientsapi.values.InvalidFields naming all that is wrong
     */
    static FeedRequest of(
            QueryParameters parameters,
            @Nullable String lastEventId,
            Caller caller,
            FeedCursors cursors,
            EventFeed feed) {
        Problems problems = parameters.problems();
        FeedTier tier = FeedTier.of(caller);
        String given = parameters.text("after", LONGEST_CURSOR);
        long after = lastEventId != null && !lastEventId.isBlank()
                ? place("Last-Event-ID", lastEventId.strip(), tier, cursors, feed, problems)
                : given == null ? 0 : place("after", given, tier, cursors, feed, problems);
        String types = parameters.text("types", LONGEST_TYPES);
        FeedRequest read = new FeedRequest(
                after,
                parameters.integer("limit", USUAL_LIMIT, 1, MOST_EVENTS),
                Duration.ofSeconds(parameters.integer("wait", 0, 0, LONGEST_WAIT_SECONDS)),
                new Filter(
                        types == null ? Set.of() : types(types, problems),
                        parameters.text("branch_id", LONGEST_BRANCH),
                        caller.branches()),
                tier);
        parameters.finish();
        caller.branches().require(read.filter().branchId());
        return read;
    }

    private static long place(
            String name, String cursor, FeedTier tier, FeedCursors cursors, EventFeed feed, Problems problems) {
        OptionalLong place = cursors.place(cursor, tier);
        if (place.isEmpty()) {
            problems.add(
                    name, "invalid_cursor", "Not a cursor of this feed in this tier: send one back as it was given.");
        } else if (!feed.knows(place.getAsLong())) {
            problems.add(
                    name,
                    "invalid_cursor",
                    "The log has no such place: it was put back to an earlier state. Please read it from its beginning.");
        }
        return place.orElse(0);
    }

    private static Set<String> types(String given, Problems problems) {
        Set<String> types = new LinkedHashSet<>();
        List<String> known = CloudEvents.typeNames();
        Arrays.stream(given.split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .forEach(types::add);
        if (!known.containsAll(types)) {
            problems.add("types", "unknown_type", "Types of events, with commas between: " + String.join(",", known));
        }
        return types;
    }
}
