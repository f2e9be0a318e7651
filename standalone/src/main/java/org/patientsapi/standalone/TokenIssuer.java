package org.patientsapi.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import org.patientsapi.platform.files.DurableFile;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.web.SecurityFilterChain;

/** The embedded default's own OAuth 2.0 issuer: client credentials at {@code /oauth2/token}, keys at {@code /oauth2/jwks}. */
@Configuration(proxyBeanMethods = false)
class TokenIssuer {

    private static final int KEY_BITS = 2048;

    /** Before the API's own chain, which takes every request. */
    @Bean
    @Order(1)
    SecurityFilterChain issuer(HttpSecurity http) throws Exception {
        return http.oauth2AuthorizationServer(server -> http.securityMatcher(server.getEndpointsMatcher()))
                .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .csrf(AbstractHttpConfigurer::disable)
                .build();
    }

    @Bean
    AuthorizationServerSettings issuerSettings(
            @Value("${spring.security.oauth2.resourceserver.jwt.issuer-uri}") String issuer) {
        return AuthorizationServerSettings.builder().issuer(issuer).build();
    }

    /** Kept with the data, so that a restart does not turn away the tokens given out before. */
    @Bean
    JWKSource<SecurityContext> issuerKeys(@Value("${patients.issuer.key-file}") Path file)
            throws IOException, JOSEException, ParseException {
        if (Files.notExists(file)) {
            RSAKey made =
                    new RSAKeyGenerator(KEY_BITS).keyIDFromThumbprint(true).generate();
            DurableFile.replace(file, made.toJSONString().getBytes(UTF_8));
        }
        return new ImmutableJWKSet<>(new JWKSet(RSAKey.parse(Files.readString(file))));
    }
}
