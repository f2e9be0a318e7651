package org.patientsapi.platform.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.patientsapi.platform.security.TestIssuer.ISSUER;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BodyLimitTest extends ApiTest {

    private static final int LIMIT = 256 * 1024;

    /** A body of so many bytes that is all right but for its size. */
    private static byte[] body(int size) {
        String json = "{\"first_name\":\"R\",\"gender\":\"male\"}";
        return (json + " ".repeat(size - json.length())).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void a_body_of_the_largest_size_is_read_and_one_byte_more_is_a_413() {
        assertThat(post("/api/v1/things", BodyPublishers.ofByteArray(body(LIMIT)))
                        .statusCode())
                .isEqualTo(200);
        assertTooLarge(post("/api/v1/things", BodyPublishers.ofByteArray(body(LIMIT + 1))));
    }

    @Test
    void a_chunked_body_is_counted_as_it_comes() {
        assertThat(chunked(LIMIT).statusCode()).isEqualTo(200);
        assertTooLarge(chunked(LIMIT + 1));
    }

    @Test
    void a_body_that_says_it_is_huge_is_refused_before_it_is_sent() {
        String response = raw("POST /api/v1/things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Expect: 100-continue\r\nContent-Length: 10000000000\r\n\r\n");

        assertThat(response).startsWith("HTTP/1.1 413").contains("application/problem+json");
    }

    @Test
    void a_chunked_body_without_an_end_is_cut_off() {
        String chunk = "10000\r\n" + " ".repeat(0x10000) + "\r\n";
        String response = raw("POST /api/v1/things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Authorization: Bearer " + ISSUER.token(ALL) + "\r\nTransfer-Encoding: chunked\r\n\r\n"
                + chunk.repeat(5));

        assertThat(response).startsWith("HTTP/1.1 413");
        assertThat(json(response).at("/code").asString()).isEqualTo("body_too_large");
    }

    @Test
    void a_chunked_body_of_many_parts_without_an_end_is_not_read() {
        String head = "--x\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a\"\r\n\r\n";
        String response =
                raw("POST /api/v1/things HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data;boundary=x\r\n"
                        + "Authorization: Bearer " + ISSUER.token(ALL) + "\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + Integer.toHexString(head.length()) + "\r\n" + head + "\r\n"
                        + ("10000\r\n" + " ".repeat(0x10000) + "\r\n").repeat(5));

        assertThat(response).startsWith("HTTP/1.1 415").contains("application/problem+json");
    }

    @Test
    void a_chunk_that_is_no_chunk_is_a_400() {
        String response = raw("POST /api/v1/things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Connection: close\r\nAuthorization: Bearer " + ISSUER.token(ALL)
                + "\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n");

        assertThat(response).startsWith("HTTP/1.1 400").contains("application/problem+json");
    }

    private HttpResponse<String> chunked(int size) {
        return post("/api/v1/things", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body(size))));
    }

    private static void assertTooLarge(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(json(response).at("/code").asString()).isEqualTo("body_too_large");
    }
}
