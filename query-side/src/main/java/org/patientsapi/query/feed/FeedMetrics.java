package org.patientsapi.query.feed;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.patientsapi.platform.eventstore.EventLag;
import org.patientsapi.platform.eventstore.EventLag.Lag;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.TransactionException;

/** How far the Kafka topic is behind. Every node measures the same, from the database, also when the publisher is gone. */
class FeedMetrics {

    private final FeedProperties.Kafka properties;
    private final EventLag eventLag;
    private final JdbcClient jdbc;
    private volatile @Nullable Lag lag;

    FeedMetrics(FeedProperties.Kafka properties, EventLag eventLag, JdbcClient jdbc, MeterRegistry metrics) {
        this.properties = properties;
        this.eventLag = eventLag;
        this.jdbc = jdbc;
        Gauge.builder("patients.kafka.lag.events", () -> measured(Lag::events))
                .description("How many places in the event log the Kafka topic is behind")
                .register(metrics);
        Gauge.builder(
                        "patients.kafka.lag.seconds",
                        () -> measured(behind -> behind.age().toMillis() / 1e3))
                .description("Age of the oldest event that is not on the Kafka topic")
                .register(metrics);
    }

    private double measured(ToDoubleFunction<Lag> figure) {
        Lag known = lag;
        return known == null ? Double.NaN : figure.applyAsDouble(known);
    }

    @Scheduled(fixedDelayString = "${patients.index.measure-every:5s}")
    void measure() {
        if (properties.bootstrapServers() == null) {
            return;
        }
        try {
            lag = eventLag.behind(KafkaPublisher.publishedPlace(jdbc, properties.topic()));
        } catch (DataAccessException | TransactionException away) {
            // An old value would look like a good one.
            lag = null;
        }
    }
}
