package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.patientsapi.standalone.Api.Answer;

/** More people than the search engine lets anyone jump to, listed to the last while others register. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // they are registered once, when the API is up
class DeepPagingTest extends AcceptanceTest {

    private static final int WINDOW = 10_000;
    private static final int PEOPLE = WINDOW + 250;

    /** Ten thousand answers are not held against the contract: other tests do that. */
    private static final Api UNHELD = new Api(API.address(), false);

    private static final Api.Client DESK = UNHELD.as("front-desk");
    private static final Api.Client CLIENT = UNHELD.as("reader");

    private final Queue<String> there = new ConcurrentLinkedQueue<>();

    @BeforeAll
    void registerAll() {
        try (ExecutorService desks = Executors.newFixedThreadPool(8)) {
            IntStream.range(0, PEOPLE).forEach(i -> desks.execute(() -> register(i % 2 == 0 ? "Rukmini" : "Rukmani")));
        }
        Eventually.that(() -> assertThat(total("/patients?branch_id=DEEP")).isEqualTo(PEOPLE));
    }

    @Test
    void following_next_lists_everybody_once() {
        walk("/patients?branch_id=DEEP&per_page=100");
    }

    @Test
    void following_next_shows_every_match_of_a_search_once() {
        walk("/patients?branch_id=DEEP&per_page=100&search=rukmini");
    }

    @Test
    void the_last_page_that_can_be_jumped_to_links_to_the_next() {
        Answer last =
                READER.get("/patients?branch_id=DEEP&page=100&per_page=100").is(200);

        assertThat(last.json()).hasSize(100);
        assertThat(READER.get(last.link("next").orElseThrow()).is(200).json()).isNotEmpty();
    }

    private void walk(String path) {
        // Of a cluster each copy of the index shows the newest at a moment of its own: this question's may be behind.
        Eventually.that(() -> assertThat(total(path)).isEqualTo(there.size()));
        List<String> seen = new ArrayList<>();
        Optional<String> next = Optional.of(path);
        while (next.isPresent()) {
            Answer page = CLIENT.get(next.get()).is(200);
            seen.addAll(page.all("id"));
            next = page.link("next");
            register("Rukmini");
            assertThat(Long.parseLong(page.header("X-Total-Count"))).isBetween((long) PEOPLE, (long) there.size());
        }

        assertThat(seen).doesNotHaveDuplicates().hasSizeGreaterThan(WINDOW);
        Set<String> strangers = new HashSet<>(seen);
        there.forEach(strangers::remove);
        assertThat(strangers).isEmpty();
        assertThat(seen).containsAll(there.stream().limit(PEOPLE).toList());
        Eventually.that(() -> assertThat(total(path)).isEqualTo(there.size()));
    }

    private void register(String firstName) {
        there.add(DESK.post("/patients", People.somebodyWith("first_name", firstName, "branch_id", "DEEP"))
                .is(201)
                .id());
    }

    private static long total(String path) {
        return Long.parseLong(CLIENT.get(path).is(200).header("X-Total-Count"));
    }
}
