package org.patientsapi.platform.vault;

import java.time.Clock;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/** The keys of all patients, for every process with the event store. */
@AutoConfiguration(
        after = {
            DataSourceTransactionManagerAutoConfiguration.class,
            JdbcClientAutoConfiguration.class,
            FlywayAutoConfiguration.class
        })
@EnableConfigurationProperties(VaultProperties.class)
public class VaultAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    @DependsOnDatabaseInitialization
    KeyVault keyVault(VaultProperties properties, JdbcClient jdbc, TransactionOperations transactions, Clock clock) {
        return new VaultOpening(properties.file(), jdbc, transactions, clock).open();
    }

    @Bean
    KeyRotation keyRotation(KeyVault vault, JdbcClient jdbc, Clock clock, VaultProperties properties) {
        return new KeyRotation(vault, jdbc, clock, properties.rotation());
    }

    @Bean
    PatientKeys patientKeys(JdbcClient jdbc, KeyVault vault, VaultProperties properties) {
        return new PatientKeys(jdbc, vault, properties.cachedKeys(), properties.cachedFor());
    }

    @Bean
    PatientIds patientIds(PatientKeys keys) {
        return new PatientIds(keys);
    }
}
