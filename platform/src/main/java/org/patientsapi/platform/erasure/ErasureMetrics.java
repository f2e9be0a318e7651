package org.patientsapi.platform.erasure;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.patientsapi.platform.observability.MeasuredGauges;
import org.springframework.scheduling.annotation.Scheduled;

/** Whether what erasing somebody takes is also done, on whichever node. */
class ErasureMetrics {

    private static final String KEY_DUE = "patients.erasure.key.due.seconds";
    private static final String PURGE_DUE = "patients.erasure.purge.due.seconds";

    private final Erasures erasures;
    private final Clock clock;
    private final MeasuredGauges gauges;

    ErasureMetrics(Erasures erasures, Clock clock, MeterRegistry metrics) {
        this.erasures = erasures;
        this.clock = clock;
        this.gauges = new MeasuredGauges(metrics)
                .with(KEY_DUE, "For how long a key that no law keeps any longer has not been destroyed")
                .with(PURGE_DUE, "Age of the oldest erasure that the search engine's files are not rid of");
    }

    @Scheduled(fixedDelayString = "PT30S")
    void measure() {
        gauges.measure(() -> {
            gauges.set(KEY_DUE, age(erasures.oldestDueKey()));
            gauges.set(PURGE_DUE, age(erasures.indexPurgeDueSince()));
        });
    }

    private double age(Optional<Instant> since) {
        return since.map(time -> Duration.between(time, clock.instant()).toMillis() / 1e3)
                .orElse(0.0);
    }
}
