package org.patientsapi.standalone;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Do consumers of the feed that take nothing slow down those who write? Registers patients at a running installation, in
 * turns beside streams that were opened and are not read, and without any, so that whatever else the machine does slows both
 * alike.
 *
 * <p>{@code mvn -pl standalone -am test-compile exec:exec@measure -Dbenchmark=StalledConsumers} asks the embedded default, and registers patients there.
 */
final class StalledConsumersBenchmark {

    private static final int WRITERS = 8;
    private static final int ROUNDS = 9;
    private static final long ROUND_MILLIS = 4_000;
    private static final long STALLED_AFTER_MILLIS = 6_000;

    /** As many as the demo clients may have open. */
    private static final int STREAMS_EACH = 10;

    private static final List<String> CONSUMERS = List.of("analytics", "admin");

    /** More than the kernel's buffers take of a stream that nobody reads. */
    private static final int EVENTS_WAITING = 12_000;

    private final Api api;
    private final AtomicInteger phones = new AtomicInteger((int) (System.nanoTime() / 1000 % 50_000_000));

    private StalledConsumersBenchmark(Api api) {
        this.api = api;
    }

    public static void main(String[] arguments) throws Exception {
        new StalledConsumersBenchmark(new Api(arguments[0], false)).run();
        System.exit(0);
    }

    private void run() throws Exception {
        System.out.printf("Registering until %,d events wait for whoever opens a stream%n", EVENTS_WAITING);
        for (int before = 0; before < EVENTS_WAITING; ) {
            before += register(ROUND_MILLIS);
        }
        List<Double> beside = new ArrayList<>();
        List<Double> alone = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            boolean first = round % 2 == 0;
            measure(first, first ? beside : alone);
            measure(!first, first ? alone : beside);
        }
        double with = median(beside);
        double without = median(alone);
        System.out.printf(
                "registrations per second: %.0f beside %d stalled streams, %.0f without, ratio %.2f%n",
                with, STREAMS_EACH * CONSUMERS.size(), without, with / without);
    }

    private void measure(boolean besideStalled, List<Double> perSecond) throws Exception {
        List<Socket> stalled = new ArrayList<>();
        try {
            for (String consumer : besideStalled ? CONSUMERS : List.<String>of()) {
                for (int i = 0; i < STREAMS_EACH; i++) {
                    stalled.add(askedAndNotRead(api.as(consumer).token()));
                }
            }
            // Until the kernel's buffers are full of what nobody reads, and before the server gives them up (20 s).
            Thread.sleep(STALLED_AFTER_MILLIS);
            perSecond.add(register(ROUND_MILLIS) / (ROUND_MILLIS / 1e3));
        } finally {
            for (Socket socket : stalled) {
                socket.close();
            }
        }
    }

    /** @return how many patients */
    private int register(long millis) throws Exception {
        long end = System.nanoTime() + millis * 1_000_000;
        try (ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
            List<Future<Integer>> working = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                working.add(writers.submit(() -> registerUntil(end)));
            }
            int registered = 0;
            for (Future<Integer> writer : working) {
                registered += writer.get();
            }
            return registered;
        }
    }

    private int registerUntil(long end) {
        Api.Client desk = api.as("front-desk");
        int registered = 0;
        while (System.nanoTime() < end) {
            Map<String, Object> person = People.somebodyWith("phone", "+9195%08d".formatted(phones.incrementAndGet()));
            desk.post("/patients", person).is(201);
            registered++;
        }
        return registered;
    }

    private Socket askedAndNotRead(String token) throws IOException {
        URI address = URI.create(api.address());
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(address.getHost(), address.getPort()));
        socket.getOutputStream()
                .write(("GET /api/v1/events/stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static double median(List<Double> all) {
        List<Double> sorted = all.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
