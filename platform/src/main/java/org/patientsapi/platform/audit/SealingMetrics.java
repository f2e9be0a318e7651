package org.patientsapi.platform.audit;

import static java.util.Comparator.naturalOrder;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import org.patientsapi.platform.observability.MeasuredGauges;
import org.springframework.scheduling.annotation.Scheduled;

/** Whether what happens is sealed, on whichever node. */
class SealingMetrics {

    private static final String UNSEALED = "patients.audit.unsealed.seconds";

    private final Seals seals;
    private final Clock clock;
    private final MeasuredGauges gauges;

    SealingMetrics(Seals seals, Clock clock, MeterRegistry metrics) {
        this.seals = seals;
        this.clock = clock;
        this.gauges = new MeasuredGauges(metrics).with(UNSEALED, "Age of the oldest event or access without a seal");
    }

    @Scheduled(fixedDelayString = "PT30S")
    void measure() {
        gauges.measure(() -> gauges.setAge(
                UNSEALED,
                Arrays.stream(SealedLog.values())
                        .map(seals::oldestUnsealed)
                        .flatMap(Optional::stream)
                        .min(naturalOrder()),
                clock.instant()));
    }
}
