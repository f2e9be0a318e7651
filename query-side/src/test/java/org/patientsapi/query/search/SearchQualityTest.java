package org.patientsapi.query.search;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.patientsapi.sample.IndianRegister;
import org.patientsapi.sample.LabelledQueries;
import org.patientsapi.sample.LabelledQueries.Half;
import org.patientsapi.sample.LabelledQueries.Slice;
import org.patientsapi.sample.SearchScore;

/** A small register, so that a rule that spoils another is noticed in seconds; the benchmark asks a large one. */
class SearchQualityTest {

    @Test
    void people_are_found_in_every_slice() {
        var register = new IndianRegister(1, 10_000);
        var made = new MadeUpRegister(register);
        var queries = new LabelledQueries(register, Half.TUNING, 3).make(50);
        var all = new SearchScore();

        for (var slice : Slice.values()) {
            var score = new SearchScore();
            queries.stream().filter(query -> query.slice() == slice).forEach(query -> {
                made.ask(query, score);
                made.ask(query, all);
            });
            assertThat(score.recallAt10()).as("%s %s", slice, score).isGreaterThan(0.95);
        }

        assertThat(all.recallAt10()).as("%s", all).isGreaterThan(0.98);
        assertThat(all.meanReciprocalRank()).as("%s", all).isGreaterThan(0.95);
    }
}
