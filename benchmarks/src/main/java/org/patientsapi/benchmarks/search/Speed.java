package org.patientsapi.benchmarks.search;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/** How long calls take while so many clients make them one after the other, each at once after the last. */
final class Speed {

    private Speed() {}

    /** @param call is made with texts drawn at random */
    static List<Double> measure(int clients, double seconds, List<String> texts, Consumer<String> call) {
        try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
            long end = System.nanoTime() + (long) (seconds * 1e9);
            List<CompletableFuture<List<Double>>> results = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                results.add(CompletableFuture.supplyAsync(
                        () -> {
                            List<Double> times = new ArrayList<>();
                            while (System.nanoTime() < end) {
                                String text =
                                        texts.get(ThreadLocalRandom.current().nextInt(texts.size()));
                                long start = System.nanoTime();
                                call.accept(text);
                                times.add((System.nanoTime() - start) / 1e6);
                            }
                            return times;
                        },
                        threads));
            }
            List<Double> all = new ArrayList<>();
            results.forEach(result -> all.addAll(result.join()));
            return all;
        }
    }
}
