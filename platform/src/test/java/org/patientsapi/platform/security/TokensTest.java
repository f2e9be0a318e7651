package org.patientsapi.platform.security;

import static com.nimbusds.jose.JOSEObjectType.JWT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;
import static org.patientsapi.platform.security.TestIssuer.ISSUER;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.patientsapi.platform.web.ApiTest;
import tools.jackson.databind.JsonNode;

/** What a token must be, what it grants, and how it is asked for. */
class TokensTest extends ApiTest {

    private static final String PATH = "/api/v1/caller";
    private static final JWTClaimsSet GOOD = ISSUER.claims(ALL, claims -> {});

    private HttpResponse<String> callWith(String... authorizations) {
        var request = anonymous(PATH);
        for (String authorization : authorizations) {
            request.header("Authorization", authorization);
        }
        return send(request);
    }

    @Test
    void two_authorization_headers_are_a_401_even_with_good_tokens() {
        assertThat(callWith("Bearer " + ISSUER.token(ALL), "Bearer " + ISSUER.token(ALL))
                        .statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Basic ZnJvbnQtZGVzazpzZWNyZXQ=", "DPoP a.b.c", "Negotiate abc"})
    void no_bearer_token_is_a_401_without_an_error(String authorization) {
        HttpResponse<String> response = authorization.isEmpty() ? callWith() : callWith(authorization);

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Bearer realm=\"patients-api\"");
        assertThat(json(response).at("/code").asString()).isEqualTo("token_required");
    }

    @Test
    void a_token_in_the_URL_is_no_token() {
        HttpResponse<String> response = send(anonymous(PATH + "?access_token=" + ISSUER.token(ALL)));

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(json(response).at("/code").asString()).isEqualTo("token_required");
    }

    @ParameterizedTest
    @ValueSource(strings = {"JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt"})
    void a_token_of_these_types_is_good(String type) {
        assertThat(callWith("Bearer " + TestIssuer.sign(ISSUER.rsa, type(type), GOOD))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_token_without_a_type_or_signed_by_ES256_or_late_by_half_a_minute_is_good() throws JOSEException {
        Date late = Date.from(Instant.now().minusSeconds(30));

        assertThat(callWith("Bearer " + TestIssuer.sign(ISSUER.rsa, null, GOOD)).statusCode())
                .isEqualTo(200);
        assertThat(callWith(signed(new ECDSASigner(ISSUER.ec), JWSAlgorithm.ES256, "ec"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(callWith(changed(claims -> claims.issueTime(null).expirationTime(late)))
                        .statusCode())
                .isEqualTo(200);
        assertThat(callWith("bearer " + ISSUER.token(ALL)).statusCode()).isEqualTo(200);
    }

    @Test
    void a_missing_scope_is_a_403_that_names_it() {
        HttpResponse<String> response = callWith("Bearer " + ISSUER.token("patients:write patients:readable"));

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(response.headers().firstValue("WWW-Authenticate"))
                .contains("Bearer realm=\"patients-api\", error=\"insufficient_scope\", scope=\"patients:read\"");
        assertThat(json(response).at("/code").asString()).isEqualTo("insufficient_scope");
    }

    @ParameterizedTest
    @MethodSource
    void no_scope_at_all_is_a_missing_one(Consumer<JWTClaimsSet.Builder> changes) {
        HttpResponse<String> response = callWith(changed(changes));

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(response.headers().firstValue("WWW-Authenticate").orElseThrow())
                .contains("scope=\"patients:read\"");
        assertThat(response.headers().firstValue("RateLimit")).as("counted").isPresent();
    }

    static Stream<Arguments> no_scope_at_all_is_a_missing_one() {
        return Stream.of(
                argumentSet("left out", change(claims -> claims.claim("scope", null))),
                argumentSet("an empty text", change(claims -> claims.claim("scope", ""))),
                argumentSet("a blank text", change(claims -> claims.claim("scope", " "))),
                argumentSet("an empty list", change(claims -> claims.claim("scope", List.of()))),
                argumentSet("a list of blanks", change(claims -> claims.claim("scope", List.of("", " ")))));
    }

    @Test
    void a_missing_scope_is_told_before_the_body_is_judged() {
        var request = anonymous("/api/v1/things")
                .header("Authorization", "Bearer " + ISSUER.token("patients:read"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{nonsense"));

        assertThat(send(request).statusCode()).isEqualTo(403);
    }

    @ParameterizedTest
    @MethodSource
    void scopes_are_read_from(Consumer<JWTClaimsSet.Builder> changes) {
        assertThat(callWith(changed(changes)).statusCode()).isEqualTo(200);
    }

    static Stream<Arguments> scopes_are_read_from() {
        List<String> scopes = List.of("patients:read", "patients:write");
        return Stream.of(
                argumentSet("scope as a text", change(claims -> claims.claim("scope", "a patients:read b"))),
                argumentSet("scope as a list", change(claims -> claims.claim("scope", scopes))),
                argumentSet(
                        "scp as a list",
                        change(claims -> claims.claim("scope", null).claim("scp", scopes))),
                argumentSet(
                        "scp as a text",
                        change(claims -> claims.claim("scope", null).claim("scp", "patients:read x"))));
    }

    @Test
    void the_caller_is_what_is_kept_with_every_event() {
        HttpResponse<String> response = send(anonymous(PATH)
                .header("Authorization", changed(claims -> claims.claim("branch_ids", List.of("MUM", "BLR"))))
                .header("X-Request-Id", "desk-7"));

        JsonNode kept = json(response);
        assertThat(kept.propertyStream().map(Map.Entry::getKey))
                .containsExactlyInAnyOrder("client", "subject", "branch", "request_id", "source");
        assertThat(kept.at("/client").asString()).isEqualTo("front-desk");
        assertThat(kept.at("/subject").asString()).isEqualTo("asha");
        assertThat(kept.at("/branch").asString()).isEqualTo("BLR,MUM");
        assertThat(kept.at("/request_id").asString()).isEqualTo("desk-7");
        assertThat(kept.at("/source").asString()).isEqualTo("127.0.0.1");
    }

    @Test
    void which_methods_there_are_is_told_to_whoever_has_a_token() {
        HttpResponse<String> allowed = send(call(PATH).method("OPTIONS", BodyPublishers.noBody()));

        assertThat(allowed.statusCode()).isEqualTo(200);
        assertThat(allowed.headers().firstValue("Allow")).contains("GET,HEAD,OPTIONS");
        assertThat(send(anonymous(PATH).method("OPTIONS", BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void a_caller_of_all_branches_has_no_branch() {
        assertThat(json(callWith("Bearer " + ISSUER.token(ALL))).has("branch")).isFalse();
    }

    /** Whose last branch was taken away: there is nobody for them to see, where without the claim there would be everybody. */
    @Test
    void a_caller_of_no_branch_is_not_taken_for_one_of_all() {
        JsonNode kept = json(callWith(changed(claims -> claims.claim("branch_ids", List.of()))));

        assertThat(kept.has("branch")).isTrue();
        assertThat(kept.at("/branch").asString()).isEmpty();
    }

    @Test
    void a_client_is_told_by_azp_where_there_is_no_client_id_and_by_sub_where_there_is_neither() {
        assertThat(client(claims -> claims.claim("client_id", null).claim("azp", "kiosk")))
                .isEqualTo("kiosk");
        assertThat(client(claims -> claims.claim("client_id", null))).isEqualTo("asha");
    }

    @Test
    void tokens_with_made_up_key_ids_do_not_make_this_node_flood_the_issuer() throws JOSEException {
        callWith("Bearer " + ISSUER.token(ALL));
        int before = ISSUER.keyRequests.get();
        for (int i = 0; i < 20; i++) {
            callWith(signed(new RSASSASigner(ISSUER.rsa), JWSAlgorithm.RS256, "made-up-" + i));
        }

        assertThat(ISSUER.keyRequests.get() - before).isLessThanOrEqualTo(1);
    }

    private String client(Consumer<JWTClaimsSet.Builder> changes) {
        return json(callWith(changed(changes))).at("/client").asString();
    }

    private static Consumer<JWTClaimsSet.Builder> change(Consumer<JWTClaimsSet.Builder> changes) {
        return changes;
    }

    private static String changed(Consumer<JWTClaimsSet.Builder> changes) {
        return "Bearer " + ISSUER.token(ALL, changes);
    }

    private static JOSEObjectType type(String type) {
        return new JOSEObjectType(type);
    }

    private static String signed(JWSSigner signer, JWSAlgorithm algorithm, String keyId) {
        return "Bearer "
                + TestIssuer.sign(
                        signer,
                        new JWSHeader.Builder(algorithm).keyID(keyId).type(JWT).build(),
                        GOOD);
    }
}
