package org.patientsapi.platform.security;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How much one client may ask, or one address without a valid token. Each node counts for itself.
 *
 * @param requests at least one, per {@code per}, at most all at once
 * @param per at least a second
 */
@ConfigurationProperties("patients.rate-limit")
record RateLimitProperties(
        @DefaultValue("600") long requests,
        @DefaultValue("PT1M") Duration per) {

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    RateLimitProperties {
        if (requests < 1 || per.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException(
                    "patients.rate-limit.requests must be at least 1, and patients.rate-limit.per at least a second");
        }
    }
}
