package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.patientsapi.standalone.Api.Answer;
import tools.jackson.databind.JsonNode;

/** What an operator does by calls to the actuator. */
final class Operations {

    private final Api api;
    private final Api.Client operator;

    Operations(Api api) {
        this.api = api;
        this.operator = api.as("operator");
    }

    Answer get(String path) {
        return operator.get(api.address() + "/actuator" + path);
    }

    Answer post(String path) {
        return operator.post(api.address() + "/actuator" + path, Map.of());
    }

    /** Asks for a run over all patients and waits for its end. @param kind {@code rebuild} or {@code check} */
    JsonNode run(String kind) {
        return finished(kind, post("/index/" + kind).is(202).json().get("id").longValue());
    }

    JsonNode finished(String kind, long id) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> get("/index").is(200).json().get(kind), run -> {
                    assertThat(run.get("id").longValue()).isEqualTo(id);
                    return !run.get("finished_at").isNull();
                });
    }
}
