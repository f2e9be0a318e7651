package org.patientsapi.query.search;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.patientsapi.query.search.LabelledQueries.Half;
import org.patientsapi.query.search.LabelledQueries.Slice;

/** A small register, so that a rule that spoils another is noticed in seconds; {@link SearchTuning} prints the large one. */
class SearchQualityTest {

    @Test
    void people_are_found_in_every_slice() {
        var register = new IndianRegister(1, 10_000);
        var index = new InMemoryIndex();
        register.patients.forEach(patient -> index.add(patient.tokens()));
        var all = new SearchTuning.Figures();

        for (var slice : Slice.values()) {
            var figures = new SearchTuning.Figures();
            new LabelledQueries(register, Half.TUNING, 3)
                    .make(50).stream().filter(query -> query.slice() == slice).forEach(query -> {
                        SearchTuning.score(register, index, query, figures);
                        SearchTuning.score(register, index, query, all);
                    });
            assertThat(figures.ten / figures.queries)
                    .as(figures.line(slice.name()))
                    .isGreaterThan(0.9);
        }

        assertThat(all.ten / all.queries).as(all.line("all")).isGreaterThan(0.97);
        assertThat(all.reciprocal / all.queries).as(all.line("all")).isGreaterThan(0.95);
    }
}
