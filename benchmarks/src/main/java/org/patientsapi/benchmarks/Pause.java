package org.patientsapi.benchmarks;

/** Waits; an interrupted wait ends the benchmark. */
public final class Pause {

    private Pause() {}

    public static void milliseconds(long time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** @param moment of {@link System#nanoTime()}; returns at once when it has passed */
    public static void until(long moment) {
        long left = moment - System.nanoTime();
        if (left > 0) {
            milliseconds((left + 999_999) / 1_000_000);
        }
    }
}
