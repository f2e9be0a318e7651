package org.patientsapi.benchmarks.load;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.patientsapi.benchmarks.Pause;
import org.patientsapi.benchmarks.Times;
import org.patientsapi.benchmarks.load.Processors.Part;

/** Clients that call one after the other, each at once after its last answer. */
public final class Load {

    private final Processors processors;
    private final int clients;
    private final double warmUpSeconds;
    private final double seconds;

    public Load(Processors processors, int clients, double warmUpSeconds, double seconds) {
        this.processors = processors;
        this.clients = clients;
        this.warmUpSeconds = warmUpSeconds;
        this.seconds = seconds;
    }

    /** What one client does again and again; fails when it is not answered as it should be. */
    public interface Client extends AutoCloseable {
        void call();

        @Override
        default void close() {}
    }

    /** Makes the client of this number. */
    public interface Clients {
        Client client(int number);

        /** Clients that make this call, each over a connection of its own. */
        static Clients over(int port, Consumer<Wire> call) {
            return number -> {
                Wire wire = new Wire(port);
                return new Client() {
                    @Override
                    public void call() {
                        call.accept(wire);
                    }

                    @Override
                    public void close() {
                        wire.close();
                    }
                };
            };
        }

        /** Clients that begin a call so often rather than at once after the last answer, unless that takes longer. */
        default Clients every(long milliseconds) {
            return number -> {
                Client client = client(number);
                return new Client() {
                    private long due = System.nanoTime();

                    @Override
                    public void call() {
                        Pause.until(due);
                        due = Math.max(due, System.nanoTime()) + milliseconds * 1_000_000;
                        client.call();
                    }

                    @Override
                    public void close() {
                        client.close();
                    }
                };
            };
        }
    }

    /** @param cpu seconds of processor time that each took meanwhile */
    public record Measured(List<Double> times, double seconds, Map<Part, Double> cpu) {

        Measured and(Measured more) {
            List<Double> all = new ArrayList<>(times);
            all.addAll(more.times);
            Map<Part, Double> sum = new EnumMap<>(cpu);
            more.cpu.forEach((part, used) -> sum.merge(part, used, Double::sum));
            return new Measured(all, seconds + more.seconds, sum);
        }

        Figures figures() {
            return figures(1);
        }

        /** @param parts of which a call consists, each of which was measured; the times stay those of one part */
        Figures figures(double parts) {
            Times sorted = Times.of(times);
            double calls = sorted.count() / parts;
            Map<String, Double> perCall = new LinkedHashMap<>();
            cpu.forEach((part, used) -> perCall.put(part.title, used * 1e6 / calls));
            return new Figures(
                    calls / seconds, sorted.quantile(0.5), sorted.quantile(0.95), sorted.quantile(0.99), perCall);
        }
    }

    /**
     * @param p50 milliseconds, as the others
     * @param cpu microseconds of processor time per call, by who took them
     */
    record Figures(double perSecond, double p50, double p95, double p99, Map<String, Double> cpu) {}

    public Measured of(Clients made) {
        long start = System.nanoTime() + (long) (warmUpSeconds * 1e9);
        long end = start + (long) (seconds * 1e9);
        try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
            List<CompletableFuture<List<Double>>> results = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                Client client = made.client(i);
                results.add(CompletableFuture.supplyAsync(
                        () -> {
                            try (client) {
                                return calls(client, start, end);
                            }
                        },
                        threads));
            }
            Pause.until(start);
            Map<Part, Double> before = processors.seconds();
            Pause.until(end);
            Map<Part, Double> after = processors.seconds();
            before.forEach((part, used) -> after.merge(part, -used, Double::sum));
            List<Double> times = new ArrayList<>();
            results.forEach(result -> times.addAll(result.join()));
            return new Measured(times, seconds, after);
        }
    }

    private static List<Double> calls(Client client, long start, long end) {
        List<Double> times = new ArrayList<>();
        for (long begun = System.nanoTime(); begun < end; begun = System.nanoTime()) {
            client.call();
            long done = System.nanoTime();
            // What was begun in the warm-up or was not done in time is not counted.
            if (begun >= start && done <= end) {
                times.add((done - begun) / 1e6);
            }
        }
        return times;
    }
}
