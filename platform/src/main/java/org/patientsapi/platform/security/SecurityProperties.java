package org.patientsapi.platform.security;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The issuer and its keys are set by Boot's own {@code spring.security.oauth2.resourceserver.jwt.issuer-uri} and
 * {@code jwk-set-uri}.
 *
 * @param audience what a token's {@code aud} must hold
 * @param publicPaths what is served without a token
 * @param rememberedTokens for how many tokens the checked signature is remembered
 * @param rememberedFor how long at most; so much longer may a key that the issuer has withdrawn still count
 */
@ConfigurationProperties("patients.security")
record SecurityProperties(
        @DefaultValue("patients-api") String audience,

        @DefaultValue({
            "/actuator/health",
            "/actuator/health/**",
            "/livez",
            "/readyz",
            "/v3/api-docs",
            "/v3/api-docs.yaml",
            "/",
            "/docs",
            "/docs/**",
            "/asyncapi.yaml",
            "/schemas/**"
        })
        List<String> publicPaths,

        @DefaultValue("10000") int rememberedTokens,
        @DefaultValue("PT5M") Duration rememberedFor) {}
