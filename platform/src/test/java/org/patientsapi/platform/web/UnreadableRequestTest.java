package org.patientsapi.platform.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.patientsapi.platform.security.TestIssuer.ISSUER;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What the firewall or Tomcat turns away before a controller is asked. */
@ExtendWith(OutputCaptureExtension.class)
class UnreadableRequestTest extends ApiTest {

    @ParameterizedTest
    @ValueSource(strings = {"//things", "/things/a;b=c", "/things/%2e%2e/x", "/things/%0a", "/things/%00"})
    void a_path_that_the_firewall_refuses_is_a_400(String path) {
        HttpResponse<String> response = get("/api/v1" + path);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).at("/code").asString()).isEqualTo("invalid_request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/v1/things/a%2Fb",
                "GET /api/v1/things/%zz",
                "GET /api/v1/../../x",
                "GET /api/v1/things/a%5cb"
            })
    void a_path_that_Tomcat_refuses_is_a_400_in_problem_json_with_a_request_id(String line) {
        String response = raw(line + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(response).startsWith("HTTP/1.1 400").contains("application/problem+json", "X-Request-Id: ");
        assertThat(json(response).at("/code").asString()).isEqualTo("invalid_request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"search=%zz", "search=%", "search=%C3", "%zz=1"})
    void a_parameter_that_is_badly_encoded_is_a_400(String query) {
        String response =
                raw("GET /api/v1/list?" + query + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "
                        + ISSUER.token(ALL) + "\r\n\r\n");

        assertThat(response).startsWith("HTTP/1.1 400").contains("application/problem+json");
        assertThat(json(response).at("/code").asString()).isEqualTo("invalid_request");
        assertThat(json(response).at("/errors/0/field").asString()).isEqualTo("query");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/v1/list?search=<Rajesh> HTTP/1.1\r\nHost: x\r\n\r\n",
                "Rajesh\r\n\r\n",
                "GET /api/v1/list?search=Rajesh HTTP/9.9\r\nHost: x\r\n\r\n",
                "GET /api/v1/list?search=Rajesh HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: rajesh\r\nConnection: close\r\n\r\n",
            })
    void a_request_line_that_cannot_be_read_is_refused_and_not_logged(String request, CapturedOutput output) {
        assertThat(raw(request)).startsWith("HTTP/1.1 400").doesNotContain("Rajesh", "Tomcat", "Exception");
        assertThat(output).doesNotContain("Rajesh");
    }

    @Test
    void headers_beyond_the_limit_are_refused() {
        assertThat(raw("GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + "a".repeat(30_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
    }

    @Test
    void TRACE_is_refused_in_problem_json() {
        assertThat(raw("TRACE /api/v1/caller HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 405")
                .contains("application/problem+json");
    }
}
