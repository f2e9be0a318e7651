package org.patientsapi.standalone;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.patientsapi.embedded.EmbeddedBackends;

/**
 * Where the embedded default listens and keeps its data.
 *
 * @param port {@code SERVER_PORT}, 8080 where it is not set
 * @param dataDirectory {@code PATIENTS_DATA_DIR}, {@code ./data} where it is not set
 */
record StandaloneSettings(int port, Path dataDirectory) {

    static StandaloneSettings of(Map<String, String> environment) {
        return new StandaloneSettings(
                Integer.parseInt(environment.getOrDefault("SERVER_PORT", "8080")),
                Path.of(environment.getOrDefault("PATIENTS_DATA_DIR", "data"))
                        .toAbsolutePath()
                        .normalize());
    }

    String address() {
        return "http://localhost:" + port;
    }

    /** Before anything is started: to learn it half a minute later would be a nuisance. */
    void checkPort() {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(port));
        } catch (IOException taken) {
            throw new CannotStart(
                    "Port " + port + " is in use: stop what listens there, or choose another with SERVER_PORT.");
        }
    }

    /** What the API needs to find the backends; anything else set for Spring Boot goes before it. */
    Map<String, Object> properties(EmbeddedBackends backends) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("server.port", port);
        properties.put("spring.datasource.url", backends.jdbcUrl());
        properties.put("spring.datasource.username", backends.application().user());
        properties.put("spring.datasource.password", backends.application().password());
        properties.put("spring.flyway.url", backends.jdbcUrl());
        properties.put("spring.flyway.user", backends.owner().user());
        properties.put("spring.flyway.password", backends.owner().password());
        properties.put("patients.elasticsearch.uris", backends.elasticsearchUri().toString());
        properties.put("patients.vault.file", dataDirectory.resolve("keys/vault.json").toString());
        properties.put("patients.issuer.key-file", dataDirectory.resolve("keys/issuer.json").toString());
        properties.put("spring.security.oauth2.resourceserver.jwt.issuer-uri", address());
        return properties;
    }
}
