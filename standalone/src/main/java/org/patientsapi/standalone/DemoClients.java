package org.patientsapi.standalone;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;

/** The clients of the embedded default: ready to use, each secret its id and {@code -secret}, and so for demos only. */
@Configuration(proxyBeanMethods = false)
class DemoClients {

    private static final String BRANCHES = "branch_ids";
    private static final String AUDIENCE = "patients-api";
    private static final Duration TOKEN_LIFETIME = Duration.ofHours(1);

    @Bean
    RegisteredClientRepository clients() {
        return new InMemoryRegisteredClientRepository(all());
    }

    static List<RegisteredClient> all() {
        return List.of(
                client("front-desk", Set.of(), "patients:read", "patients:write", "visits:write"),
                client("front-desk-blr", Set.of("BLR"), "patients:read", "patients:write", "visits:write"),
                client("reader", Set.of(), "patients:read"),
                client("auditor", Set.of(), "patients:read", "patients:audit"),
                client("analytics", Set.of(), "events:read"),
                client("operator", Set.of(), "operations:read", "operations:write"),
                client(
                        "admin",
                        Set.of(),
                        "patients:read",
                        "patients:write",
                        "visits:write",
                        "patients:audit",
                        "events:read",
                        "events:identified",
                        "patients:erase",
                        "operations:read",
                        "operations:write"));
    }

    /** @param branches those the client is limited to; none for all */
    private static RegisteredClient client(String id, Set<String> branches, String... scopes) {
        return RegisteredClient.withId(id)
                .clientId(id)
                .clientSecret("{noop}" + id + "-secret")
                .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                .scopes(granted -> granted.addAll(List.of(scopes)))
                .clientSettings(ClientSettings.builder()
                        .settings(settings -> settings.put(BRANCHES, List.copyOf(branches)))
                        .build())
                .tokenSettings(TokenSettings.builder()
                        .accessTokenTimeToLive(TOKEN_LIFETIME)
                        .build())
                .build();
    }

    /** Tokens as the API reads them. A request that names no scope is given all that the client has. */
    @Bean
    OAuth2TokenCustomizer<JwtEncodingContext> tokens() {
        return context -> {
            RegisteredClient client = context.getRegisteredClient();
            context.getClaims().audience(List.of(AUDIENCE)).claim("client_id", client.getClientId());
            if (context.getAuthorizedScopes().isEmpty()) {
                context.getClaims().claim("scope", List.copyOf(client.getScopes()));
            }
            List<String> branches = client.getClientSettings().getSetting(BRANCHES);
            if (branches != null && !branches.isEmpty()) {
                context.getClaims().claim(BRANCHES, branches);
            }
        };
    }
}
