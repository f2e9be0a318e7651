package org.patientsapi.platform.eventstore;

import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Supplier;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.patientsapi.platform.vault.PatientKeys;
import org.patientsapi.testbackends.TestDatabase;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** One process of the product, as far as the event store is concerned; a test may start several on one database. */
public final class Node implements AutoCloseable {

    @SpringBootConfiguration
    @EnableAutoConfiguration
    @Import(NotedPatient.class)
    static class Application {}

    private final ConfigurableApplicationContext context;

    private Node(ConfigurableApplicationContext context) {
        this.context = context;
    }

    public static Node start(TestDatabase database, Path vault, String... properties) {
        return new Node(new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .properties(
                        "spring.datasource.url=" + database.jdbcUrl(),
                        "spring.datasource.username=" + database.application().user(),
                        "spring.datasource.password=" + database.application().password(),
                        "spring.datasource.hikari.maximum-pool-size=8",
                        "spring.flyway.user=" + database.owner().user(),
                        "spring.flyway.password=" + database.owner().password(),
                        "patients.vault.file=" + vault,
                        "patients.snapshot-every=3",
                        "spring.main.banner-mode=off",
                        "logging.level.root=warn")
                .properties(properties)
                .run());
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    void send(Object command) {
        bean(CommandGateway.class).sendAndWait(command);
    }

    /** Enters the patient in the erasure ledger without a hold, and destroys its key. */
    void destroyKey(String patientId) {
        inTransaction(() -> {
            sql().sql("insert into erasure (patient_id, patient_number, branch_id, reason, erased_at, client, subject,"
                            + " request_id) select patient_id, patient_number, 'BLR', 'court_order', now(), '', '', ''"
                            + " from patient_key where patient_id = ?")
                    .param(UUID.fromString(patientId))
                    .update();
            bean(PatientKeys.class).destroy(patientId, Instant.EPOCH);
            return "destroyed";
        });
    }

    public JdbcClient sql() {
        return bean(JdbcClient.class);
    }

    <T> T inTransaction(Supplier<T> work) {
        return new TransactionTemplate(bean(PlatformTransactionManager.class)).execute(status -> work.get());
    }

    ConfigurableApplicationContext context() {
        return context;
    }

    @Override
    public void close() {
        context.close();
    }
}
