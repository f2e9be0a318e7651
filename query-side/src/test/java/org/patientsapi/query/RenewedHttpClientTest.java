package org.patientsapi.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import co.elastic.clients.transport.http.TransportHttpClient.Request;
import co.elastic.clients.transport.http.TransportHttpClient.Response;
import co.elastic.clients.transport.rest5_client.low_level.Rest5Client;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.patientsapi.testbackends.TestBackends;

@Timeout(60)
class RenewedHttpClientTest {

    private static final Request HEALTH = new Request("GET", "/_cluster/health", Map.of(), Map.of(), null);

    private final AtomicInteger made = new AtomicInteger();
    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
    private RenewedHttpClient client;

    @BeforeEach
    void make() {
        client = client(TestBackends.elasticsearchUri());
    }

    private RenewedHttpClient client(URI engine) {
        return new RenewedHttpClient(factory -> {
            made.incrementAndGet();
            return Rest5Client.builder(List.of(engine))
                    .setHttpClientConfigCallback(http -> http.setThreadFactory(work -> {
                                Thread thread = factory.newThread(work);
                                threads.add(thread);
                                return thread;
                            })
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
    void it_answers_again_after_its_thread_has_died() throws Exception {
        assertThat(status()).isEqualTo(200);

        assertThat(client.performRequestAsync("search", null, deadly(), client.createOptions(null)))
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableOfType(ExecutionException.class);
        awaitAnswerOfAnother();
    }

    @Test
    void it_answers_again_after_an_error_has_ended_its_thread() throws Exception {
        assertThat(status()).isEqualTo(200);

        Request deadly = deadly("/_search", () -> {
            throw new StackOverflowError();
        });
        client.performRequestAsync("search", null, deadly, client.createOptions(null));

        awaitAnswerOfAnother();
    }

    /** While it dies it tells those who wait, one after the other, until it is stopped by a second one of the same kind. */
    @Test
    void nobody_waits_for_the_answer_of_a_thread_that_has_died() throws Exception {
        client.close();
        int each = 4;
        CountDownLatch asked = new CountDownLatch(2 * each);
        CountDownLatch done = new CountDownLatch(1);
        HttpServer engine = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        engine.setExecutor(task -> Thread.ofVirtual().start(task));
        engine.createContext("/never", exchange -> {
            exchange.getRequestBody().readAllBytes();
            asked.countDown();
            try {
                done.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        });
        engine.createContext("/_search", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        engine.start();
        try {
            client = client(URI.create("http://127.0.0.1:" + engine.getAddress().getPort()));
            Request never = new Request("GET", "/never", Map.of(), Map.of(), null);
            List<CompletableFuture<Response>> waiting = new ArrayList<>();
            for (int i = 0; i < each; i++) {
                waiting.add(client.performRequestAsync("count", null, never, client.createOptions(null)));
                waiting.add(client.performRequestAsync("search", null, deadly("/never"), client.createOptions(null)));
            }
            asked.await();

            client.performRequestAsync("search", null, deadly(), client.createOptions(null));

            assertThat(CompletableFuture.allOf(waiting.toArray(CompletableFuture[]::new)))
                    .failsWithin(10, TimeUnit.SECONDS)
                    .withThrowableOfType(ExecutionException.class);
        } finally {
            done.countDown();
            engine.stop(0);
        }
    }

    @Test
    void of_a_client_that_has_broken_down_no_thread_is_left() throws Exception {
        assertThat(status()).isEqualTo(200);
        int ofOne = threads.size();

        client.performRequestAsync("search", null, deadly(), client.createOptions(null));
        awaitAnswerOfAnother();

        await().untilAsserted(() ->
                assertThat(threads.stream().filter(Thread::isAlive).toList()).hasSize(ofOne));
        assertThat(threads).hasSize(2 * ofOne);
    }

    /** Until the thread has ended it may answer still, and then requests fail. */
    private void awaitAnswerOfAnother() {
        await().ignoreExceptions().untilAsserted(() -> {
            assertThat(status()).isEqualTo(200);
            assertThat(made).hasValue(2);
        });
    }

    private int status() throws IOException {
        try (Response response = client.performRequest("info", null, HEALTH, client.createOptions(null))) {
            return response.statusCode();
        }
    }

    static Request deadly() {
        return deadly("/_search");
    }

    private static Request deadly(String path) {
        return deadly(path, () -> {
            throw new NoSuchElementException("as when two threads take the last part of it");
        });
    }

    /** When it is done with a body, the thread goes back to the beginning of it; what that throws, it does not survive. */
    private static Request deadly(String path, Runnable throwing) {
        AtomicInteger asked = new AtomicInteger();
        Iterable<ByteBuffer> body = () -> {
            if (asked.incrementAndGet() > 1) {
                throwing.run();
            }
            return List.of(ByteBuffer.wrap("{}".getBytes(StandardCharsets.UTF_8)))
                    .iterator();
        };
        return new Request("POST", path, Map.of(), Map.of("Content-Type", "application/json"), body);
    }
}
