package org.patientsapi.platform.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What is written into the log, and what must never be. */
@ExtendWith(OutputCaptureExtension.class)
class LogTest extends ApiTest {

    @Test
    void an_unexpected_error_is_logged_with_its_request_id_and_its_frames_but_no_message(CapturedOutput output) {
        String id = json(get("/api/v1/refusals/unexpected")).at("/request_id").asString();

        assertThat(output).contains(id, "java.lang.IllegalStateException", "ThingsApplication$Things.refuse");
        assertThat(output).doesNotContain("Rajesh", "9876543210");
    }

    @Test
    void a_store_that_is_away_is_named(CapturedOutput output) {
        String id = json(get("/api/v1/refusals/away")).at("/request_id").asString();

        assertThat(output).contains("Request " + id + " met a store that does not answer. The search engine is not");
    }

    @Test
    void the_access_log_has_the_route_and_neither_the_path_nor_the_query(CapturedOutput output) {
        get("/api/v1/things/9876543210?search=Rajesh");

        awaitLine(output, "GET /api/v1/things/{id} 200");
        assertThat(output).doesNotContain("9876543210", "Rajesh");
    }

    /** It is a text of the client's, of any length. */
    @Test
    void a_method_that_there_is_not_is_left_out_of_the_access_log(CapturedOutput output) {
        raw("RAJESH-9876543210 /api/v1/caller HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        awaitLine(output, "- - 401");
        assertThat(output).doesNotContain("9876543210", "RAJESH");
    }

    @Test
    void the_access_log_has_the_status_that_a_filter_answered_with(CapturedOutput output) {
        post("/api/v1/things", " ".repeat(300_000));

        awaitLine(output, "POST - 413");
    }

    /** The line is written once the answer has been sent. */
    private static void awaitLine(CapturedOutput output, String line) {
        await().untilAsserted(() -> assertThat(output).contains(line));
    }
}
