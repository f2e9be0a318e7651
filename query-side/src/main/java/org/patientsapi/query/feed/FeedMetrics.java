package org.patientsapi.query.feed;

import io.micrometer.core.instrument.MeterRegistry;
import org.patientsapi.platform.eventstore.EventLag;
import org.patientsapi.platform.eventstore.EventLag.Lag;
import org.patientsapi.platform.observability.MeasuredGauges;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;

/** How far the Kafka topic is behind; not a number where none is configured. */
class FeedMetrics {

    private final FeedProperties.Kafka properties;
    private final EventLag eventLag;
    private final JdbcClient jdbc;
    private final MeasuredGauges gauges;

    FeedMetrics(FeedProperties.Kafka properties, EventLag eventLag, JdbcClient jdbc, MeterRegistry metrics) {
        this.properties = properties;
        this.eventLag = eventLag;
        this.jdbc = jdbc;
        this.gauges = new MeasuredGauges(metrics)
                .with("patients.kafka.lag.events", "How many places in the event log the Kafka topic is behind")
                .with("patients.kafka.lag.seconds", "Age of the oldest event that is not on the Kafka topic");
    }

    @Scheduled(fixedDelayString = "${patients.index.measure-every:5s}")
    void measure() {
        if (properties.bootstrapServers() == null) {
            return;
        }
        gauges.measure(() -> {
            Lag behind = eventLag.behind(KafkaPublisher.publishedPlace(jdbc, properties.topic()));
            gauges.set("patients.kafka.lag.events", behind.events());
            gauges.set("patients.kafka.lag.seconds", behind.age());
        });
    }
}
