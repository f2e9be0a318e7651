package org.patientsapi.query;

import static org.assertj.core.api.Assertions.assertThat;

import co.elastic.clients.transport.http.TransportHttpClient.Request;
import co.elastic.clients.transport.http.TransportHttpClient.Response;
import co.elastic.clients.transport.rest5_client.low_level.Rest5Client;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.patientsapi.testbackends.TestBackends;

class RenewedHttpClientTest {

    private static final Request HEALTH = new Request("GET", "/_cluster/health", Map.of(), Map.of(), null);

    private final AtomicInteger made = new AtomicInteger();
    private RenewedHttpClient client;

    @BeforeEach
    void make() {
        client = new RenewedHttpClient(threads -> {
            made.incrementAndGet();
            return Rest5Client.builder(List.of(TestBackends.elasticsearchUri()))
                    .setHttpClientConfigCallback(http -> http.setThreadFactory(threads)
                            .setIOReactorConfig(
                                    IOReactorConfig.custom().setIoThreadCount(1).build()))
                    .build();
        });
    }

    @AfterEach
    void close() throws IOException {
        client.close();
    }

    @Test
    void answersAgainAfterItsThreadHasDied() throws Exception {
        assertThat(status()).isEqualTo(200);

        assertThat(client.performRequestAsync("search", null, deadly(), client.createOptions(null)))
                .failsWithin(10, TimeUnit.SECONDS);
        assertThat(statusWhenAnswered()).isEqualTo(200);
        assertThat(made).hasValue(2);
    }

    /** Until the thread has ended, requests fail. */
    private int statusWhenAnswered() throws Exception {
        for (int attempt = 1; ; attempt++) {
            try {
                return status();
            } catch (IOException failure) {
                if (attempt == 100) {
                    throw failure;
                }
                Thread.sleep(100);
            }
        }
    }

    private int status() throws IOException {
        try (Response response = client.performRequest("info", null, HEALTH, client.createOptions(null))) {
            return response.statusCode();
        }
    }

    /** When it is done with a body, the thread goes back to the beginning of it; what that throws, it does not survive. */
    static Request deadly() {
        AtomicInteger asked = new AtomicInteger();
        Iterable<ByteBuffer> body = () -> {
            if (asked.incrementAndGet() > 1) {
                throw new NoSuchElementException("as when two threads take the last part of it");
            }
            return List.of(ByteBuffer.wrap("{}".getBytes(StandardCharsets.UTF_8)))
                    .iterator();
        };
        return new Request("POST", "/_search", Map.of(), Map.of("Content-Type", "application/json"), body);
    }
}
