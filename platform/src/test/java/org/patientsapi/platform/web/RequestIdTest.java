package org.patientsapi.platform.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdTest extends ApiTest {

    private static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

    private static String id(HttpResponse<String> response) {
        return response.headers().firstValue("X-Request-Id").orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "desk-7", "0af7651916cd43dd8448eb211c80319c", "A.b_c-1"})
    void a_client_s_own_id_is_kept(String sent) {
        HttpResponse<String> response = send(call("/api/v1/caller").header("X-Request-Id", sent));

        assertThat(id(response)).isEqualTo(sent);
        assertThat(json(response).at("/request_id").asString()).isEqualTo(sent);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\tb", "a;b", "<script>", "%0d%0aX: y", "\"", "é"})
    void an_id_that_could_upset_a_log_is_replaced(String sent) {
        String response = raw(
                "GET /api/v1/caller HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Request-Id: " + sent + "\r\n\r\n");

        assertThat(response).containsPattern("X-Request-Id: " + UUID + "\r\n");
    }

    @Test
    void an_id_may_have_128_characters_and_no_more() {
        String longest = "a".repeat(128);

        assertThat(id(send(call("/api/v1/caller").header("X-Request-Id", longest))))
                .isEqualTo(longest);
        assertThat(id(send(call("/api/v1/caller").header("X-Request-Id", longest + "a"))))
                .matches(UUID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/caller", "/api/v1/nothing", "/nothing", "/actuator/health", "/api/v1/things/a;b"})
    void every_answer_has_one_and_no_two_the_same(String path) {
        assertThat(id(send(anonymous(path)))).matches(UUID).isNotEqualTo(id(send(anonymous(path))));
    }

    @Test
    void errors_quote_it() {
        HttpResponse<String> response = get("/api/v1/refusals/unexpected");

        assertThat(json(response).at("/request_id").asString()).isEqualTo(id(response));
    }
}
