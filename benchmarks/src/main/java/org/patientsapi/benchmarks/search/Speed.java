package org.patientsapi.benchmarks.search;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/** How long calls take while so many clients make them one after the other, each at once after the last. */
final class Speed {

    private Speed() {}

    /** @param call is made with texts drawn at random */
    static List<Double> measure(int clients, double seconds, List<String> texts, Consumer<String> call) {
        try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
            long end = System.nanoTime() + (long) (seconds * 1e9);
            List<Future<List<Double>>> results = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                results.add(threads.submit(() -> {
                    List<Double> times = new ArrayList<>();
                    while (System.nanoTime() < end) {
                        String text = texts.get(ThreadLocalRandom.current().nextInt(texts.size()));
                        long start = System.nanoTime();
                        call.accept(text);
                        times.add((System.nanoTime() - start) / 1e6);
                    }
                    return times;
                }));
            }
            List<Double> all = new ArrayList<>();
            for (Future<List<Double>> result : results) {
                all.addAll(result.get());
            }
            return all;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
