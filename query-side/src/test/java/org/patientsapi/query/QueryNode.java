package org.patientsapi.query;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.patientsapi.testbackends.TestBackends;
import org.patientsapi.testbackends.TestDatabase;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** A whole query side over real backends, with a database of its own. */
final class QueryNode {

    private QueryNode() {}

    static ConfigurableApplicationContext start() throws IOException {
        TestDatabase database = TestBackends.freshDatabase();
        Path keys = Files.createTempDirectory("patients-keys");
        return new SpringApplicationBuilder(QuerySideApplication.class)
                .properties(
                        "server.port=0",
                        "server.address=127.0.0.1",
                        "spring.datasource.url=" + database.jdbcUrl(),
                        "spring.datasource.username=" + database.application().user(),
                        "spring.datasource.password=" + database.application().password(),
                        "spring.flyway.url=" + database.jdbcUrl(),
                        "spring.flyway.user=" + database.owner().user(),
                        "spring.flyway.password=" + database.owner().password(),
                        "spring.security.oauth2.resourceserver.jwt.issuer-uri=http://localhost",
                        "patients.elasticsearch.uris=" + TestBackends.elasticsearchUri(),
                        "patients.vault.file=" + keys.resolve("vault.json"),
                        "patients.erasure.check-every=1s",
                        "logging.level.root=warn")
                .run();
    }
}
