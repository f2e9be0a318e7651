package org.patientsapi.standalone;

import static org.assertj.core.api.Assumptions.assumeThat;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.patientsapi.testbackends.TestBackends;
import org.patientsapi.testbackends.TestDatabase;
import org.patientsapi.testbackends.TestProcesses;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * The whole product over real backends, asked through HTTP with real tokens. One installation serves all test classes of
 * this kind, as a hospital's serves all its desks: each test brings its own people. It runs in this JVM, or is a {@link Cluster}.
 */
@Execution(ExecutionMode.SAME_THREAD)
@SpringBootTest(classes = StandaloneConfiguration.class, webEnvironment = WebEnvironment.DEFINED_PORT)
@ContextConfiguration(loader = InstallationLoader.class)
abstract class AcceptanceTest {

    private static final int PORT = TestProcesses.freePort();
    private static final String ISSUER_KEY = "issuer.json";

    static final Api API = new Api(Cluster.isUnderTest() ? Cluster.running().address() : "http://localhost:" + PORT);

    static final Api.Client FRONT_DESK = API.as("front-desk");
    static final Api.Client FRONT_DESK_BLR = API.as("front-desk-blr");
    static final Api.Client READER = API.as("reader");
    static final Api.Client OPERATOR = API.as("operator");
    static final Api.Client ANALYTICS = API.as("analytics");
    static final Api.Client ADMIN = API.as("admin");
    static final Api.Client AUDITOR = API.as("auditor");

    @DynamicPropertySource
    static void installation(DynamicPropertyRegistry properties) {
        TestDatabase database = Installed.DATABASE;
        properties.add("server.port", () -> PORT);
        properties.add("spring.security.oauth2.resourceserver.jwt.issuer-uri", () -> "http://localhost:" + PORT);
        properties.add("spring.datasource.url", database::jdbcUrl);
        properties.add(
                "spring.datasource.username", () -> database.application().user());
        properties.add(
                "spring.datasource.password", () -> database.application().password());
        properties.add("spring.flyway.url", database::jdbcUrl);
        properties.add("spring.flyway.user", () -> database.owner().user());
        properties.add("spring.flyway.password", () -> database.owner().password());
        properties.add(
                "patients.elasticsearch.uris", () -> Installed.ENGINE.uri().toString());
        properties.add(
                "patients.vault.file",
                () -> Installed.KEYS.resolve("vault.json").toString());
        properties.add(
                "patients.issuer.key-file",
                () -> Installed.KEYS.resolve(ISSUER_KEY).toString());
        properties.add("patients.feed.public-address", () -> "http://localhost:" + PORT);
        properties.add("patients.demo.enabled", () -> false);
        properties.add("patients.index.look-after-every", () -> "1s");
        properties.add("patients.index.search-grace", () -> "2s");
        properties.add("patients.index.stretch", () -> 10);
        properties.add("patients.audit.seal-every", () -> "200ms");
    }

    /** Whoever interrupts it opens it again. */
    static EngineLink engine() {
        return Installed.ENGINE;
    }

    /** Made with the issuer's own key, which nobody has here of a cluster's: there whoever needs them is left out. */
    static Tokens tokens() {
        assumeThat(Cluster.isUnderTest()).isFalse();
        try {
            RSAKey key = RSAKey.parse(Files.readString(Installed.KEYS.resolve(ISSUER_KEY)));
            return new Tokens(new ImmutableJWKSet<>(new JWKSet(key)), API.address());
        } catch (IOException | ParseException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Loaded, and so made, when the first context asks. */
    private static final class Installed {
        static final TestDatabase DATABASE = TestBackends.freshDatabase();
        static final Path KEYS = temporaryDirectory();
        static final EngineLink ENGINE = new EngineLink(TestBackends.elasticsearchUri());
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("patients-keys");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
