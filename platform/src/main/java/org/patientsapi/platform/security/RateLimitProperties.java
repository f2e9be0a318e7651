package org.patientsapi.platform.security;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How much one client may ask, or one address without a valid token. Each node counts for itself.
 *
 * @param requests per {@code per}, at most all at once
 * @param per at least a second
 */
@ConfigurationProperties("patients.rate-limit")
record RateLimitProperties(
        @DefaultValue("600") long requests,
        @DefaultValue("PT1M") Duration per) {}
