package org.patientsapi.query.feed;

import java.time.ZoneId;
import org.patientsapi.platform.vault.KeyVault;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Wires the feed, whichever way it goes out. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({FeedProperties.class, FeedProperties.Kafka.class})
@Import({EventFeed.class, FeedCursors.class, FeedAccesses.class, FeedMetrics.class, KafkaPublisher.class})
class FeedConfiguration {

    @Bean
    CloudEvents cloudEvents(KeyVault vault, FeedCursors cursors, FeedProperties properties, ZoneId hospitalZone) {
        return new CloudEvents(
                new Pseudonymisation(new Pseudonyms(vault), properties.departments(), hospitalZone),
                cursors,
                properties.publicAddress().toString());
    }
}
