package org.patientsapi.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.patientsapi.benchmarks.Pause;
import org.patientsapi.benchmarks.Product;
import org.patientsapi.benchmarks.Times;
import org.patientsapi.benchmarks.load.People.Person;

/**
 * Registrations at a steady pace, whatever the answers take: how soon each can be read by its id, and some of them be found.
 * Counted from the moment at which each was due, so that one that had to wait for its turn counts as slow.
 */
final class PacedRegistrations {

    private static final int WORKERS = 48;

    /** So few, and each by a thread of its own: their searches are load too, and none is to wait for another's. */
    private static final int FOLLOWED_ONE_IN = 50;

    private static final int POLL_MILLIS = 20;

    private final Product product;
    private final Operations operations;
    private final double perSecond;
    private final double warmUpSeconds;
    private final double seconds;
    private final AtomicLong turn = new AtomicLong();
    private final LongAdder done = new LongAdder();
    private final Queue<Double> visible = new ConcurrentLinkedQueue<>();
    private final Queue<Double> findable = new ConcurrentLinkedQueue<>();
    private final Queue<CompletableFuture<Void>> followed = new ConcurrentLinkedQueue<>();

    PacedRegistrations(Product product, Operations operations, double perSecond, double warmUpSeconds, double seconds) {
        this.product = product;
        this.operations = operations;
        this.perSecond = perSecond;
        this.warmUpSeconds = warmUpSeconds;
        this.seconds = seconds;
    }

    /**
     * @param perSecond what was aimed at
     * @param done registrations per second that were due and could be read in time
     * @param visible milliseconds until it was read by id, p50 and p99; findable likewise
     */
    record Latencies(
            double perSecond, double done, double visible50, double visible99, double findable50, double findable99) {}

    Latencies measure() {
        long start = System.nanoTime();
        try (ExecutorService followers = Executors.newVirtualThreadPerTaskExecutor();
                ExecutorService workers = Executors.newFixedThreadPool(WORKERS)) {
            List<CompletableFuture<Void>> results = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                results.add(CompletableFuture.runAsync(() -> work(start, followers), workers));
            }
            results.forEach(CompletableFuture::join);
            // A search that was refused or timed out would have been among the slowest.
            followed.forEach(CompletableFuture::join);
        }
        Times read = Times.of(List.copyOf(visible));
        Times found = Times.of(List.copyOf(findable));
        return new Latencies(
                perSecond,
                done.sum() / seconds,
                read.quantile(0.5),
                read.quantile(0.99),
                found.quantile(0.5),
                found.quantile(0.99));
    }

    private void work(long start, ExecutorService followers) {
        long end = start + (long) ((warmUpSeconds + seconds) * 1e9);
        try (Wire wire = new Wire(product.port())) {
            while (true) {
                long number = turn.getAndIncrement();
                long due = start + (long) (number / perSecond * 1e9);
                if (due >= end) {
                    return;
                }
                Pause.until(due);
                Person person = operations.register(wire);
                operations.read(wire, person.id());
                long read = System.nanoTime();
                if (due - start >= warmUpSeconds * 1e9) {
                    // Also when the time is over: those that had to wait the longest are read last.
                    visible.add((read - due) / 1e6);
                    if (read < end) {
                        done.increment();
                    }
                    if (number % FOLLOWED_ONE_IN == 0) {
                        followed.add(CompletableFuture.runAsync(() -> follow(person, due), followers));
                    }
                }
            }
        }
    }

    private void follow(Person person, long due) {
        try (Wire wire = new Wire(product.port())) {
            while (!operations
                    .search(wire, People.phone(person.number()))
                    .text()
                    .contains(person.id())) {
                Pause.milliseconds(POLL_MILLIS);
            }
            findable.add((System.nanoTime() - due) / 1e6);
        }
    }
}
