package org.patientsapi.query;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MutuallyExclusiveConfigurationPropertiesException;
import org.springframework.util.StringUtils;

/**
 * Where the search engine is, and how to log in to it: with a name and its password, with an API key, or not at all.
 *
 * @param uris its nodes
 * @param apiKey as the engine encoded it when it made it
 */
@ConfigurationProperties("patients.elasticsearch")
record ElasticsearchProperties(
        List<URI> uris,
        @Nullable String username,
        @Nullable String password,
        @Nullable String apiKey,
        @DefaultValue Ssl ssl) {

    private static final String PREFIX = "patients.elasticsearch.";

    /** A variable that a deployment leaves empty is as good as none. */
    ElasticsearchProperties {
        username = StringUtils.hasLength(username) ? username : null;
        password = StringUtils.hasLength(password) ? password : null;
        apiKey = StringUtils.hasLength(apiKey) ? apiKey : null;
    }

    /** @param bundle a {@code spring.ssl.bundle} whose authorities are trusted; {@code null} for those that Java trusts */
    record Ssl(@Nullable String bundle) {
        Ssl {
            bundle = StringUtils.hasLength(bundle) ? bundle : null;
        }
    }

    /** Like the login not checked by the constructor: Spring's report of what it could not bind may quote any of the values. */
    @Override
    public List<URI> uris() {
        if (uris == null || uris.isEmpty()) {
            throw new InvalidConfigurationPropertyValueException(
                    PREFIX + "uris", null, "The search engine has no address.");
        }
        return uris;
    }

    /** @return the value of the header; {@code null} for none */
    @Nullable
    String authorization() {
        if (apiKey != null && (username != null || password != null)) {
            Set<String> ways = Set.of(PREFIX + "api-key", PREFIX + (username != null ? "username" : "password"));
            throw new MutuallyExclusiveConfigurationPropertiesException(ways, ways);
        }
        if ((username == null) != (password == null)) {
            throw new InvalidConfigurationPropertyValueException(
                    PREFIX + "username", username, "Username and password of the search engine belong together.");
        }
        if (username != null) {
            byte[] login = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
            return "Basic " + Base64.getEncoder().encodeToString(login);
        }
        return apiKey == null ? null : "ApiKey " + apiKey;
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "ElasticsearchProperties" + uris;
    }
}
