package org.patientsapi.query.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.patientsapi.api.BranchScope;
import org.patientsapi.platform.eventstore.EventLogTail;
import org.patientsapi.platform.security.Caller;
import org.patientsapi.testbackends.TestBackends;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** A stream on which nothing comes, on a machine whose clock is set. */
class QuietStreamTest {

    private final AtomicReference<Duration> set = new AtomicReference<>(Duration.ZERO);
    private final InstantSource clock = () -> Instant.now().plus(set.get());

    @TempDir
    private Path folder;

    /** Proxies close what has been silent for a minute, and nobody else notices that a consumer has gone. */
    @Test
    void it_is_kept_alive_when_the_clock_is_set_back() throws InterruptedException {
        try (FeedNode node = start()) {
            MockHttpServletResponse response = new MockHttpServletResponse();
            Thread consumer = Thread.ofVirtual().start(() -> open(node, response));
            await().until(() -> response.getContentAsByteArray().length > 0);

            set.set(Duration.ofHours(-1));
            int sent = response.getContentAsByteArray().length;

            await().until(() -> response.getContentAsByteArray().length > 3 * sent);
            consumer.interrupt();
            assertThat(consumer.join(Duration.ofSeconds(10))).isTrue();
        }
    }

    private void open(FeedNode node, MockHttpServletResponse response) {
        Clock ofNode = clock.withZone(ZoneOffset.UTC);
        EventStreamController streams = new EventStreamController(
                node.bean(EventFeed.class),
                node.bean(EventLogTail.class),
                node.bean(CloudEvents.class),
                node.bean(FeedCursors.class),
                node.bean(FeedAccesses.class),
                new FeedProperties(URI.create("http://localhost"), Duration.ofMillis(100), 10, Set.of()),
                ofNode,
                ZoneId.of("Asia/Kolkata"));
        Caller caller = new Caller(
                "analytics",
                "analytics",
                Set.of("events:read"),
                BranchScope.ALL,
                "127.0.0.1",
                "request-1",
                ofNode.instant().plus(Duration.ofHours(1)),
                "GET /events/stream");
        try {
            streams.stream(new MockHttpServletRequest("GET", "/api/v1/events/stream"), response, null, caller);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private FeedNode start() {
        return FeedNode.start(FeedNode.settings(TestBackends.freshDatabase(), folder.resolve("vault.json")));
    }
}
