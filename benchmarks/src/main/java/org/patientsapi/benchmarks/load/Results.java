package org.patientsapi.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.patientsapi.benchmarks.Json;
import org.patientsapi.benchmarks.load.Load.Figures;
import org.patientsapi.benchmarks.load.PacedRegistrations.Latencies;
import tools.jackson.databind.JsonNode;

/**
 * What was measured with a register of one size.
 *
 * @param patients registered when it began
 * @param measured when
 * @param commit that was checked out, or {@link #UNKNOWN}
 * @param startSeconds from the command until the first answer, with the data in place
 * @param serviceMegabytes of memory in use at the end
 * @param databaseBytes per patient; indexBytes likewise
 */
record Results(
        int patients,
        LocalDate measured,
        String commit,
        double startSeconds,
        List<Row> rows,
        Latencies latencies,
        long serviceMegabytes,
        long databaseBytes,
        long indexBytes) {

    private static final String UNKNOWN = "unknown";

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

    /** What is checked out where this runs. */
    static String currentCommit() {
        try {
            Process git = new ProcessBuilder("git", "rev-parse", "HEAD")
                    .redirectError(Redirect.DISCARD)
                    .start();
            String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor() == 0 ? said : UNKNOWN;
        } catch (IOException noGit) {
            return UNKNOWN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Of this and earlier runs, smallest register first; without those of which nobody noted what was measured. */
    static List<Results> saved(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            List<Results> results = new ArrayList<>();
            for (Path file : files.toList()) {
                if (file.getFileName().toString().matches("results-\\d+\\.json")) {
                    JsonNode saved = Json.MAPPER.readTree(Files.readString(file));
                    if (saved.has("commit")) {
                        results.add(Json.MAPPER.treeToValue(saved, Results.class));
                    }
                }
            }
            results.sort(Comparator.comparingInt(Results::patients));
            return results;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
