package org.patientsapi.platform.observability;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Gauges of what the database tells. Their values are taken every now and then, and not while somebody scrapes; a value that is
 * not known is not a number. Every node measures the same, so that the node that does the work may be away.
 */
public final class MeasuredGauges {

    private final MeterRegistry metrics;
    private final Map<String, Double> values = new ConcurrentHashMap<>();

    public MeasuredGauges(MeterRegistry metrics) {
        this.metrics = metrics;
    }

    public MeasuredGauges with(String name, String description) {
        Gauge.builder(name, () -> values.getOrDefault(name, Double.NaN))
                .description(description)
                .register(metrics);
        return this;
    }

    public void set(String name, Number value) {
        values.put(name, value.doubleValue());
    }

    /** In seconds. */
    public void set(String name, Duration duration) {
        set(name, duration.toMillis() / 1e3);
    }

    /** How long ago that was, in seconds; 0 where there is nothing. */
    public void setAge(String name, Optional<Instant> since, Instant now) {
        set(name, since.map(time -> Duration.between(time, now)).orElse(Duration.ZERO));
    }

    /** @param measurement that sets the values; while the database is away, none is known, since an old one would look like a good one */
    public void measure(Runnable measurement) {
        try {
            measurement.run();
        } catch (DataAccessException | TransactionException away) {
            values.clear();
        }
    }
}
