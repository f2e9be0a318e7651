package org.patientsapi.platform.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.patientsapi.platform.security.TestIssuer.ISSUER;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    /** In UTF-8 the curly quotes of a word processor and every Indian script have bytes that are controls in Latin-1. */
    @ParameterizedTest
    @CsvSource({
        "Idempotency-Key, राज, 200, 9 characters",
        "Idempotency-Key, “1”, 200, 7 characters",
        "If-None-Match, “1”, 200, no key",
        "Accept, “x”, 406, not_acceptable",
        "Accept, राज, 406, not_acceptable",
        "X-Unknown, राज, 200, no key",
    })
    void a_header_in_another_script_is_for_its_reader_to_judge(
            String header, String value, int status, String answer, CapturedOutput output) {
        String response = raw("GET /api/v1/key HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + header + ": "
                + utf8(value) + "\r\nAuthorization: Bearer " + ISSUER.token(ALL) + "\r\n\r\n");

        assertThat(response).startsWith("HTTP/1.1 " + status).contains(answer).doesNotContain(value);
        assertThat(output).doesNotContain(value, utf8(value), "failed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer “abc”", "Bearer राज", "Bearer \u0085"})
    void a_token_in_another_script_is_not_valid(String authorization, CapturedOutput output) {
        String response = raw("GET /api/v1/caller HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: "
                + utf8(authorization) + "\r\n\r\n");

        assertThat(response)
                .startsWith("HTTP/1.1 401")
                .contains("WWW-Authenticate: Bearer realm=\"patients-api\", error=\"invalid_token\"\r\n");
        assertThat(json(response).at("/code").asString()).isEqualTo("invalid_token");
        assertThat(output).doesNotContain(authorization, utf8(authorization));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x%0Ay=1", "%00=1", "x%0D%0AX-Injected:%20y=1", "%E2%80%9Cx=1", "x%C2%85=1"})
    void a_parameter_that_nobody_asks_for_is_ignored_whatever_its_name(String query, CapturedOutput output) {
        HttpResponse<String> response = get("/api/v1/list?" + query);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("X-Injected")).isEmpty();
        assertThat(output).doesNotContain("X-Injected", "failed");
    }

    /** Tomcat does that: nothing behind it has to. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: “x”",
                "Host: x\u0001y",
                "Host: x\r\n“x”: 1",
                "Host: x\r\nX-Bad\u0001: 1",
                "Host: x\r\nX-Bad: a\u0000b",
                "Host: x\r\nX-Bad: a\u0001b",
                "Host: x\r\nX-Bad: a\u007fb"
            })
    void a_host_or_the_name_of_a_header_with_such_characters_and_controls_of_ASCII_are_refused(
            String headers, CapturedOutput output) {
        String response = raw("GET /api/v1/caller HTTP/1.1\r\nConnection: close\r\n" + utf8(headers)
                + "\r\nAuthorization: Bearer " + ISSUER.token(ALL) + "\r\n\r\n");

        assertThat(response).startsWith("HTTP/1.1 400").contains("application/problem+json", "invalid_request");
        assertThat(output).doesNotContain("X-Bad", utf8("“x”"), "“x”");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROPFIND", "QUERY", "PTACH", "get", "PUT"})
    void a_method_that_nothing_has_takes_a_token_and_names_those_that_are_there(String method) {
        HttpRequest.BodyPublisher none = HttpRequest.BodyPublishers.noBody();
        HttpResponse<String> stranger = send(anonymous("/api/v1/things/x").method(method, none));
        HttpResponse<String> caller = send(call("/api/v1/things/x").method(method, none));

        assertThat(stranger.statusCode()).isEqualTo(401);
        assertThat(json(stranger).at("/code").asString()).isEqualTo("token_required");
        assertThat(caller.statusCode()).isEqualTo(405);
        assertThat(json(caller).at("/code").asString()).isEqualTo("method_not_allowed");
        assertThat(caller.headers().firstValue("Allow").orElseThrow()).contains("GET", "PATCH");
    }

    @Test
    void headers_beyond_the_limit_are_refused() {
        assertThat(raw("GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + "a".repeat(30_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
    }

    /** The text that {@link #raw} sends as these characters in UTF-8. */
    private static String utf8(String text) {
        return new String(text.getBytes(UTF_8), ISO_8859_1);
    }

    @Test
    void TRACE_is_refused_in_problem_json() {
        assertThat(raw("TRACE /api/v1/caller HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 405")
                .contains("application/problem+json");
    }
}
