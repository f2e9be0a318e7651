package org.patientsapi.platform.audit;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.patientsapi.platform.audit.AuditProperties.WhenAway;
import org.patientsapi.platform.eventstore.EventStoreAutoConfiguration;
import org.patientsapi.platform.lifecycle.StartRefusedException;
import org.patientsapi.platform.vault.KeyVault;
import org.patientsapi.platform.vault.PatientIds;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/** Every process of the product records who was answered and refused, and helps to seal it. */
@AutoConfiguration(after = EventStoreAutoConfiguration.class)
@EnableConfigurationProperties(AuditProperties.class)
public class AuditAutoConfiguration {

    @Bean
    @DependsOnDatabaseInitialization
    AccessLedger accessLedger(DataSource dataSource, AuditProperties properties) {
        return new AccessLedger(
                dataSource, properties.patience(), properties.gatherFor(), properties.recording(), journal(properties));
    }

    private static @Nullable AccessJournal journal(AuditProperties properties) {
        Path file = properties.journal();
        boolean refuses = properties.whenDatabaseIsAway() == WhenAway.REFUSE;
        // What waits in it was answered, and is taken in even where nothing is added to it any more.
        if (file == null || (refuses && Files.notExists(file))) {
            return null;
        }
        try {
            return new AccessJournal(
                    file, refuses ? 0 : properties.journalLimit().toBytes());
        } catch (IOException e) {
            throw StartRefusedException.unusable(
                    new UncheckedIOException("The access journal " + file + " cannot be used", e));
        }
    }

    @Bean
    AccessHistory accessHistory(JdbcClient jdbc) {
        return new AccessHistory(jdbc);
    }

    @Bean
    @ConditionalOnWebApplication
    AccessRefusals accessRefusals(AccessLedger ledger, PatientIds ids, Clock clock) {
        return new AccessRefusals(ledger, ids, clock);
    }

    @Bean
    AuditKey auditKey(KeyVault vault) {
        return AuditKey.of(vault);
    }

    @Bean
    Seals seals(
            JdbcClient jdbc,
            JdbcOperations connections,
            TransactionOperations transactions,
            AuditKey key,
            Clock clock) {
        return new Seals(jdbc, connections, transactions, key, clock);
    }

    @Bean
    SealingMetrics sealingMetrics(Seals seals, Clock clock, MeterRegistry metrics) {
        return new SealingMetrics(seals, clock, metrics);
    }

    @Bean
    @DependsOnDatabaseInitialization
    AuditKeeper auditKeeper(
            JdbcClient jdbc, TransactionOperations transactions, Seals seals, AuditProperties properties, Clock clock) {
        return new AuditKeeper(jdbc, transactions, seals, properties.sealEvery(), properties.keepFor(), clock);
    }
}
