package org.patientsapi.query.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.patientsapi.platform.eventstore.EventLogTail;
import org.patientsapi.platform.eventstore.LoggedEvent;
import org.patientsapi.platform.security.Caller;
import org.patientsapi.platform.security.RequiresScope;
import org.patientsapi.platform.web.QueryParameters;
import org.patientsapi.query.feed.EventFeed.Page;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/**
 * The feed as server-sent events (WHATWG HTML, section 9.2). Each stream is a thread that reads a page from the
 * database only when its consumer's socket has taken the one before: a slow consumer slows down nobody but itself, and one
 * that takes nothing at all is cut off by Tomcat's write timeout ({@code server.tomcat.connection-timeout}).
 */
@RestController
@RequiresScope("events:read")
class EventStreamController {

    private static final Logger LOG = LoggerFactory.getLogger(EventStreamController.class);

    /** All that a stream holds in memory. */
    private static final int PAGE = 200;

    private final EventFeed feed;
    private final EventLogTail tail;
    private final CloudEvents cloudEvents;
    private final FeedCursors cursors;
    private final FeedAccesses accesses;
    private final OpenStreams openStreams;
    private final Duration heartbeat;
    private final Clock clock;
    private final ZoneId zone;

    EventStreamController(
            EventFeed feed,
            EventLogTail tail,
            CloudEvents cloudEvents,
            FeedCursors cursors,
            FeedAccesses accesses,
            FeedProperties properties,
            Clock clock,
            ZoneId zone) {
        this.feed = feed;
        this.tail = tail;
        this.cloudEvents = cloudEvents;
        this.cursors = cursors;
        this.accesses = accesses;
        this.openStreams = new OpenStreams(properties.streamsPerClient());
        this.heartbeat = properties.heartbeat();
        this.clock = clock;
        this.zone = zone;
    }

    @GetMapping(path = "/api/v1/events/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    void stream(
            HttpServletRequest request,
            HttpServletResponse response,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId,
            Caller caller)
            throws IOException {
        FeedRequest asked = FeedRequest.of(QueryParameters.of(request, zone), lastEventId, caller, cursors, feed);
        // Before the answer begins: a database that is away is still a 503 then.
        Page first = feed.page(asked.filter(), asked.after(), PAGE);
        response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        // nginx would otherwise collect events before it passes them on.
        response.setHeader("X-Accel-Buffering", "no");
        if (request.getMethod().equals("HEAD")) {
            return;
        }
        accesses.record(first.events(), asked.tier(), caller);
        openStreams.opened(caller.clientId());
        try {
            send(asked, first, response.getOutputStream(), caller);
        } catch (InterruptedException oneTooMany) {
            LOG.info("A stream of {} ends, because that client has opened too many", caller.clientId());
        } finally {
            openStreams.closed(caller.clientId());
        }
    }

    /** Until the token expires, the consumer goes, or this process is being stopped. */
    private void send(FeedRequest asked, Page first, OutputStream out, Caller caller)
            throws IOException, InterruptedException {
        out.write("retry: 2000\n\n".getBytes(UTF_8));
        out.write(message(asked, first));
        out.flush();
        Page page = first;
        long quietSince = System.nanoTime();
        while (tail.isRunning()) {
            if (page.events().size() < PAGE) {
                Thread.sleep(EventFeed.GATHERING);
            }
            long at = page.next();
            boolean more = tail.awaitBeyond(at, untilDue(quietSince, caller));
            page = more ? page(asked, at, caller) : new Page(List.of(), at);
            if (page == null) {
                return;
            }
            boolean isDue = !untilDue(quietSince, caller).isPositive();
            if (isDue || !page.events().isEmpty()) {
                out.write(message(asked, page));
                out.flush();
                if (!clock.instant().isBefore(caller.expiresAt())) {
                    return;
                }
                quietSince = System.nanoTime();
            }
        }
    }

    /**
     * How long until there has to be a message, whether there is an event or not: the last one is for the token's end. Whoever sets
     * the clock moves that, but no heartbeat.
     */
    private Duration untilDue(long quietSince, Caller caller) {
        Duration untilHeartbeat = heartbeat.minusNanos(System.nanoTime() - quietSince);
        Duration untilExpiry = Duration.between(clock.instant(), caller.expiresAt());
        return untilHeartbeat.compareTo(untilExpiry) < 0 ? untilHeartbeat : untilExpiry;
    }

    /** {@code null} when the database is away: the consumer finds the stream ended, and comes back. */
    private @Nullable Page page(FeedRequest asked, long at, Caller caller) {
        try {
            Page page = feed.pageOfKnown(asked.filter(), at, PAGE);
            accesses.record(page.events(), asked.tier(), caller);
            return page;
        } catch (RuntimeException away) {
            LOG.warn(
                    "A stream ends because the log cannot be read: {}",
                    away.getClass().getName());
            return null;
        }
    }

    /**
     * Each event with its cursor as id. Where there is none, only the id: it keeps the connection alive, and a consumer whose
     * events are rare does not begin before all the others when it comes back.
     */
    private byte[] message(FeedRequest asked, Page page) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (LoggedEvent event : page.events()) {
            line(bytes, "id: ", cursors.cursor(event.place(), asked.tier()).getBytes(UTF_8));
            line(bytes, "data: ", cloudEvents.single(event, asked.tier()));
            bytes.write('\n');
        }
        if (page.events().isEmpty()) {
            line(bytes, "id: ", cursors.cursor(page.next(), asked.tier()).getBytes(UTF_8));
            bytes.write('\n');
        }
        return bytes.toByteArray();
    }

    private static void line(ByteArrayOutputStream bytes, String field, byte[] value) {
        bytes.writeBytes(field.getBytes(UTF_8));
        bytes.writeBytes(value);
        bytes.write('\n');
    }
}
