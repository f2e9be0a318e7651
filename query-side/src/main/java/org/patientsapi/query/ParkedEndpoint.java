package org.patientsapi.query;

import java.util.ArrayList;
import java.util.List;
import org.patientsapi.platform.web.HttpProblem;
import org.patientsapi.platform.web.ProblemType;
import org.patientsapi.query.ParkedPatients.Parked;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.stereotype.Component;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** For operators: patients whose events cannot be projected, and another try. */
@Component
@Endpoint(id = "parked")
class ParkedEndpoint {

    /** Of a thousand the cause is one and the same; the metric has their number. */
    private static final int MOST = 1000;

    private final ParkedPatients parked;

    ParkedEndpoint(ParkedPatients parked) {
        this.parked = parked;
    }

    /** Ids of patients: released ones are projected, still parked ones cannot be. */
    @JsonNaming(SnakeCaseStrategy.class)
    record Outcome(List<String> released, List<String> stillParked) {}

    @JsonNaming(SnakeCaseStrategy.class)
    record State(long count, List<Parked> longest) {}

    @ReadOperation
    State state() {
        return new State(parked.count(), parked.list(MOST));
    }

    @WriteOperation
    Outcome retryAll() {
        return retry(parked.list(MOST).stream().map(Parked::patientId).toList());
    }

    @WriteOperation
    Outcome retry(@Selector String patientId) {
        if (!parked.isParked(patientId)) {
            throw HttpProblem.of(ProblemType.NOT_FOUND, "No patient of this id is parked.")
                    .asException();
        }
        return retry(List.of(patientId));
    }

    private Outcome retry(List<String> patientIds) {
        Outcome outcome = new Outcome(new ArrayList<>(), new ArrayList<>());
        patientIds.forEach(
                patientId -> (parked.retry(patientId) ? outcome.released() : outcome.stillParked()).add(patientId));
        return outcome;
    }
}
