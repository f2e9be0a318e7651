package org.patientsapi.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IssuedTokensTest extends AcceptanceTest {

    @ParameterizedTest
    @ValueSource(strings = {"introspect", "revoke"})
    void a_token_that_was_given_out_is_kept_nowhere_and_so_can_neither_be_told_of_nor_called_back(String what) {
        String client = Base64.getEncoder().encodeToString("reader:reader-secret".getBytes(UTF_8));
        Api.Client issuer = API.anonymous()
                .with("Authorization", "Basic " + client)
                .with("Content-Type", "application/x-www-form-urlencoded");

        Api.Answer answer = issuer.post(API.address() + "/oauth2/" + what, "token=" + READER.token());

        assertThat(answer.is(400).text("error")).isEqualTo("unsupported_token_type");
        READER.get("/patients?per_page=1").is(200);
    }
}
