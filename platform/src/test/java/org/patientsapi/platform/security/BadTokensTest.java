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
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.patientsapi.platform.web.ApiTest;

/** Every way a token can be bad that we know of, and the one answer to them all. */
class BadTokensTest extends ApiTest {

    private static final JWTClaimsSet GOOD = ISSUER.claims(ALL, claims -> {});

    @ParameterizedTest
    @MethodSource("badTokens")
    void a_bad_token_is_a_401_that_does_not_say_why(String authorization) {
        HttpResponse<String> response = send(anonymous("/api/v1/caller").header("Authorization", authorization));

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("WWW-Authenticate"))
                .contains("Bearer realm=\"patients-api\", error=\"invalid_token\"");
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(json(response).at("/code").asString()).isEqualTo("invalid_token");
        assertThat(json(response).at("/detail").asString())
                .isEqualTo("The token is malformed, expired or not meant for this API.");
    }

    static Stream<Arguments> badTokens() throws JOSEException {
        String good = ISSUER.token(ALL);
        String[] parts = good.split("\\.");
        String payload = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        String otherPayload = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(payload.replace("front-desk", "head-office").getBytes(StandardCharsets.UTF_8));
        byte[] publicKey = ISSUER.rsa.toRSAPublicKey().getEncoded();
        Date past = Date.from(Instant.now().minusSeconds(61));
        return Stream.of(
                argumentSet("empty", "Bearer"),
                argumentSet("blank", "Bearer  "),
                argumentSet("no space", "Bearer" + good),
                argumentSet("garbage", "Bearer garbage"),
                argumentSet("three parts of garbage", "Bearer a.b.c"),
                argumentSet("odd characters", "Bearer <" + good + ">"),
                argumentSet("two tokens in one header", "Bearer " + good + " " + good),
                argumentSet("two tokens with a comma", "Bearer " + good + ", Bearer " + good),
                argumentSet("alg none", "Bearer " + new PlainJWT(GOOD).serialize()),
                argumentSet("alg none with a signature", "Bearer " + new PlainJWT(GOOD).serialize() + parts[2]),
                argumentSet("HS256 with the public key", signed(new MACSigner(publicKey), JWSAlgorithm.HS256, "rsa")),
                argumentSet("HS256 with its PEM", signed(new MACSigner(pem(publicKey)), JWSAlgorithm.HS256, "rsa")),
                argumentSet("RS512", signed(new RSASSASigner(ISSUER.rsa), JWSAlgorithm.RS512, "rsa")),
                argumentSet("PS256", signed(new RSASSASigner(ISSUER.rsa), JWSAlgorithm.PS256, "rsa")),
                argumentSet("unknown key id", signed(new RSASSASigner(ISSUER.rsa), JWSAlgorithm.RS256, "other")),
                argumentSet(
                        "another key under a known id",
                        "Bearer " + TestIssuer.sign(TestIssuer.rsaKey("rsa"), JWT, GOOD)),
                argumentSet("its own key in the header", ownKey()),
                argumentSet("tampered payload", "Bearer " + parts[0] + "." + otherPayload + "." + parts[2]),
                argumentSet("tampered signature", "Bearer " + parts[0] + "." + parts[1] + "." + flipped(parts[2])),
                argumentSet("cut signature", "Bearer " + good.substring(0, good.length() - 8)),
                argumentSet("no signature", "Bearer " + parts[0] + "." + parts[1] + "."),
                argumentSet("another issuer", changed(claims -> claims.issuer("https://elsewhere.example"))),
                argumentSet("no issuer", changed(claims -> claims.issuer(null))),
                argumentSet("another audience", changed(claims -> claims.audience("billing-api"))),
                argumentSet("no audience", changed(claims -> claims.audience((String) null))),
                argumentSet("expired", changed(claims -> claims.expirationTime(past))),
                argumentSet("no expiry", changed(claims -> claims.expirationTime(null))),
                argumentSet("expiry as a text", changed(claims -> claims.claim("exp", "tomorrow"))),
                argumentSet(
                        "not valid yet",
                        changed(claims ->
                                claims.notBeforeTime(Date.from(Instant.now().plusSeconds(90))))),
                argumentSet("a logout token", "Bearer " + TestIssuer.sign(ISSUER.rsa, type("logout+jwt"), GOOD)),
                argumentSet("a proof", "Bearer " + TestIssuer.sign(ISSUER.rsa, type("dpop+jwt"), GOOD)),
                argumentSet("nobody's", changed(claims -> claims.subject(null).claim("client_id", null))),
                argumentSet("branches as a text", changed(claims -> claims.claim("branch_ids", "BLR"))),
                argumentSet(
                        "no list of branches",
                        changed(claims -> claims.claim("branch_ids", null).serializeNullClaims(true))),
                argumentSet("a client that cannot be kept", changed(claims -> claims.claim("client_id", "a\0b"))),
                argumentSet("a subject that cannot be kept", changed(claims -> claims.subject("a\0b"))),
                argumentSet(
                        "a branch that cannot be kept",
                        changed(claims -> claims.claim("branch_ids", List.of("BLR", "\0")))),
                argumentSet("branches as numbers", changed(claims -> claims.claim("branch_ids", List.of(1, 2)))),
                argumentSet("an unknown critical header", critical()));
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

    private static String ownKey() throws JOSEException {
        var key = TestIssuer.rsaKey("mine");
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .jwk(key.toPublicJWK())
                .type(JWT)
                .build();
        return "Bearer " + TestIssuer.sign(new RSASSASigner(key), header, GOOD);
    }

    private static String critical() throws JOSEException {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID("rsa")
                .customParam("x-rule", true)
                .criticalParams(Set.of("x-rule"))
                .build();
        return "Bearer " + TestIssuer.sign(new RSASSASigner(ISSUER.rsa.toPrivateKey()), header, GOOD);
    }

    private static String flipped(String signature) {
        char first = signature.charAt(0);
        return (first == 'A' ? 'B' : 'A') + signature.substring(1);
    }

    private static String pem(byte[] key) {
        return "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder().encodeToString(key)
                + "\n-----END PUBLIC KEY-----\n";
    }
}
