package org.patientsapi.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import org.jspecify.annotations.Nullable;
import org.patientsapi.platform.files.DurableFile;
import org.patientsapi.platform.lifecycle.StartRefusedException;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.http.converter.OAuth2ErrorHttpMessageConverter;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/** The embedded default's own OAuth 2.0 issuer: client credentials at {@code /oauth2/token}, keys at {@code /oauth2/jwks}. */
@Configuration(proxyBeanMethods = false)
class TokenIssuer {

    private static final int KEY_BITS = 2048;

    /**
     * Whatever else Spring's issuer has is for people who log in by a browser. Nobody can here, and its description of itself
     * (RFC 8414) cannot say so.
     */
    private static final RequestMatcher ENDPOINTS = new OrRequestMatcher(
            PathPatternRequestMatcher.pathPattern(HttpMethod.POST, "/oauth2/token"),
            PathPatternRequestMatcher.pathPattern(HttpMethod.POST, "/oauth2/introspect"),
            PathPatternRequestMatcher.pathPattern(HttpMethod.POST, "/oauth2/revoke"),
            PathPatternRequestMatcher.pathPattern(HttpMethod.GET, "/oauth2/jwks"));

    /** Before the API's own chain, which takes every request. */
    @Bean
    @Order(1)
    SecurityFilterChain issuer(HttpSecurity http) throws Exception {
        return http.securityMatcher(ENDPOINTS)
                .oauth2AuthorizationServer(server -> {})
                .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .csrf(AbstractHttpConfigurer::disable)
                // Otherwise there is one for everybody who names no client, with the whole request in it.
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .exceptionHandling(errors ->
                        errors.authenticationEntryPoint((request, response, cause) -> refuseUnnamed(response)))
                .build();
    }

    /** As Spring refuses a client with a wrong secret (RFC 6749, 5.2). */
    private static void refuseUnnamed(HttpServletResponse response) throws IOException {
        ServletServerHttpResponse answer = new ServletServerHttpResponse(response);
        answer.setStatusCode(HttpStatus.UNAUTHORIZED);
        new OAuth2ErrorHttpMessageConverter().write(new OAuth2Error(OAuth2ErrorCodes.INVALID_CLIENT), null, answer);
    }

    @Bean
    AuthorizationServerSettings issuerSettings(
            @Value("${spring.security.oauth2.resourceserver.jwt.issuer-uri}") String issuer) {
        return AuthorizationServerSettings.builder().issuer(issuer).build();
    }

    @Bean
    OAuth2AuthorizationService issuedTokens() {
        return new KeptNowhere();
    }

    /**
     * A token tells all that there is to know of it, and ends by itself. Spring's own service would keep every one in memory
     * for ever, and whoever asks for tokens in a loop would fill it.
     */
    private static final class KeptNowhere implements OAuth2AuthorizationService {

        @Override
        public void save(OAuth2Authorization authorization) {}

        @Override
        public void remove(OAuth2Authorization authorization) {}

        @Override
        public @Nullable OAuth2Authorization findById(String id) {
            return null;
        }

        /** Told in so many words (RFC 7009, 2.2.1), or somebody would believe a token called back that still counts. */
        @Override
        public @Nullable OAuth2Authorization findByToken(String token, @Nullable OAuth2TokenType type) {
            throw new OAuth2AuthenticationException(OAuth2ErrorCodes.UNSUPPORTED_TOKEN_TYPE);
        }
    }

    /** Kept with the data, so that a restart does not turn away the tokens given out before. */
    @Bean
    JWKSource<SecurityContext> issuerKeys(@Value("${patients.issuer.key-file}") Path file)
            throws IOException, JOSEException {
        if (Files.notExists(file)) {
            RSAKey made =
                    new RSAKeyGenerator(KEY_BITS).keyIDFromThumbprint(true).generate();
            DurableFile.replace(file, made.toJSONString().getBytes(UTF_8));
        }
        try {
            return new ImmutableJWKSet<>(new JWKSet(RSAKey.parse(Files.readString(file))));
        } catch (IOException | ParseException damaged) {
            throw new StartRefusedException(
                    "The issuer's key " + file + " cannot be read as a key: put back a copy, or delete the"
                            + " file, after which tokens that were given out before count no more.");
        }
    }
}
