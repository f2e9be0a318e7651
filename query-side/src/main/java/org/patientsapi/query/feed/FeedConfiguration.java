package org.patientsapi.query.feed;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.ZoneId;
import javax.sql.DataSource;
import org.patientsapi.platform.audit.AccessLedger;
import org.patientsapi.platform.eventstore.EventLag;
import org.patientsapi.platform.eventstore.EventLog;
import org.patientsapi.platform.eventstore.EventLogTail;
import org.patientsapi.platform.vault.KeyVault;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Wires the feed, whichever way it goes out. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({FeedProperties.class, FeedProperties.Kafka.class})
class FeedConfiguration {

    @Bean
    EventFeed eventFeed(EventLog log, EventLogTail tail) {
        return new EventFeed(log, tail);
    }

    @Bean
    FeedCursors feedCursors(KeyVault vault) {
        return new FeedCursors(vault);
    }

    @Bean
    CloudEvents cloudEvents(KeyVault vault, FeedCursors cursors, FeedProperties properties, ZoneId hospitalZone) {
        return new CloudEvents(
                new Pseudonymisation(new Pseudonyms(vault), properties.departments(), hospitalZone),
                cursors,
                properties.publicAddress().toString());
    }

    @Bean
    FeedAccesses feedAccesses(AccessLedger ledger, Clock clock) {
        return new FeedAccesses(ledger, clock);
    }

    @Bean
    FeedMetrics feedMetrics(
            FeedProperties.Kafka properties, EventLag eventLag, JdbcClient jdbc, MeterRegistry metrics) {
        return new FeedMetrics(properties, eventLag, jdbc, metrics);
    }

    @Bean
    @ConditionalOnProperty("patients.kafka.bootstrap-servers")
    KafkaPublisher kafkaPublisher(
            FeedProperties.Kafka properties,
            EventLog log,
            EventLogTail tail,
            CloudEvents cloudEvents,
            DataSource dataSource) {
        return new KafkaPublisher(properties, log, tail, cloudEvents, dataSource);
    }
}
