package org.patientsapi.query.feed;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.time.ZoneId;
import org.patientsapi.platform.eventstore.EventLogTail;
import org.patientsapi.platform.security.Caller;
import org.patientsapi.platform.security.RequiresScope;
import org.patientsapi.platform.web.QueryParameters;
import org.patientsapi.platform.web.RequestUrl;
import org.patientsapi.query.feed.EventFeed.Page;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The feed in pages, at once or as soon as there is something. */
@RestController
@RequiresScope("events:read")
class EventFeedController {

    static final String BATCH = "application/cloudevents-batch+json";

    private final EventFeed feed;
    private final EventLogTail tail;
    private final CloudEvents cloudEvents;
    private final FeedCursors cursors;
    private final FeedAccesses accesses;
    private final ZoneId zone;

    EventFeedController(
            EventFeed feed,
            EventLogTail tail,
            CloudEvents cloudEvents,
            FeedCursors cursors,
            FeedAccesses accesses,
            ZoneId zone) {
        this.feed = feed;
        this.tail = tail;
        this.cloudEvents = cloudEvents;
        this.cursors = cursors;
        this.accesses = accesses;
        this.zone = zone;
    }

    @GetMapping(path = "/api/v1/events", produces = BATCH)
    ResponseEntity<byte[]> events(HttpServletRequest request, Caller caller) throws InterruptedException {
        QueryParameters parameters = QueryParameters.of(request, zone);
        FeedRequest asked = FeedRequest.of(parameters, null, caller, cursors, feed);
        Page page = pageWithin(asked);
        accesses.record(page.events(), asked.tier(), caller);
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType(BATCH))
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header(
                        HttpHeaders.LINK,
                        RequestUrl.of(request, parameters)
                                .with("after", cursors.cursor(page.next(), asked.tier()))
                                .as("next"))
                .body(cloudEvents.batch(page.events(), asked.tier()));
    }

    private Page pageWithin(FeedRequest asked) throws InterruptedException {
        long end = System.nanoTime() + asked.patience().toNanos();
        Page page = feed.page(asked.filter(), asked.after(), asked.limit());
        while (page.events().isEmpty()) {
            Duration left = Duration.ofNanos(end - System.nanoTime());
            if (!left.isPositive() || !tail.awaitBeyond(page.next(), left)) {
                break;
            }
            page = feed.pageOfKnown(asked.filter(), page.next(), asked.limit());
            if (page.events().isEmpty()) {
                Thread.sleep(EventFeed.GATHERING);
            }
        }
        return page;
    }
}
