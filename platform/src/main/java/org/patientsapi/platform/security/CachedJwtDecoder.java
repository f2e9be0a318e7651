package org.patientsapi.platform.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.KeySourceException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.patientsapi.api.Refusal;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;

/**
 * Remembers tokens that were found good, because checking a signature for every request costs more than most of what follows.
 * They are remembered as they came, as requests that are being answered have them too: a dump of the memory must be kept as secret
 * as they are. A remembered token is good until its {@code exp} by the clock, and is checked in full again from then on.
 */
final class CachedJwtDecoder implements JwtDecoder {

    private final JwtDecoder decoder;
    private final Clock clock;
    private final Cache<String, Jwt> good;

    /** @param longest after which a token is checked in full again, however long it is good for */
    CachedJwtDecoder(JwtDecoder decoder, Clock clock, int most, Duration longest) {
        this.decoder = decoder;
        this.clock = clock;
        this.good = Caffeine.newBuilder()
                .maximumSize(most)
                .expireAfterWrite(longest)
                .build();
    }

    /**
     * @throws BadJwtException if the token does not count
     * @throws Refusal.StoreUnavailable if that cannot be told, because the issuer's keys cannot be had
     */
    @Override
    public Jwt decode(String token) {
        Jwt known = good.getIfPresent(token);
        if (known != null && isCurrent(known)) {
            return known;
        }
        Jwt checked = check(token);
        if (isCurrent(checked)) {
            good.put(token, checked);
        }
        return checked;
    }

    private Jwt check(String token) {
        try {
            return decoder.decode(token);
        } catch (BadJwtException bad) {
            throw bad;
        } catch (JwtException failure) {
            if (failure.getCause() instanceof KeySourceException) {
                throw new Refusal.StoreUnavailable("token issuer");
            }
            throw new BadJwtException("The token cannot be checked", failure);
        }
    }

    private boolean isCurrent(Jwt token) {
        Instant expiry = token.getExpiresAt();
        return expiry != null && clock.instant().isBefore(expiry);
    }
}
