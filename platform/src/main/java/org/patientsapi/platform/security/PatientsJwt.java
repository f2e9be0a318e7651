package org.patientsapi.platform.security;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtAudienceValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/** Which tokens count, wherever the keys come from. */
final class PatientsJwt {

    private static final Duration CLOCK_SKEW = Duration.ofSeconds(60);
    private static final Duration ASKED_ANEW_AFTER = Duration.ofMinutes(5);
    private static final Duration ASKED_AGAIN_AFTER = Duration.ofSeconds(10);

    /** Both are asymmetric: nobody can sign with what is public. */
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256);

    private PatientsJwt() {}

    /** The keys of an issuer elsewhere, fetched when first needed and kept through its outages. */
    static JWKSource<SecurityContext> keysOf(String issuer, @Nullable String jwkSetUri) {
        return keysOf(issuer, jwkSetUri, ASKED_ANEW_AFTER, ASKED_AGAIN_AFTER);
    }

    /**
     * @param askedAnewAfter the issuer has told its keys
     * @param askedAgainAfter that, for a token whose key is not among them
     */
    static JWKSource<SecurityContext> keysOf(
            String issuer, @Nullable String jwkSetUri, Duration askedAnewAfter, Duration askedAgainAfter) {
        IssuerKeys issuerKeys = new IssuerKeys(issuer, jwkSetUri, askedAgainAfter);
        JWKSource<SecurityContext> kept = JWKSourceBuilder.create(issuerKeys)
                .cache(askedAnewAfter.toMillis(), JWKSourceBuilder.DEFAULT_CACHE_REFRESH_TIMEOUT)
                .refreshAheadCache(false)
                // IssuerKeys sees to that, and does not mistake an issuer that is away for one asked too often.
                .rateLimited(false)
                .outageTolerant(Duration.ofHours(4).toMillis())
                .build();
        return (selector, context) -> {
            List<JWK> found = kept.get(selector, context);
            // Through an outage the keys known before are told, which is no word on one that the issuer may have added.
            if (found.isEmpty() && issuerKeys.isAway()) {
                throw new KeySourceException("The key is not known, and the issuer cannot be asked");
            }
            return found;
        };
    }

    /**
     * Checks signature, {@code iss}, {@code aud}, {@code exp} (required), {@code nbf} and {@code typ}: {@code at+jwt}
     * (RFC 9068) and {@code JWT} are access tokens; none at all is accepted too, because RFC 7519 makes the header optional
     * and issuers in use leave it out. An id token or a logout token is refused by its audience or type.
     */
    static JwtDecoder decoder(JWKSource<SecurityContext> keys, String issuer, String audience, Clock clock) {
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, keys));
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(
                JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), new JOSEObjectType("application/at+jwt"), null));
        // The claims are checked below, by the injected clock.
        processor.setJWTClaimsSetVerifier((claims, context) -> {});
        NimbusJwtDecoder decoder = new NimbusJwtDecoder(processor);
        JwtTimestampValidator times = new JwtTimestampValidator(CLOCK_SKEW);
        times.setAllowEmptyExpiryClaim(false);
        times.setClock(clock);
        decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(
                times, new JwtIssuerValidator(issuer), new JwtAudienceValidator(audience), PatientsJwt::ownClaims));
        return decoder;
    }

    /**
     * Without an actor there is nothing to write into the audit, nor with one that the database does not take; branches in
     * another form would be read as no limit.
     */
    private static OAuth2TokenValidatorResult ownClaims(Jwt token) {
        Object branches = token.getClaims().getOrDefault("branch_ids", List.of());
        boolean readable = branches instanceof Collection<?> list
                && list.stream().allMatch(branch -> branch instanceof String text && canBeKept(text));
        String client = Caller.clientId(token);
        return readable && !client.isEmpty() && canBeKept(client) && canBeKept(Caller.subject(token))
                ? OAuth2TokenValidatorResult.success()
                : OAuth2TokenValidatorResult.failure(new OAuth2Error(
                        "invalid_token", "The token names nobody, or its branches cannot be read", null));
    }

    private static boolean canBeKept(String text) {
        return text.indexOf('\0') < 0;
    }
}
