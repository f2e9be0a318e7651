package org.patientsapi.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.patientsapi.benchmarks.load.Load.Figures;
import org.patientsapi.benchmarks.load.PacedRegistrations.Latencies;
import org.patientsapi.benchmarks.load.Results.Row;

class ResultsTest {

    @TempDir
    private Path folder;

    @Test
    void what_was_measured_is_read_again_and_says_of_what() throws Exception {
        Results large = of(100_000, "1234567890");
        Results small = of(10_000, "abcdefghij");
        large.save(folder);
        small.save(folder);
        Files.writeString(folder.resolve("results-1.json"), "{\"patients\": 1}");

        List<Results> saved = Results.saved(folder);

        assertThat(saved).as("without the one of an unknown build").containsExactly(small, large);
        assertThat(Tables.of(saved))
                .contains(" patients**, measured on 2026-11-30, of commit abcdefg\n")
                .contains("The two were measured of different commits");
        assertThat(Tables.of(List.of(small, small))).doesNotContain("different commits");
    }

    private static Results of(int patients, String commit) {
        Figures figures = new Figures(1, 1, 1, 1, Map.of("service", 1.0));
        return new Results(
                patients,
                LocalDate.of(2026, 11, 30),
                commit,
                20,
                List.of(new Row("register", figures, null, null)),
                new Latencies(1, 1, 1, 1, 1, 1),
                1,
                1,
                1);
    }
}
