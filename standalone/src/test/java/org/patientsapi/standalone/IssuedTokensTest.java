package org.patientsapi.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IssuedTokensTest extends AcceptanceTest {

    private static final Api.Client ISSUER = API.anonymous().with("Content-Type", "application/x-www-form-urlencoded");
    private static final Api.Client KNOWN_TO_ISSUER = ISSUER.with(
            "Authorization", "Basic " + Base64.getEncoder().encodeToString("reader:reader-secret".getBytes(UTF_8)));

    /** A session for each would fill the memory: anybody can ask. */
    @ParameterizedTest
    @ValueSource(strings = {"token", "introspect", "revoke"})
    void whoever_names_no_client_is_refused_like_one_with_a_wrong_secret_and_given_no_session(String what) {
        Api.Answer answer = ISSUER.post(API.address() + "/oauth2/" + what, "grant_type=client_credentials");

        assertThat(answer.is(401).text("error")).isEqualTo("invalid_client");
        assertThat(answer.headers().map()).doesNotContainKey("Set-Cookie");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /oauth2/authorize?response_type=code&client_id=reader",
        "POST, /oauth2/authorize?response_type=code&client_id=reader",
        "POST, /oauth2/device_authorization",
        "POST, /oauth2/par",
        "GET, /.well-known/oauth-authorization-server",
    })
    void of_an_issuer_that_people_log_in_to_nothing_is_there(String method, String path) {
        KNOWN_TO_ISSUER
                .send(method, API.address() + path, "response_type=code&client_id=reader")
                .isProblem(404, "not_found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"introspect", "revoke"})
    void a_token_that_was_given_out_is_kept_nowhere_and_so_can_neither_be_told_of_nor_called_back(String what) {
        Api.Answer answer = KNOWN_TO_ISSUER.post(API.address() + "/oauth2/" + what, "token=" + READER.token());

        assertThat(answer.is(400).text("error")).isEqualTo("unsupported_token_type");
        READER.get("/patients?per_page=1").is(200);
    }
}
