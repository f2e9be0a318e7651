package org.patientsapi.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The just-in-time compilers of the product and its search engine. For minutes after a start they take up to half of the
 * processors' time; what is measured meanwhile says little about the rest of the day.
 */
public final class Compilers {

    /** Of the processor time of the service and its servers: little enough not to show. */
    private static final double QUIET = 0.04;

    private static final Duration LONGEST = Duration.ofMinutes(12);

    /** How Linux names the threads, which it cuts off after fifteen characters. */
    private static final String THREAD = "C[12] CompilerThre";

    private final ProcessHandle service;

    /** Its servers are its children. */
    public Compilers(ProcessHandle service) {
        this.service = service;
    }

    /** Does the round again until they are quiet, or for so long that they will not be. Says how it goes. */
    public void quiet(Runnable round) {
        long begun = System.nanoTime();
        double share;
        do {
            double all = seconds();
            Map<Path, Double> compiling = compiling();
            round.run();
            share = since(compiling) / (seconds() - all);
            System.out.printf("Warming up: %.0f %% of the processor time goes into compiling%n", 100 * share);
        } while (share > QUIET && System.nanoTime() - begun < LONGEST.toNanos());
    }

    /** Of all; what processes and threads took that have ended since is in it. */
    private double seconds() {
        return processes().mapToDouble(ProcessorTime::withEndedChildren).sum();
    }

    /** The seconds of each compiler's thread. */
    private Map<Path, Double> compiling() {
        return processes()
                .flatMap(process -> threads(process).stream())
                .filter(Compilers::compiles)
                .collect(Collectors.toMap(thread -> thread, ProcessorTime::ofThread));
    }

    /** Thread by thread, since a JVM ends idle ones, whose time must not be taken off that of the others. */
    private double since(Map<Path, Double> before) {
        return compiling().entrySet().stream()
                .mapToDouble(thread -> Math.max(0, thread.getValue() - before.getOrDefault(thread.getKey(), 0.0)))
                .sum();
    }

    private Stream<ProcessHandle> processes() {
        return Stream.concat(Stream.of(service), service.descendants());
    }

    private static List<Path> threads(ProcessHandle process) {
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(process.pid()), "task"))) {
            return threads.toList();
        } catch (IOException ended) {
            return List.of();
        }
    }

    private static boolean compiles(Path thread) {
        try {
            return Files.readString(thread.resolve("comm")).strip().matches(THREAD);
        } catch (IOException ended) {
            return false;
        }
    }
}
