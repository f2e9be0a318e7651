package org.patientsapi.platform.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.patientsapi.platform.security.TestIssuer.ISSUER;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.patientsapi.platform.web.ApiTest;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;

/** Three requests an hour, so that no test is fast enough to see a bucket refill. */
@TestPropertySource(properties = {"patients.rate-limit.requests=3", "patients.rate-limit.per=PT1H"})
@DirtiesContext(classMode = DirtiesContext.ClassMode.BEFORE_EACH_TEST_METHOD)
class RateLimitTest extends ApiTest {

    private HttpResponse<String> callAs(String client) {
        return send(anonymous("/api/v1/caller")
                .header(
                        "Authorization",
                        "Bearer " + ISSUER.token("patients:read", claims -> claims.claim("client_id", client))));
    }

    @Test
    void what_is_left_is_told_with_every_answer_and_a_client_that_asks_too_much_is_told_when_to_come_back() {
        HttpResponse<String> first = callAs("kiosk");
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.headers().firstValue("RateLimit-Policy")).contains("\"default\";q=3;w=3600");
        assertThat(first.headers().firstValue("RateLimit")).contains("\"default\";r=2;t=1200");
        callAs("kiosk");
        callAs("kiosk");

        HttpResponse<String> refused = callAs("kiosk");

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(json(refused).at("/code").asString()).isEqualTo("rate_limited");
        assertThat(refused.headers().firstValueAsLong("Retry-After").orElse(0)).isBetween(1_190L, 1_200L);
        assertThat(refused.headers().firstValue("RateLimit").orElseThrow()).startsWith("\"default\";r=0;t=3");
        assertThat(callAs("front-desk").statusCode()).as("another client").isEqualTo(200);
    }

    @Test
    void requests_without_a_token_are_counted_by_address_and_do_not_touch_the_clients() {
        for (int i = 0; i < 3; i++) {
            assertThat(send(anonymous("/api/v1/caller")).statusCode()).isEqualTo(401);
        }

        assertThat(send(anonymous("/api/v1/caller")).statusCode()).isEqualTo(429);
        assertThat(send(anonymous("/nothing")).statusCode()).isEqualTo(429);
        assertThat(callAs("front-desk").statusCode()).isEqualTo(200);
    }

    @Test
    void guessing_tokens_is_counted_too() {
        for (int i = 0; i < 3; i++) {
            assertThat(guess().statusCode()).isEqualTo(401);
        }

        assertThat(guess().statusCode()).isEqualTo(429);
    }

    @Test
    void health_checks_are_not_counted() {
        for (int i = 0; i < 5; i++) {
            assertThat(send(anonymous("/actuator/health")).statusCode()).isEqualTo(200);
            assertThat(send(anonymous("/readyz")).statusCode()).isEqualTo(200);
            assertThat(send(anonymous("/livez")).statusCode()).isEqualTo(200);
        }
    }

    private HttpResponse<String> guess() {
        return send(anonymous("/api/v1/caller").header("Authorization", "Bearer a.b.c"));
    }
}
