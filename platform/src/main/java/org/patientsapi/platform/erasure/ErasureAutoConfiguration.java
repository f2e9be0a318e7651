package org.patientsapi.platform.erasure;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import org.patientsapi.platform.eventstore.EventStoreAutoConfiguration;
import org.patientsapi.platform.eventstore.PatientEventStore;
import org.patientsapi.platform.vault.PatientKeys;
import org.patientsapi.platform.vault.VaultProperties;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/** Erasure for every process with the event store: whoever starts first after a restore makes up for it. */
@AutoConfiguration(after = EventStoreAutoConfiguration.class)
@EnableConfigurationProperties(ErasureProperties.class)
public class ErasureAutoConfiguration {

    @Bean
    ErasureLedger erasureLedger(JdbcClient jdbc, PatientKeys keys, ErasureProperties properties, Clock clock) {
        return new ErasureLedger(jdbc, keys, properties.hold(), clock);
    }

    @Bean
    @DependsOnDatabaseInitialization
    Erasures erasures(
            ErasureLedger ledger,
            ErasureProperties properties,
            VaultProperties vault,
            PatientEventStore events,
            PatientKeys keys,
            JdbcClient jdbc,
            TransactionOperations transactions) {
        Path journal =
                properties.journal() == null ? vault.file().resolveSibling("erasures.jsonl") : properties.journal();
        return new Erasures(ledger, new ErasureJournal(journal), events, keys, jdbc, transactions);
    }

    @Bean
    ErasureMetrics erasureMetrics(ErasureLedger ledger, Erasures erasures, Clock clock, MeterRegistry metrics) {
        return new ErasureMetrics(ledger, erasures, clock, metrics);
    }
}
