package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.UUID;
import java.util.stream.IntStream;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.patientsapi.api.PatientEvent.StatusChanged;
import org.patientsapi.platform.eventstore.PatientEventStore;
import org.patientsapi.standalone.Api.Answer;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

@Timeout(60)
class EventStreamTest extends AcceptanceTest {

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private TransactionTemplate transactions;

    @Autowired
    private PatientEventStore store;

    @Test
    void a_stream_brings_what_was_and_what_comes_each_with_the_cursor_to_resume_from() throws IOException {
        String start = FeedReader.fromNow(API, ADMIN, "").cursor();
        Answer before = FRONT_DESK.post("/patients", People.somebody()).is(201);
        HttpResponse<InputStream> answer =
                FeedReader.open(API, ADMIN.token(), "/events/stream?after=" + start, "Accept", "text/event-stream");
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/event-stream");
        List<String> first;
        try (Scanner stream = FeedReader.lines(answer.body())) {
            assertThat(FeedReader.message(stream)).containsExactly("retry: 2000");
            first = FeedReader.event(stream);
            Answer after = FRONT_DESK.post("/patients", People.somebody()).is(201);
            List<String> second = FeedReader.event(stream);

            assertThat(first).hasSize(2);
            assertThat(first.get(0)).startsWith("id: ");
            assertThat(FeedReader.data(first).get("subject").asString()).isEqualTo(before.id());
            assertThat(FeedReader.data(second).get("subject").asString()).isEqualTo(after.id());
            // One mapping for all ways.
            assertThat(ADMIN.get("/events?after=" + start).json().get(0)).isEqualTo(FeedReader.data(first));
        }
        String resumed = first.get(0).substring(4);
        try (Scanner stream = FeedReader.lines(
                FeedReader.open(API, ADMIN.token(), "/events/stream?after=" + start, "Last-Event-ID", resumed)
                        .body())) {
            assertThat(FeedReader.data(FeedReader.event(stream)).get("subject").asString())
                    .isNotEqualTo(before.id());
        }
    }

    @Test
    void a_stream_without_wanted_events_moves_the_cursor_on_and_ends_with_the_token() throws IOException {
        FeedReader now = FeedReader.fromNow(API, ANALYTICS, "");
        String token = tokens().of("events:read", Duration.ofSeconds(10));
        String before = now.cursor();
        List<String> lines = new ArrayList<>();
        try (Scanner stream = FeedReader.lines(
                FeedReader.open(API, token, "/events/stream?types=patient.erased&after=" + now.cursor())
                        .body())) {
            for (int i = 0; i < 5; i++) {
                FRONT_DESK.post("/patients", People.somebody()).is(201);
            }
            while (stream.hasNextLine()) {
                lines.add(stream.nextLine());
            }
        }

        assertThat(lines)
                .filteredOn(line -> !line.isEmpty())
                .as("at its beginning and its end, and not for what others wait for")
                .containsExactly(
                        "retry: 2000",
                        "id: " + before,
                        "id: " + now.await(5).getLast().get("cursor").asString());
    }

    @Test
    void events_that_come_close_together_are_read_together() throws Exception {
        String patient = FRONT_DESK.post("/patients", People.somebody()).is(201).id();
        String start = FeedReader.fromNow(API, ADMIN, "").cursor();
        int events = 100;
        try (Scanner stream = FeedReader.lines(FeedReader.open(API, ADMIN.token(), "/events/stream?after=" + start)
                .body())) {
            long began = System.nanoTime();
            Thread writer = Thread.ofVirtual()
                    .start(() -> IntStream.rangeClosed(1, events)
                            .forEach(i -> transactions.executeWithoutResult(status ->
                                    store.publish(new GenericDomainEventMessage<>(
                                            "patient",
                                            patient,
                                            i,
                                            new StatusChanged(patient, i % 2 == 0 ? "active" : "inactive"))))));
            for (int i = 0; i < events; i++) {
                FeedReader.event(stream);
            }
            long most = Duration.ofNanos(System.nanoTime() - began).toMillis() / 25 + 2;

            // The last event can be read before its commit has returned.
            writer.join();
            // Each page is recorded.
            assertThat(jdbc.sql("select count(*) from access_record where action = 'GET /events/stream'"
                                    + " and patient_ids @> array[?]::uuid[]")
                            .param(UUID.fromString(patient))
                            .query(Long.class)
                            .single())
                    .isPositive()
                    .isLessThanOrEqualTo(most);
        }
    }

    @Test
    void one_client_has_so_many_streams_and_no_more_since_the_oldest_ends() throws IOException {
        String token = tokens().of("events:read", Duration.ofMinutes(1));
        String now = FeedReader.fromNow(API, ANALYTICS, "").cursor();
        List<InputStream> open = new ArrayList<>();
        try {
            for (int i = 0; i < 11; i++) {
                HttpResponse<InputStream> stream = FeedReader.open(API, token, "/events/stream?after=" + now);
                assertThat(stream.statusCode()).isEqualTo(200);
                open.add(stream.body());
            }
            FRONT_DESK.post("/patients", People.somebody()).is(201);

            assertThat(new String(open.getFirst().readAllBytes(), StandardCharsets.UTF_8))
                    .as("the first, to its end")
                    .doesNotContain("data:");
            try (Scanner newest = FeedReader.lines(open.getLast())) {
                assertThat(FeedReader.event(newest)).hasSize(2);
            }
        } finally {
            for (InputStream stream : open) {
                stream.close();
            }
        }
    }

    @Test
    void consumers_that_take_nothing_keep_nobody_else_from_writing_or_reading() throws IOException {
        String start = FeedReader.fromNow(API, ADMIN, "").cursor();
        List<Socket> stalled = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                stalled.add(askedAndNotRead());
            }
            try (Scanner stream = FeedReader.lines(FeedReader.open(API, ADMIN.token(), "/events/stream?after=" + start)
                    .body())) {
                for (int i = 0; i < 20; i++) {
                    Answer patient =
                            FRONT_DESK.post("/patients", People.somebody()).is(201);
                    assertThat(FeedReader.data(FeedReader.event(stream))
                                    .get("subject")
                                    .asString())
                            .isEqualTo(patient.id());
                }
            }
        } finally {
            for (Socket socket : stalled) {
                socket.close();
            }
        }
    }

    private static Socket askedAndNotRead() throws IOException {
        URI address = URI.create(API.address());
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(address.getHost(), address.getPort()));
        String token = API.as("analytics").token();
        socket.getOutputStream()
                .write(("GET /api/v1/events/stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }
}
