package org.patientsapi.benchmarks.load;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.patientsapi.benchmarks.load.Load.Figures;
import org.patientsapi.benchmarks.load.PacedRegistrations.Latencies;
import org.patientsapi.benchmarks.load.Processors.Part;
import org.patientsapi.benchmarks.load.Results.Row;

/** What was measured, as Markdown. */
final class Tables {

    private Tables() {}

    static String of(List<Results> all) {
        StringBuilder text = new StringBuilder();
        all.forEach(results -> text.append(load(results)));
        return text.append(flat(all))
                .append(latencies(all))
                .append(footprint(all))
                .toString();
    }

    private static String load(Results results) {
        StringBuilder table = new StringBuilder("""
                **%,d patients**, measured on %s, of commit %s

                | operation | per second | p50 ms | p95 ms | p99 ms | p99/p50 | limit: per second, p99 ms | ratio to the limit | CPU per call, µs: %s |
                |---|---:|---:|---:|---:|---:|---:|---:|---:|
                """.formatted(
                        results.patients(),
                        results.measured(),
                        shown(results.commit()),
                        List.of(Part.values()).stream().map(part -> part.title).collect(Collectors.joining(" + "))));
        for (Row row : results.rows()) {
            Figures own = row.product();
            Figures reached = row.reached();
            table.append("| %s | %,.0f | %.1f | %.1f | %.1f | %.1f | %s | %s | %s |%n"
                    .formatted(
                            row.operation(),
                            own.perSecond(),
                            own.p50(),
                            own.p95(),
                            own.p99(),
                            own.p99() / own.p50(),
                            reached == null
                                    ? ""
                                    : "%s: %,.0f, %.1f".formatted(row.limit(), reached.perSecond(), reached.p99()),
                            reached == null ? "" : "**%.2f**".formatted(own.perSecond() / reached.perSecond()),
                            cpu(own)));
        }
        return table.append(System.lineSeparator()).toString();
    }

    /** As git itself shortens it. */
    private static String shown(String commit) {
        return commit.substring(0, Math.min(7, commit.length()));
    }

    private static String cpu(Figures figures) {
        return List.of(Part.values()).stream()
                .map(part -> "%,.0f".formatted(figures.cpu().getOrDefault(part.title, 0.0)))
                .collect(Collectors.joining(" + "));
    }

    /** Processor time of service and stores per call, beside the smallest register: a noisy neighbour does not count there. */
    private static String flat(List<Results> all) {
        if (all.size() < 2) {
            return "";
        }
        Results small = all.getFirst();
        Results large = all.getLast();
        StringBuilder table = new StringBuilder(
                "| processor time per call | %,d patients | %,d patients | ratio |%n|---|---:|---:|---:|%n"
                        .formatted(small.patients(), large.patients()));
        for (Row row : large.rows()) {
            double before = small.rows().stream()
                    .filter(other -> other.operation().equals(row.operation()))
                    .mapToDouble(other -> cost(other.product()))
                    .findFirst()
                    .orElseThrow();
            double now = cost(row.product());
            table.append("| %s | %,.0f µs | %,.0f µs | %.2f |%n".formatted(row.operation(), before, now, now / before));
        }
        if (!small.commit().equals(large.commit())) {
            table.append("%nThe two were measured of different commits: their ratio is not of the size alone.%n"
                    .formatted());
        }
        return table.append(System.lineSeparator()).toString();
    }

    private static double cost(Figures figures) {
        return figures.cpu().entrySet().stream()
                .filter(entry -> !entry.getKey().equals(Part.GENERATOR.title))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    private static String latencies(List<Results> all) {
        return "| patients | registrations per second: aimed at, made | to readable by id: p50, p99 ms | to findable: p50, p99 ms |%n|---:|---:|---:|---:|%n"
                        .formatted()
                + all.stream()
                        .map(results -> row(results.patients(), results.latencies()))
                        .collect(Collectors.joining())
                + System.lineSeparator();
    }

    private static String row(int patients, Latencies latencies) {
        return "| %,d | %.0f, %.0f | %.1f, %.1f | %.0f, %.0f |%n"
                .formatted(
                        patients,
                        latencies.perSecond(),
                        latencies.done(),
                        latencies.visible50(),
                        latencies.visible99(),
                        latencies.findable50(),
                        latencies.findable99());
    }

    private static String footprint(List<Results> all) {
        return "| patients | database per patient | index per patient | memory of the service | from the command to the first answer |%n|---:|---:|---:|---:|---:|%n"
                        .formatted()
                + all.stream()
                        .map(results -> "| %,d | %,d bytes | %,d bytes | %d MB | %.1f s |%n"
                                .formatted(
                                        results.patients(),
                                        results.databaseBytes(),
                                        results.indexBytes(),
                                        results.serviceMegabytes(),
                                        results.startSeconds()))
                        .collect(Collectors.joining());
    }

    static String hotPatient(Figures spread, Figures spreadWrites, Figures hot, Figures hotWrites) {
        return """
                | sixteen desks, while four more write | writes per second | per second | p50 ms | p99 ms |
                |---|---:|---:|---:|---:|
                | to any patients | %,.0f | %,.0f | %.1f | %.1f |
                | all to one patient | %,.0f | %,.0f | %.1f | %.1f |
                | ratio | %.2f | %.2f | %.2f | %.2f |
                """.formatted(
                        spreadWrites.perSecond(),
                        spread.perSecond(),
                        spread.p50(),
                        spread.p99(),
                        hotWrites.perSecond(),
                        hot.perSecond(),
                        hot.p50(),
                        hot.p99(),
                        hotWrites.perSecond() / spreadWrites.perSecond(),
                        hot.perSecond() / spread.perSecond(),
                        hot.p50() / spread.p50(),
                        hot.p99() / spread.p99());
    }
}
