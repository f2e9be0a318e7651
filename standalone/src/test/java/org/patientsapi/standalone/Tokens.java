package org.patientsapi.standalone;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;

/** Tokens that none of the demo clients has, signed as the installation's own issuer signs. */
record Tokens(JWKSource<SecurityContext> keys, String issuer) {

    /** @param branches those that the token is limited to; none for all */
    String of(String scopes, Duration lifetime, String... branches) {
        return of("someones-client", scopes, lifetime, branches);
    }

    String of(String client, String scopes, Duration lifetime, String... branches) {
        return of("someone", client, scopes, lifetime, branches);
    }

    String ofUser(String user, String client, String scopes, String... branches) {
        return of(user, client, scopes, Duration.ofMinutes(5), branches);
    }

    private String of(String user, String client, String scopes, Duration lifetime, String... branches) {
        Instant now = Instant.now();
        JwtClaimsSet.Builder claims = JwtClaimsSet.builder()
                .issuer(issuer)
                .audience(List.of("patients-api"))
                .subject(user)
                .claim("client_id", client)
                .claim("scope", scopes)
                .issuedAt(now)
                .expiresAt(now.plus(lifetime));
        if (branches.length > 0) {
            claims.claim("branch_ids", List.of(branches));
        }
        return new NimbusJwtEncoder(keys)
                .encode(JwtEncoderParameters.from(claims.build()))
                .getTokenValue();
    }
}
