package org.patientsapi.standalone;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What recording costs a read: 16 clients, in turns against an installation that records and one that does not, so that
 * whatever else the machine does slows both alike. Its arguments are the addresses of the two:
 *
 * <pre>
 * PATIENTS_DATA_DIR=/tmp/with    SERVER_PORT=8081 java -jar standalone/target/standalone-1.0.0.jar
 * PATIENTS_DATA_DIR=/tmp/without SERVER_PORT=8082 PATIENTS_AUDIT_RECORDING=false java -jar …
 * </pre>
 */
final class AuditBenchmark {

    private static final int CLIENTS = 16;
    private static final int WARM_UP = 15;
    private static final int ROUNDS = 15;
    private static final long ROUND_MILLIS = 2_000;

    private final HttpClient http = HttpClient.newHttpClient();

    private AuditBenchmark() {}

    /** One installation, and whom it can be asked for. */
    private record Target(String address, String token, List<String> patients) {}

    /** Reads per second, and the middle read's milliseconds. */
    private record Round(double perSecond, double medianMillis) {}

    public static void main(String[] arguments) throws Exception {
        AuditBenchmark benchmark = new AuditBenchmark();
        Target with = target(arguments[0]);
        Target without = target(arguments[1]);
        for (String what : List.of("profile", "search")) {
            List<Round> recorded = new ArrayList<>();
            List<Round> plain = new ArrayList<>();
            List<Double> ratios = new ArrayList<>();
            for (int round = -WARM_UP; round < ROUNDS; round++) {
                // Each goes first every other time.
                boolean first = round % 2 == 0;
                Round one = benchmark.round(first ? with : without, what);
                Round other = benchmark.round(first ? without : with, what);
                if (round >= 0) {
                    recorded.add(first ? one : other);
                    plain.add(first ? other : one);
                    ratios.add(recorded.getLast().perSecond() / plain.getLast().perSecond());
                }
            }
            System.out.printf(
                    "%s: recorded %.0f/s (p50 %.1f ms), not recorded %.0f/s (p50 %.1f ms), ratio %.2f (%.2f to %.2f)%n",
                    what,
                    median(recorded.stream().mapToDouble(Round::perSecond).toArray()),
                    median(recorded.stream().mapToDouble(Round::medianMillis).toArray()),
                    median(plain.stream().mapToDouble(Round::perSecond).toArray()),
                    median(plain.stream().mapToDouble(Round::medianMillis).toArray()),
                    median(ratios.stream().mapToDouble(Double::doubleValue).toArray()),
                    ratios.stream().mapToDouble(Double::doubleValue).min().orElseThrow(),
                    ratios.stream().mapToDouble(Double::doubleValue).max().orElseThrow());
        }
        System.exit(0);
    }

    private static Target target(String address) {
        Api.Client reader = new Api(address, false).as("reader");
        return new Target(
                address,
                reader.token(),
                reader.get("/patients?per_page=100").is(200).all("id"));
    }

    private Round round(Target target, String what) throws Exception {
        long end = System.nanoTime() + ROUND_MILLIS * 1_000_000;
        long start = System.nanoTime();
        List<Long> taken = new ArrayList<>();
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<List<Long>>> working = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                working.add(clients.submit(() -> readUntil(end, target, what)));
            }
            for (Future<List<Long>> client : working) {
                taken.addAll(client.get());
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Round(
                taken.size() / seconds,
                median(taken.stream().mapToDouble(nanos -> nanos / 1e6).toArray()));
    }

    private List<Long> readUntil(long end, Target target, String what) throws IOException, InterruptedException {
        List<Long> taken = new ArrayList<>();
        while (System.nanoTime() < end) {
            String patient = target.patients()
                    .get(ThreadLocalRandom.current().nextInt(target.patients().size()));
            String path = what.equals("profile") ? "/patients/" + patient : "/patients?search=kumar";
            long begun = System.nanoTime();
            HttpResponse<byte[]> answer = http.send(
                    HttpRequest.newBuilder(URI.create(target.address() + "/api/v1" + path))
                            .header("Authorization", "Bearer " + target.token())
                            .build(),
                    BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException("Answered " + answer.statusCode());
            }
            taken.add(System.nanoTime() - begun);
        }
        return taken;
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }
}
