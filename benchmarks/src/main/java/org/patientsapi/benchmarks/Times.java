package org.patientsapi.benchmarks;

import java.util.Arrays;
import java.util.List;

/** Times in milliseconds, shortest first. */
public record Times(double[] sorted) {

    public static Times of(List<Double> times) {
        double[] sorted = times.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return new Times(sorted);
    }

    /** @throws IllegalStateException when nothing was timed */
    public double quantile(double share) {
        if (sorted.length == 0) {
            throw new IllegalStateException("nothing was timed");
        }
        return sorted[(int) Math.min(sorted.length - 1L, (long) (sorted.length * share))];
    }

    public int count() {
        return sorted.length;
    }
}
