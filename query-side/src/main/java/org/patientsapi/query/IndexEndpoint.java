package org.patientsapi.query;

import org.jspecify.annotations.Nullable;
import org.patientsapi.api.Refusal.StoreUnavailable;
import org.patientsapi.platform.web.HttpProblem;
import org.patientsapi.platform.web.ProblemType;
import org.patientsapi.query.IndexRun.Kind;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.stereotype.Component;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** For operators: what the index is like, and the runs over it. {@code docs/operations.md} says how to use it. */
@Component
@Endpoint(id = "index")
class IndexEndpoint {

    private final IndexGenerations generations;
    private final IndexRuns runs;
    private final IndexKeeper keeper;

    IndexEndpoint(IndexGenerations generations, IndexRuns runs, IndexKeeper keeper) {
        this.generations = generations;
        this.runs = runs;
        this.keeper = keeper;
    }

    /**
     * @param liveGeneration {@code null} where there is no index, or the search engine does not answer
     * @param current whether the live generation was made as this version of the product makes it
     * @param rebuild the latest
     * @param check the latest
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record State(
            @Nullable Integer liveGeneration,
            boolean current,
            @Nullable IndexRun rebuild,
            @Nullable IndexRun check) {}

    @ReadOperation
    State state() {
        Integer live = null;
        boolean current = false;
        try {
            live = generations.live().stream().boxed().findFirst().orElse(null);
            current = live != null && generations.isCurrent(live);
        } catch (StoreUnavailable away) {
            // Which is what a null says.
        }
        return new State(
                live,
                current,
                runs.latest(Kind.REBUILD).orElse(null),
                runs.latest(Kind.CHECK).orElse(null));
    }

    /** @param kind {@code rebuild} or {@code check}; while one is asked for or under way, it is that one */
    @WriteOperation
    WebEndpointResponse<IndexRun> ask(@Selector String kind) {
        for (Kind known : Kind.values()) {
            if (known.code().equals(kind)) {
                return new WebEndpointResponse<>(keeper.ask(known), 202);
            }
        }
        throw HttpProblem.of(ProblemType.NOT_FOUND, "There are two runs: rebuild and check.")
                .asException();
    }
}
