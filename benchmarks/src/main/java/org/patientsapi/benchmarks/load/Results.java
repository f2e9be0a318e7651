package org.patientsapi.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.patientsapi.benchmarks.Json;
import org.patientsapi.benchmarks.load.Load.Figures;
import org.patientsapi.benchmarks.load.PacedRegistrations.Latencies;

/**
 * What was measured with a register of one size.
 *
 * @param patients registered when it began
 * @param startSeconds from the command until the first answer, with the data in place
 * @param serviceMegabytes of memory in use at the end
 * @param databaseBytes per patient; indexBytes likewise
 */
record Results(
        int patients,
        double startSeconds,
        List<Row> rows,
        Latencies latencies,
        long serviceMegabytes,
        long databaseBytes,
        long indexBytes) {

    /**
     * @param limit what it is held against, and what that reached in the same minutes; both null for none
     */
    record Row(
            String operation,
            Figures product,
            @Nullable String limit,
            @Nullable Figures reached) {}

    void save(Path folder) {
        try {
            Files.writeString(
                    folder.resolve("results-" + patients + ".json"),
                    Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(this));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of this and earlier runs, smallest register first. */
    static List<Results> saved(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            List<Results> results = new ArrayList<>();
            for (Path file : files.toList()) {
                if (file.getFileName().toString().matches("results-\\d+\\.json")) {
                    results.add(Json.MAPPER.readValue(Files.readString(file), Results.class));
                }
            }
            results.sort(Comparator.comparingInt(Results::patients));
            return results;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
